"""Each answer is validated once, and the topology is built once a composition."""

import sys
from collections import Counter

import pytest

from scaffold.answers import project
from scaffold.asking import question
from scaffold.cli import main
from scaffold.composition import topology

QUICK = ("--no-check", "--no-git", "-q")


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """Run a command and count how often answers were validated and topologies built."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scaffold.commands.pipeline.formatted", lambda tree, _: tree)
    counts = Counter()

    def counting(name, owner, attribute):
        original = getattr(owner, attribute)

        def counter(*args, **more):
            counts[name] += 1
            return original(*args, **more)

        monkeypatch.setattr(owner, attribute, counter)

    counting("topologies", topology.Topology, "__init__")
    for each in (*project.QUESTIONS, *project.QUESTIONS_OF_SEVERAL):
        parse = each.parse

        def counter(value, ctx, parse=parse, key=each.key):
            counts[f"parsed {key}"] += 1
            return parse(value, ctx)

        monkeypatch.setitem(each.__dict__, "parse", counter)
    counting("files of answers", question, "parse_given")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["nxc-scaffold", *arguments, *QUICK])
        with pytest.raises(SystemExit) as ended:
            main.main()
        assert int(ended.value.code or 0) == 0
        return counts

    return run


def parsed(counts):
    return {key: number for key, number in counts.items() if key.startswith("parsed ")}


def test_new_validates_each_answer_once_and_builds_one_topology(counted):
    counts = counted("new", "lab", "--stack", "oar-nfs", "--defaults")
    assert set(parsed(counts).values()) == {1}
    assert counts["topologies"] == 1


def test_several_compositions_are_validated_and_built_once_each(counted):
    counts = counted("multi", "lab", "--composition", "oar", "--composition", "hpc=slurm")
    own = {f"parsed {key}" for key in (*project.OWN, *project.WISHES)}
    assert counts["topologies"] == 2
    for key, number in parsed(counts).items():
        assert number <= 3 if key in own else number == 1, (key, number)
