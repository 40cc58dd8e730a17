"""A few of the inputs that tests/tools/fuzz_inputs.py draws by thousands; the seed is printed."""

import random

import pytest

from scaffold.base.errors import one_line
from tests.running import nxc_scaffold
from tests.tools import fuzz_inputs

SEED = random.randrange(1 << 32)


@pytest.mark.nix
@pytest.mark.parametrize(("kind", "count"), [("valid", 15), ("strings", 60), ("invalid", 60)])
def test_random_inputs_of_a_new_seed(nix_program, kind, count):
    print(f"seed {SEED}: python tests/tools/fuzz_inputs.py --seed {SEED} --{kind} {count}")
    assert fuzz_inputs.run(kind, SEED, count) == []


def test_the_fuzzer_sees_what_is_wrong(nix_program, monkeypatch):
    assert fuzz_inputs.unparsed({"a": "{ }", "b": "{ a = ; }", "c": "1"})[0].startswith("b: ")
    assert fuzz_inputs.unreadable(".py", "def")
    assert fuzz_inputs.nix_changes([("a", '"a"'), ("b", '"c"')]) == ["b"]
    monkeypatch.setattr("scaffold.cli.main.one_line", str)
    assert fuzz_inputs.run("invalid", 2, 60)


@pytest.mark.parametrize("key", ["a\nb", "k" * 5000, "a\x1b[31mb"])
def test_a_strange_key_is_told_on_one_short_line(tmp_path, key):
    done = nxc_scaffold("new", "lab", "--role=node", "--defaults", f"--set={key}=x", cwd=tmp_path)
    assert done.returncode == 2
    first, *_ = done.stderr.splitlines()
    assert first.startswith("error  ")
    assert first.endswith(": there is no such key")
    assert first.isprintable()
    assert len(first) < 300


def test_both_ends_of_a_long_place_are_shown():
    shown = one_line(f"{'k' * 900} (--set x)")
    assert shown.startswith("kkk")
    assert shown.endswith("(--set x)")
    assert len(shown) <= 240
