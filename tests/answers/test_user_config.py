"""The user's defaults: what is read, what is refused, what counts more, and how it is shown."""

import json
from pathlib import Path

import pytest

from scaffold.answers import user_config
from scaffold.base.errors import InputError
from scaffold.base.folders import config_file
from tests.building import CATALOG
from tests.running import nxc_scaffold


@pytest.fixture
def config(own_home):
    file = own_home / "config" / "nxc-scaffold" / "config.toml"
    file.parent.mkdir(parents=True)

    def write(text):
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return write


def refused(call, *args):
    with pytest.raises(InputError) as caught:
        call(*args)
    assert all(problem.remedy for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_without_a_file_there_are_no_defaults(own_home):
    config = user_config.load()
    assert config.file == own_home / "config" / "nxc-scaffold" / "config.toml"
    assert not config.exists
    assert config.layer().answers == {}


@pytest.mark.parametrize("value", ["", "relative/folder"])
def test_without_xdg_config_home_it_is_in_dot_config(own_home, monkeypatch, value):
    monkeypatch.setenv("XDG_CONFIG_HOME", value)
    assert config_file() == own_home / ".config" / "nxc-scaffold" / "config.toml"


def test_every_key(config, own_home, monkeypatch):
    file = config(
        'author = "Ada"\nrelease = "24.11"\nflavours = ["docker"]\nextras = []\n'
        'catalogues = ["mine", "~/lab"]\nplain = true\n'
    )
    (file.parent / "mine").mkdir()
    (own_home / "lab").mkdir()
    found = user_config.load()
    assert (found.author, found.plain) == ("Ada", True)
    assert found.catalogues == (file.parent / "mine", own_home / "lab")
    assert found.layer().answers == {"release": "24.11", "flavours": ["docker"], "extras": []}
    assert found.layer().source == str(file)


@pytest.mark.parametrize(
    ("text", "key", "what"),
    [
        ("autor = 1", "autor", "there is no such key. Did you mean author?"),
        ("author = 1", "author", "1 is not text"),
        ('author = "a\\nb"', "author", "has several lines"),
        ("plain = 3", "plain", "3 is neither yes nor no"),
        ('catalogues = ["/nowhere"]', "catalogues", "'/nowhere' is not a folder"),
        ("catalogues = [1]", "catalogues", "1"),
    ],
)
def test_a_bad_key_is_told_with_the_file(config, text, key, what):
    file = config(text)
    (problem,) = refused(user_config.load)
    assert problem.startswith(f"{file}: {key}: ")
    assert what in problem


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('release = "1"', "release"),
        ('flavours = ["vm", "nope"]', "flavours"),
        ("flavours = 3", "flavours"),
        ('extras = ["nope"]', "extras"),
    ],
)
def test_a_bad_answer_is_told_also_when_a_flag_counts_more(config, tmp_path, text, key):
    file = config(text)
    (problem,) = refused(user_config.check, user_config.load(), CATALOG)
    assert problem.startswith(f"{file}: {key}: ")
    flags = ["--release", "25.05", "--flavour", "vm", "--extra", "none"]
    done = nxc_scaffold("new", "lab", "--stack", "nfs", *flags, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{file}: {key}: " in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["author =", b"\xff", "a = 1\na = 2", "x = " + "[" * 5000])
def test_what_is_no_toml_is_told_with_the_file(config, text):
    file = config(text)
    (problem,) = refused(user_config.load)
    assert problem.startswith(f"{file}: is not TOML: ")


def test_what_cannot_be_read_is_told_with_the_file(config):
    file = config("")
    file.unlink()
    file.mkdir()
    (problem,) = refused(user_config.load)
    assert problem.startswith(f"{file}: cannot be read: ")


# --- what counts more -----------------------------------------------------------------------------


def written(folder: Path) -> dict:
    import tomllib

    return tomllib.loads((folder / ".nxc-scaffold.toml").read_text())


def new(tmp_path, *flags):
    quick = ["--no-check", "--no-git"]
    done = nxc_scaffold("new", "lab", "--defaults", *quick, *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return written(tmp_path / "lab")


def test_the_config_counts_more_than_the_stack(config, tmp_path):
    config('release = "24.11"\nflavours = ["docker"]\nextras = ["ci"]')
    found = new(tmp_path, "--stack", "oar-nfs")
    assert (found["release"], found["flavours"], found["extras"]) == ("24.11", ["docker"], ["ci"])
    assert found["default_flavour"] == "docker"


def test_the_answers_file_counts_more_than_the_config_and_a_flag_more_than_both(config, tmp_path):
    config('release = "24.11"\nflavours = ["docker"]\nextras = ["ci"]')
    answers = tmp_path / "answers.toml"
    answers.write_text('stack = "nfs"\nflavours = ["vm"]\nextras = []\n')
    found = new(tmp_path, "--answers", str(answers), "--extra", "justfile")
    assert (found["release"], found["flavours"], found["extras"]) == ("24.11", ["vm"], ["justfile"])


def test_a_default_that_the_parts_exclude_is_told_with_the_file(config, tmp_path):
    file = config('flavours = ["nspawn"]')
    done = nxc_scaffold("new", "lab", "--stack", "nfs", "--defaults", cwd=tmp_path)
    assert done.returncode == 2
    assert f"flavours ({file}): 'nspawn' cannot be used" in done.stderr


def test_a_catalogue_folder_adds_its_stacks(config, tmp_path):
    file = config('catalogues = ["mine"]')
    stacks = file.parent / "mine" / "stacks"
    stacks.mkdir(parents=True)
    text = 'description = "Ours"\n[answers.roles.solo]\nparts = []\n'
    (stacks / "ours.toml").write_text(text)
    assert list(new(tmp_path, "--stack", "ours")["roles"]) == ["solo"]


# --- nxc-scaffold config --------------------------------------------------------------------------


def test_config_shows_values_and_sources(config):
    file = config('author = "Ada Lovelace"\nflavours = "docker,vm"\n')
    done = nxc_scaffold("config")
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["author", "Ada", "Lovelace", "config", "file"] in rows
    assert ["flavours", "docker", "vm", "config", "file"] in rows
    assert ["release", CATALOG.default_release, "recommended"] in rows
    assert ["catalogues", "(none)", "default"] in rows
    assert ["file", str(file)] in rows


def test_config_without_a_file_says_so(own_home):
    done = nxc_scaffold("config", "--plain")
    assert "release: 25.05, recommended" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1].endswith("config.toml (not there)")


def test_config_as_json(config):
    file = config('release = "24.11"\n')
    document = json.loads(nxc_scaffold("config", "--json").stdout)
    assert (document["file"], document["exists"]) == (str(file), True)
    settings = {s["key"]: (s["value"], s["source"]) for s in document["settings"]}
    assert set(settings) == {*user_config.ANSWERS, *user_config.PARSERS}
    assert settings["release"] == ("24.11", "config file")
    assert settings["extras"] == (["justfile"], "recommended")


def test_config_tells_a_bad_config(config):
    file = config('release = "1"\n')
    done = nxc_scaffold("config", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["problems"][0]["where"] == f"{file}: release"
