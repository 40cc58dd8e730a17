"""Templates of the user's own: what they may do, what is refused, what never runs."""

import json
import os
import tomllib

import pytest
from cookiecutter.main import cookiecutter

from scaffold.base.errors import ExternalError, InputError
from scaffold.commands import template_source
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from scaffold.render.user_template import UserTemplate
from scaffold.render.user_template_files import load
from tests.building import CATALOG, compose, whole
from tests.running import nxc_scaffold

PROJECT = "{{cookiecutter.name}}"
WHOLE = {"composition.nix": "{ }", "flake.nix": "{ }"}


@pytest.fixture
def template(tmp_path):
    """Write a template: its cookiecutter.json, the files of the project, and files beside it."""

    def write(files=None, variables=None, beside=None, *, extends=True):
        folder = tmp_path / "template"
        settings = {"_extends": True, **(variables or {})} if extends else variables or {}
        for name, content in {
            "cookiecutter.json": json.dumps(settings),
            **{f"{PROJECT}/{path}": text for path, text in (files or {"LICENSE": "MIT"}).items()},
            **(beside or {}),
        }.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


def rendered(folder, *, trust=False, author="", answers=None, **values):
    """Return the text of every file of a composition with the template, by path."""
    found = template_source.get(str(folder), ref=None, trust=trust, values=values)
    tree = render(
        whole("server:1=nfs.server", **(answers or {})), UserTemplate(found, author=author)
    )
    return {str(path): file.content.decode(errors="replace") for path, file in tree.items()}


def refused(call, *args, **more):
    with pytest.raises(InputError) as caught:
        call(*args, **more)
    assert all(problem.remedy for problem in caught.value.problems)
    return "\n".join(str(problem) for problem in caught.value.problems)


# --- what a template may do -----------------------------------------------------------------------


def test_a_template_extends_the_skeleton(template):
    folder = template(
        {"docs/{{cookiecutter.name}}.md": "# {{ cookiecutter.name }}\n", "README.md": "Ours"}
    )
    plain = {str(path) for path in render(ProjectTopology(compose("server:1=nfs.server"), CATALOG))}
    found = rendered(folder)
    assert set(found) == {*plain, "docs/lab.md"}
    assert found["docs/lab.md"] == "# lab\n"
    assert found["README.md"] == "Ours"


def test_variants_need_a_template_with_a_setup_toml(template):
    variants = {"next": {"pins": {"nixpkgs": "nixos-unstable"}}}
    given = {"extras": ["setup"], "variants": variants}
    folder = template(WHOLE, extends=False)
    assert "has no setup.toml" in refused(rendered, folder, answers=given)
    folder = template({**WHOLE, "setup.toml": "[project]"}, extends=False)
    assert rendered(folder, answers=given)["setup.toml"] == "[project]"


def test_a_template_replaces_the_skeleton(template):
    found = rendered(template({**WHOLE, "x": "y"}, extends=False))
    assert found["flake.nix"] == "{ }"
    assert {"parts/nfs.nix", "parts/nfs-server.nix"} & set(found)
    assert {"test_script.py", ".nxc-scaffold.toml", "x"} <= set(found)
    assert not {"README.md", "justfile", ".gitignore"} & set(found)


def test_what_takes_the_place_of_the_skeleton_has_to_be_a_composition(template):
    found = refused(rendered, template({"flake.nix": "{ }"}, extends=False))
    assert "has no composition.nix" in found
    assert '"_extends": true' in found


def test_it_sees_the_names_and_filters_of_the_skeleton(template):
    text = (
        "{% for role in cookiecutter.roles %}{{ role.name }} {{ role.count }}\n{% endfor %}"
        "{{ cookiecutter.description | nix }} {{ cookiecutter.name | slugify }}"
        "{{ [1] | jsonify(0) }}"
    )
    assert rendered(template({"a": text}))["a"].startswith("server 1\n")


def test_gitignore_still_gets_lines_added(template):
    folder = template({".gitignore": "result\n"})
    found = template_source.get(str(folder), ref=None, trust=False, values={})
    tree = render(whole("a"), UserTemplate(found))
    (file,) = [file for path, file in tree.items() if str(path) == ".gitignore"]
    assert (file.policy.value, file.content) == ("append", b"result\n")


def test_files_keep_mode_line_ends_and_bytes(template):
    binary = b"\x00{{ nothing }}\xff"
    folder = template(
        {"run": "#!/bin/sh\n", "dos": "a {{ 1 }}\r\nb\r\n", "logo": binary, "latin": b"\xe9{{"}
    )
    (folder / PROJECT / "run").chmod(0o755)
    found = template_source.get(str(folder), ref=None, trust=False, values={})
    tree = {str(p): f for p, f in render(whole("a"), UserTemplate(found)).items()}
    assert (tree["run"].mode, tree["dos"].mode) == (0o755, 0o644)
    assert tree["dos"].content == b"a 1\r\nb\r\n"
    assert (tree["logo"].content, tree["latin"].content) == (binary, b"\xe9{{")


def test_new_lines_are_those_of_the_template(template):
    folder = template({"a": "x\ny\n"}, {"_new_lines": "\r\n"})
    found = template_source.get(str(folder), ref=None, trust=False, values={})
    tree = {str(p): f.content for p, f in render(whole("a"), UserTemplate(found)).items()}
    assert tree["a"] == b"x\r\ny\r\n"


def test_copy_without_render(template):
    files = {
        "a.html": "{{ x }}",
        "static/{{y}}/b": "{{ x }}",
        "c": "{{ 1 }}",
        "{{cookiecutter.name}}.html": "{{ x }}",
    }
    found = rendered(template(files, {"_copy_without_render": ["*.html", "static"]}))
    assert (found["a.html"], found["static/{{y}}/b"], found["c"]) == ("{{ x }}", "{{ x }}", "1")
    assert found["lab.html"] == "{{ x }}"


def test_an_empty_file_name_leaves_the_file_out(template):
    files = {
        "{% if cookiecutter.ci %}ci{% endif %}": "x",
        "docs/{% if cookiecutter.ci %}d{% endif %}": "x",
    }
    folder = template(files, {"ci": False})
    assert not {"ci", "docs/d", "docs"} & set(rendered(folder))
    assert {"ci", "docs/d"} <= set(rendered(folder, ci="yes"))


def test_includes_and_other_marks(template):
    folder = template(
        {"a": "<% include 'head' %><< 1 + 1 >>{{ x }}", "b": "<% include 'a' %>"},
        {"_jinja2_env_vars": {"variable_start_string": "<<", "variable_end_string": ">>",
                              "block_start_string": "<%", "block_end_string": "%>"}},
        {"templates/head": "H"},
    )  # fmt: skip
    (folder / PROJECT).rename(folder / "<<cookiecutter.name>>")
    found = rendered(folder)
    assert (found["a"], found["b"]) == ("H2{{ x }}", "H2{{ x }}")


VARIABLES = {
    "license": ["MIT", "GPL"],
    "slug": "{{ cookiecutter.name }}-x",
    "ci": True,
    "people": {"a": "{{ cookiecutter.slug }}"},
    "_private": "{{ raw }}",
    "__made": "{{ cookiecutter.slug }}!",
    "number": 3,
}


def test_variables_have_cookiecutters_defaults(template):
    shown = f"{{{{ [{', '.join(f'cookiecutter.{key}' for key in VARIABLES)}] | jsonify(0) }}}}"
    found = json.loads(rendered(template({"a": shown}, VARIABLES))["a"])
    assert found == ["MIT", "lab-x", True, {"a": "lab-x"}, "{{ raw }}", "lab-x!", "3"]


def test_variables_can_be_set(template):
    keys = ("license", "slug", "ci", "__made")
    shown = " ".join(f"{{{{ cookiecutter.{key} }}}}" for key in keys)
    folder = template({"a": shown}, VARIABLES)
    assert (
        rendered(folder, license="GPL", slug="{{ s }}", ci="no")["a"]
        == "GPL {{ s }} False {{ s }}!"
    )


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("license", "BSD", "'BSD' is no choice of license. Choose from MIT, GPL"),
        ("ci", "perhaps", "ci cannot be 'perhaps'. Give true or false"),
        ("people", "x", "people cannot be 'x'"),
        ("slgu", "x", "no variable 'slgu' to set. Did you mean slug?"),
        ("_private", "x", "no variable '_private' to set"),
        ("name", "x", "no variable 'name' to set"),
    ],
)
def test_variables_that_cannot_be_set(template, key, value, what):
    found = refused(rendered, template({"a": "x"}, {**VARIABLES, "name": "n"}), **{key: value})
    assert what in found


def test_the_answers_count_more_than_the_templates_defaults(template):
    text = "{{ cookiecutter.name }} {{ cookiecutter.author }}"
    folder = template({"a": text}, {"name": "theirs", "author": "them"})
    assert rendered(folder)["a"] == "lab them"
    assert rendered(folder, author="Ada")["a"] == "lab Ada"


def test_a_plain_template_renders_as_with_cookiecutter(template, tmp_path):
    variables = {"name": "lab", **{k: v for k, v in VARIABLES.items() if k != "number"}}
    files = {
        "a": "{% if cookiecutter.ci %}\n  yes\n{% endif %}\n{{ cookiecutter.people.a }}\n",
        "{{cookiecutter.slug}}/{{cookiecutter.license}}": "x\r\n{{ cookiecutter.slug }}\r\n",
        "raw/{{cookiecutter.slug}}.html": "{{ x }}",
        "{% if not cookiecutter.ci %}no{% endif %}": "x",
        "binary": bytes(range(256)) + b"{{",
    }
    folder = template(
        {**files, **WHOLE}, {**variables, "_copy_without_render": ["*.html"]}, extends=False
    )
    cookiecutter(str(folder), no_input=True, output_dir=str(tmp_path), accept_hooks=False)
    expected = {
        str(file.relative_to(tmp_path / "lab")): file.read_bytes()
        for file in (tmp_path / "lab").rglob("*")
        if file.is_file()
    }
    found = template_source.get(str(folder), ref=None, trust=False, values={})
    tree = render(whole("a"), UserTemplate(found))
    ours = {str(path): file.content for path, file in tree.items()}
    assert {path: ours.get(path) for path in expected} == expected
    assert set(ours) - set(expected) == {"test_script.py", ".nxc-scaffold.toml"}


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "what"),
    [
        ({"templates": {"a": {"path": "a"}}}, "'templates' offers several templates"),
        ({"template": ["a (b)"]}, "'template' offers several templates"),
        ({"_extensions": ["os.path"]}, "_extensions is code of others"),
        ({"_jinja2_env_vars": {"undefined": "x"}}, "_jinja2_env_vars has undefined"),
        ({"_jinja2_env_vars": 3}, "_jinja2_env_vars has 3"),
        ({"_jinja2_env_vars": {"trim_blocks": 3}}, "trim_blocks: 3 is neither text nor"),
        ({"_copy_without_render": "x"}, "_copy_without_render: 'x' is not a list"),
        ({"_new_lines": "x"}, "_new_lines: 'x' is no line end"),
        ({"_extends": "yes"}, "_extends: 'yes' is not true or false"),
    ],
)
def test_what_is_not_supported_is_refused_with_the_key(template, variables, what):
    folder = template({"a": "x"}, variables)
    found = refused(load, folder, "T", trust=False)
    assert found.startswith("T: cookiecutter.json: ")
    assert what in found


def test_every_reason_is_told_at_once(template):
    folder = template({"a": "x"}, {"_extensions": ["x"]}, {"hooks/post_gen_project.sh": "x"})
    (folder / PROJECT / "link").symlink_to("/etc/passwd")
    assert len(refused(load, folder, "T", trust=False).splitlines()) == 3


@pytest.mark.parametrize("hook", ["pre_gen_project.py", "post_gen_project.sh", "pre_prompt.py"])
def test_hooks_are_refused_without_trust(template, hook):
    folder = template({"a": "x"}, beside={f"hooks/{hook}": "touch /tmp/no"})
    assert f"T: hooks/{hook}: " in refused(load, folder, "T", trust=False)


def test_a_hook_that_is_not_supported_is_refused_also_with_trust(template):
    folder = template({"a": "x"}, beside={"hooks/pre_prompt.py": "x"})
    assert "questions that are not asked" in refused(load, folder, "T", trust=True)


@pytest.mark.parametrize("place", ["a", "sub", ".."])
@pytest.mark.parametrize("target", ["/etc/passwd", "../cookiecutter.json", "b", "/etc", "nowhere"])
def test_links_are_refused(template, place, target):
    folder = template({"b": "x", "sub/c": "x"})
    link = {
        "a": folder / PROJECT / "link",
        "sub": folder / PROJECT / "sub" / "link",
        "..": folder / "templates",
    }[place]
    link.symlink_to(target)
    assert "is a symlink" in refused(load, folder, "T", trust=False)


def test_a_link_in_the_place_of_the_project_or_its_settings_is_refused(template, tmp_path):
    folder = template()
    (folder / PROJECT).rename(tmp_path / "elsewhere")
    (folder / PROJECT).symlink_to(tmp_path / "elsewhere")
    assert "is a symlink" in refused(load, folder, "T", trust=False)
    (folder / "cookiecutter.json").rename(tmp_path / "settings")
    (folder / "cookiecutter.json").symlink_to(tmp_path / "settings")
    assert "has no cookiecutter.json" in refused(load, folder, "T", trust=False)


def test_what_is_no_file_is_refused(template):
    folder = template()
    os.mkfifo(folder / PROJECT / "pipe")
    assert "T: {{cookiecutter.name}}/pipe: is no file" in refused(load, folder, "T", trust=False)


def test_an_empty_folder_is_refused(template):
    folder = template()
    (folder / PROJECT / "empty").mkdir()
    assert "is an empty folder" in refused(load, folder, "T", trust=False)


@pytest.mark.parametrize("text", ["{", "[]", "3", '"x"', b"\xff", "[" * 100000])
def test_settings_that_are_no_json_object_are_refused(template, text):
    folder = template(beside={"cookiecutter.json": text})
    assert refused(load, folder, "T", trust=False).startswith("T: cookiecutter.json: is no")


def test_a_folder_without_settings_or_project_is_refused(tmp_path):
    assert "has no cookiecutter.json" in refused(load, tmp_path, "T", trust=False)
    (tmp_path / "cookiecutter.json").write_text("{}")
    assert "has 0 folders" in refused(load, tmp_path, "T", trust=False)
    for name in ("{{cookiecutter.a}}", "{{cookiecutter.b}}"):
        (tmp_path / name).mkdir()
    assert "has 2 folders" in refused(load, tmp_path, "T", trust=False)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("{{'/etc/x'}}", "is absolute"),
        ("{{'../x'}}", "leaves its folder"),
        ("{{cookiecutter.deep}}", "leaves its folder"),
        ("{{cookiecutter.evil}}", "leaves its folder"),
        ("{{'.git'}}/config", "reserved name"),
        ("{{'.GIT'}}/config", "reserved name"),
        ("a/.git/hooks/x", "reserved name"),
        ("{{'a\\\\b'}}", "backslash"),
        ("{{'a\\nb'}}", "cannot be printed"),
        ("readme.md", "collides with 'README.md'"),
        ("Parts/x", "collides with 'Parts"),
        ("{{'x' * 300}}", "longer than 255 bytes"),
        ("{{'LICENSE'}}/x", "collides"),
        ("{{'LICENSE'}}", "collides"),
        ("{{cookiecutter.double}}", "folder without a name"),
        ("{{''}}/b", "is absolute"),
        (".nxc-scaffold.toml", "in which nxc-scaffold keeps the answers"),
        ("x/{{ 1 + }}", "cannot be rendered"),
    ],
)
def test_paths_that_are_refused(template, path, what):
    folder = template(
        {"LICENSE": "x", path: "x"}, {"evil": "../../x", "deep": "a/../../x", "double": "a//b"}
    )
    assert what in refused(rendered, folder)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''|attr('__class__') }}",
        "{{ ''['__class__'] }}",
        "{{ cookiecutter.has_part.__globals__ }}",
        "{{ cookiecutter.roles_with.__self__ }}",
        "{{ cookiecutter.roles_with.__func__ }}",
        "{{ cookiecutter.roles[0].parts[0].__class__ }}",
        "{{ cookiecutter.roles.append(1) }}",
        "{{ cookiecutter.has.update({'x': 1}) }}",
        "{{ cookiecutter.flavours.clear() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum.__globals__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ range(10 ** 9) }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../../etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ cookiecutter.nothing }}",
        "{{ undefined }}",
        "{% if %}",
        "{% do x %}",
        "{{ 1 / 0 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_a_template_reaches_nothing_but_its_names(template, text):
    found = refused(rendered, template({"a": "x\n" + text}))
    assert "template: a: cannot be rendered" in found


@pytest.mark.parametrize(
    "text", ["{% now 'utc' %}", "{{ uuid4() }}", "{{ random_ascii_string(3) }}"]
)
def test_what_differs_between_runs_is_refused(template, text):
    assert "the same answers have to give the same bytes" in refused(
        rendered, template({"a": text})
    )


def test_a_syntax_error_is_told_with_its_line(template):
    assert "cannot be rendered, line 3: " in refused(rendered, template({"a": "\n\n{% if %}"}))


def test_variables_with_names_of_the_tool_are_refused(template):
    found = refused(rendered, template({"a": "x"}, {"release": "1.0", "ours": "x"}))
    assert "'release' is a name of nxc-scaffold. Rename the variable" in found


@pytest.mark.parametrize("marks", [{"block_start_string": ""}, {"block_start_string": "{{"}])
def test_marks_that_jinja_cannot_use_are_refused(template, marks):
    folder = template({"a": "x"}, {"_jinja2_env_vars": marks})
    assert "cannot be rendered" in refused(rendered, folder)


# --- with trust -----------------------------------------------------------------------------------


POST = """
import pathlib, os
pathlib.Path("README.md").unlink()
state = os.path.exists(".nxc-scaffold.toml")
pathlib.Path("made").write_text("{{ cookiecutter.name }}" + str(state))
pathlib.Path("made").chmod(0o755)
pathlib.Path("LICENSE").write_text(pathlib.Path("LICENSE").read_text() + "!")
"""


def test_hooks_change_what_will_be_written(template):
    folder = template(
        beside={
            "hooks/post_gen_project.py": POST,
            "hooks/pre_gen_project.sh": "#!/bin/sh\nls >&2\n",
        }
    )
    found = rendered(folder, trust=True)
    assert (found["made"], found["LICENSE"]) == ("labFalse", "MIT!")
    assert "README.md" not in found
    assert ".nxc-scaffold.toml" in found
    template_ = template_source.get(str(folder), ref=None, trust=True, values={})
    tree = {str(p): f for p, f in render(whole("a"), UserTemplate(template_)).items()}
    assert tree["made"].mode == 0o755
    assert tree[".gitignore"].policy.value == "append"


def test_a_look_at_what_would_be_written_runs_no_hook(template):
    folder = template(beside={"hooks/post_gen_project.py": POST})
    found = template_source.get(str(folder), ref=None, trust=True, values={})
    tree = render(whole("a"), UserTemplate(found).without_hooks())
    assert "made" not in map(str, tree)


def test_a_hook_that_fails_is_told_with_its_last_line(template):
    folder = template(
        beside={"hooks/pre_gen_project.py": "import sys; sys.exit('no {{ cookiecutter.name }}')"}
    )
    with pytest.raises(ExternalError, match=r"hooks/pre_gen_project.py: ended with 1: no lab"):
        rendered(folder, trust=True)


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("ln -s /etc/passwd x", "a hook made x, which is no file"),
        ("mkdir .git", "a hook made .git, which uses the reserved name"),
        ("mkfifo x", "a hook made x, which is no file"),
        ("echo x > readme.MD", "collides"),
    ],
)
def test_what_a_hook_may_not_leave(template, script, what):
    folder = template(beside={"hooks/post_gen_project.sh": f"#!/bin/sh\n{script}\n"})
    assert what in refused(rendered, folder, trust=True)


EXTENSION = """
from jinja2.ext import Extension
class Shout(Extension):
    def __init__(self, environment):
        super().__init__(environment)
        environment.filters["shout"] = lambda text: text.upper()
"""


def test_extensions_run_with_trust(template):
    folder = template(
        {"a": "{{ 'x' | shout }}{% do [] %}"},
        {"_extensions": ["shouting_for_a_test.Shout", "jinja2.ext.do"]},
        {"shouting_for_a_test.py": EXTENSION},
    )
    assert rendered(folder, trust=True)["a"] == "X"


@pytest.mark.parametrize("name", ["no_such_module.X", "jinja2.ext.nothing", "x", 3])
def test_an_extension_that_cannot_be_loaded_is_told(template, name):
    folder = template({"a": "x"}, {"_extensions": [name]})
    assert "cannot be loaded" in refused(rendered, folder, trust=True)


# --- the command ----------------------------------------------------------------------------------


def new(folder, *flags, cwd):
    quick = ["--stack", "blank", "--defaults", "--no-check", "--no-git"]
    return nxc_scaffold("new", "lab", *quick, "--template", folder, *flags, cwd=cwd)


def test_new_writes_the_template(template, tmp_path):
    folder = template({"a": "{{ cookiecutter.license }}"}, {"license": ["MIT", "GPL"]})
    done = new(folder, "--template-set", "license=GPL", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "lab" / "a").read_text() == "GPL"
    assert f"template{folder}ontopoftheskeleton" in "".join(done.stderr.split())


def test_nothing_is_written_and_nothing_runs_when_a_template_is_refused(template, tmp_path):
    hook = f"#!/bin/sh\ntouch {tmp_path}/ran\n"
    folder = template(beside={"hooks/post_gen_project.sh": hook, "hooks/pre_gen_project.sh": hook})
    done = new(folder, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["template"]
    assert new(folder, "--trust", cwd=tmp_path).returncode == 0
    assert (tmp_path / "ran").exists()


def test_a_dry_run_runs_no_hook_and_says_so(template, tmp_path):
    hook = f"#!/bin/sh\ntouch {tmp_path}/ran\n"
    folder = template(beside={"hooks/post_gen_project.sh": hook, "hooks/pre_gen_project.sh": hook})
    done = new(folder, "--trust", "--dry-run", "--plain", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = "hooks/post_gen_project.sh hooks/pre_gen_project.sh"
    assert f", does not run {names} in a dry run\n" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["template"]


def test_the_answers_remember_the_template(template, tmp_path):
    folder = template({"a": "{{ cookiecutter.license }}"}, {"license": ["MIT", "GPL", "CC0"]})
    assert new("template", "--template-set", "license=GPL", cwd=tmp_path).returncode == 0
    state = tomllib.loads((tmp_path / "lab" / ".nxc-scaffold.toml").read_text())
    assert state["template"] == {"source": str(folder), "set": {"license": "GPL"}}
    again = ["new", ".", "--answers", ".nxc-scaffold.toml", "--no-check", "--no-git", "--dry-run"]
    done = nxc_scaffold(*again, cwd=tmp_path / "lab")
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "./" in line], "all is identical"
    done = nxc_scaffold(*again, "--template-set", "license=CC0", "--diff", cwd=tmp_path / "lab")
    assert "-GPL" in done.stdout
    assert "+CC0" in done.stdout


def test_an_answers_file_trusts_nobody(template, tmp_path):
    folder = template(beside={"hooks/post_gen_project.sh": "#!/bin/sh\ntrue\n"})
    answers = tmp_path / "answers.toml"
    answers.write_text(f'stack = "blank"\n[template]\nsource = "{folder}"\n')
    flags = ["new", "lab", "--answers", answers, "--defaults", "--no-check", "--no-git"]
    done = nxc_scaffold(*flags, cwd=tmp_path)
    assert (done.returncode, (tmp_path / "lab").exists()) == (2, False)
    assert "hooks/post_gen_project.sh: is code of others" in done.stderr
    assert nxc_scaffold(*flags, "--trust", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("table", ["3", "{ source = 3 }", "{ sauce = 'x' }", "{ set = { a = 1 } }"])
def test_a_bad_table_of_the_answers_is_told(tmp_path, table):
    answers = tmp_path / "answers.toml"
    answers.write_text(f'stack = "blank"\ntemplate = {table}\n')
    done = nxc_scaffold("new", "lab", "--answers", answers, "--defaults", cwd=tmp_path)
    assert done.returncode == 2
    assert f"{answers}: template: " in done.stderr


@pytest.mark.parametrize("flags", [["--template-ref", "x"], ["--template-set", "a=b"], ["--trust"]])
def test_flags_of_a_template_need_one(tmp_path, flags):
    done = nxc_scaffold("new", "lab", "--stack", "blank", "--defaults", *flags, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{flags[0]}: goes with --template" in done.stderr


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (["--template-set", "x"], "'x' is not NAME=VALUE"),
        (["--template-ref", "x"], "goes with a git repository"),
        (["--template", "nowhere"], "is neither a folder nor the URL"),
        (["--template", "x.zip"], "is an archive, which is not supported"),
        (["--template", "hg+https://x"], "Mercurial is not supported"),
        (["--template", "https://x", "--template-ref=a..b"], "'a..b' must hold no .."),
    ],
)
def test_templates_that_cannot_be_found_are_told(template, tmp_path, flags, what):
    done = new(template(), *flags, cwd=tmp_path)
    assert done.returncode == 2
    assert what in " ".join(done.stderr.split())


# --- git ------------------------------------------------------------------------------------------


@pytest.fixture
def repository(template):
    """Return the URL of a repository whose main says two and whose tag says one."""
    from scaffold.system.process import run

    folder = template({"a": "one"})

    def git(*arguments):
        done = run(["git", *arguments], cwd=folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=one")
    git("tag", "v1")
    (folder / PROJECT / "a").write_text("two")
    git("commit", "--quiet", "--all", "--message=two")
    git("config", "uploadpack.allowAnySHA1InWant", "true")
    return folder.as_uri(), git("rev-parse", "v1")


def a_of(url, ref):
    found = template_source.get(url, ref=ref, trust=False, values={})
    return next(file.content for file in found.files if file.path == "a")


def test_a_template_from_git(repository, monkeypatch, tmp_path):
    url, first = repository
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert a_of(url, None) == b"two"
    assert a_of("git+" + url, "main") == b"two"
    assert a_of(url, "v1") == b"one"
    assert a_of(url, first) == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["template"]


def test_a_ref_that_is_not_there_is_told(repository, tmp_path):
    done = new(repository[0], "--template-ref", "nothing", cwd=tmp_path)
    assert done.returncode == 4
    assert "nothing" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["ext::sh -c touch% x", "ext::sh://x"])
def test_a_url_starts_no_program(tmp_path, url):
    done = new(url, cwd=tmp_path)
    assert done.returncode in (2, 4)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("gh:a/b", "https://github.com/a/b"),
        ("gl:a/b", "https://gitlab.com/a/b"),
        ("git@host:a/b.git", "git@host:a/b.git"),
        ("ssh://host/a", "ssh://host/a"),
        ("git+https://h/a", "https://h/a"),
        ("folder", None),
        ("./a:b", None),
    ],
)
def test_which_texts_are_urls(text, url):
    assert template_source._url(text) == url
