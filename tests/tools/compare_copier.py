"""The same change of the same project, edited in the same way, by nxc-scaffold and by copier.

    python tests/tools/compare_copier.py

A copier template is made from what nxc-scaffold renders for an NFS server with two clients: the
number of clients is a question, the client's module is there when there are clients. Each situation
edits a project that was made from it, asks both tools for the same change, and looks at what is on
the disk. Needs copier (the extra ``bench``) and git. Prints a table.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scaffold.base.errors import ScaffoldError
from tests.projects import Lab, lab_of

MAIN, CLIENT = "composition.nix", "parts/nfs-client.nix"
Edit = Callable[[Path], None]
Situation = tuple[str, Edit, str]


def append(folder: Path) -> None:
    """Edit the composition where nothing changes."""
    file = folder / MAIN
    file.write_bytes(file.read_bytes() + b"# mine\n")


def replace(name: str, old: str, new: str) -> Edit:
    """Return what replaces a text."""

    def edit(folder: Path) -> None:
        file = folder / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    return edit


def crlf(folder: Path) -> None:
    """Give the composition the line ends of another system."""
    file = folder / MAIN
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


SITUATIONS: list[Situation] = [
    ("unedited", lambda folder: None, "five"),
    ("edited in other lines", append, "five"),
    ("edited in the same line", replace(MAIN, "client = 2;", "client = 7; # mine"), "five"),
    ("the change is done by hand", replace(MAIN, "client = 2;", "client = 5;"), "five"),
    ("deleted, unchanged by the run", lambda folder: (folder / "justfile").unlink(), "five"),
    ("line ends of another system", crlf, "five"),
    ("edited, not committed", append, "five, uncommitted"),
    ("a file that is not wanted any more", lambda folder: None, "none"),
    ("the same, edited", replace(CLIENT, "{ ", "# mine\n{ "), "none"),
    ("edited, and other templates", append, "templates"),
]


def main() -> int:
    """Print what each tool does in each situation."""
    os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
    for who in ("AUTHOR", "COMMITTER"):
        os.environ[f"GIT_{who}_NAME"], os.environ[f"GIT_{who}_EMAIL"] = "A", "a@example.org"
    print("| situation | nxc-scaffold | copier |\n| --- | --- | --- |")
    for name, edit, change in SITUATIONS:
        with tempfile.TemporaryDirectory() as folder:
            ours = by_us(Path(folder) / "ours", edit, change)
            theirs = by_copier(Path(folder), edit, change)
        print(f"| {name} | {ours} | {theirs} |", flush=True)
    return 0


def by_us(folder: Path, edit: Edit, change: str) -> str:
    """Return what nxc-scaffold makes of it."""
    lab = lab_of(folder)
    commit(folder)
    lab.write()
    edit(folder)
    if change == "templates":
        lab.templates = {MAIN: other_templates}
    elif change == "none":
        del lab.raw["roles"]["client"]
    else:
        lab.raw["roles"]["client"]["count"] = 5
    before = lab.files()
    try:
        lab.write()
    except ScaffoldError as error:
        assert lab.files() == before
        return f"nothing written: {error.problems[0].where}: {error.problems[0].what}"
    return found(folder, before)


def by_copier(scratch: Path, edit: Edit, change: str) -> str:
    """Return what copier makes of it."""
    template = template_of(scratch)
    project = scratch / "theirs"
    run("copier", "copy", "--quiet", "--defaults", "--vcs-ref=v1", str(template), str(project),
        cwd=scratch)  # fmt: skip
    commit(project)
    edit(project)
    if change != "five, uncommitted":
        commit(project)
    before = {MAIN: (project / MAIN).read_bytes()}
    data = {"none": "clients=0", "templates": "clients=2"}.get(change, "clients=5")
    ref = "v2" if change == "templates" else "v1"
    done = run("copier", "update", "--quiet", "--defaults", f"--vcs-ref={ref}", "--data", data,
               cwd=project, check=False)  # fmt: skip
    if done.returncode:
        return f"nothing written: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
    return found(project, before)


def found(folder: Path, before: dict[str, bytes]) -> str:
    """Return in words what is on the disk."""
    text = (folder / MAIN).read_bytes().decode()
    told = []
    if "<<<<<<<" in text:
        told.append("conflict markers in the file")
    elif before[MAIN] != text.encode():
        told.append("composition updated")
    told.append("CRLF kept" if b"\r\n" in before[MAIN] and "\r\n" in text else "")
    if b"\r\n" in before[MAIN] and "\r\n" not in text:
        told.append("CRLF lost")
    if b"# mine" in before[MAIN]:
        told.append("edit kept" if "# mine" in text else "edit lost")
    if not (folder / "justfile").exists():
        told.append("stays deleted")
    client = folder / CLIENT
    if "client =" not in text and client.exists():
        told.append(
            "the module stays" + (" with its edit" if "# mine" in client.read_text() else "")
        )
    elif "client =" not in text:
        told.append("the module is deleted")
    if rejects := list(folder.rglob("*.rej")):
        told.append(f"{len(rejects)} .rej file")
    return ", ".join(filter(None, told)) or "unchanged"


def template_of(scratch: Path) -> Path:
    """Make the template, with a tag for each version."""
    template = scratch / "template"
    lab = lab_of(scratch / "model")
    none = lab_of(scratch / "none")
    del none.raw["roles"]["client"]
    none.write()
    template.mkdir()
    (template / "copier.yml").write_text(
        '_subdirectory: project\nclients:\n  type: int\n  default: 2\n'
        '_envops:\n  block_start_string: "[%"\n  block_end_string: "%]"\n'
        '  variable_start_string: "[["\n  variable_end_string: "]]"\n'
        '  comment_start_string: "[#"\n  comment_end_string: "#]"\n'
    )  # fmt: skip
    for name, content in lab.files().items():
        if name in (".nxc-scaffold.toml", "README.md", "test_script.py"):
            continue
        text = content.decode()
        if name == MAIN:
            text = as_template(text, none)
        path = template / "project" / name
        if name == CLIENT:
            path = path.with_name("[% if clients %]nfs-client.nix[% endif %].jinja")
        elif name == MAIN:
            path = path.with_name(f"{path.name}.jinja")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (template / "project/[[ _copier_conf.answers_file ]].jinja").write_text(
        "[[ _copier_answers|to_nice_yaml -]]\n"
    )
    commit(template)
    run("git", "tag", "v1", cwd=template)
    main = template / "project" / f"{MAIN}.jinja"
    main.write_text(other_templates(main.read_text()))
    commit(template)
    run("git", "tag", "v2", cwd=template)
    return template


def as_template(text: str, none: Lab) -> str:
    """Return the composition as a template that knows any number of clients."""
    without = none.file(MAIN).read_text()
    counted = text.replace("client = 2;", "client = [[ clients ]];")
    return f"[% if clients %]{counted}[% else %]{without}[% endif %]"


def other_templates(text: str) -> str:
    """Return a text as another version of the templates has it."""
    return text.replace("{\n", "{\n  # Of other templates.\n", 1)


def commit(folder: Path) -> None:
    """Commit everything."""
    if not (folder / ".git").exists():
        run("git", "init", "-q", cwd=folder)
    run("git", "add", "-A", cwd=folder)
    run("git", "commit", "-qm", "x", "--allow-empty", cwd=folder)


def run(*words: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program."""
    program = [sys.executable, "-m", *words] if words[0] == "copier" else list(words)
    done = subprocess.run(program, cwd=cwd, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise SystemExit(f"{words}: {done.stderr}")
    return done


if __name__ == "__main__":
    sys.exit(main())
