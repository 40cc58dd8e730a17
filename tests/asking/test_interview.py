"""The machinery of questions, with questions of its own: about what to drink, judged by a menu."""

from pathlib import Path

import pytest

from scaffold.asking.flag import Flag
from scaffold.asking.interview import Progress, kept_for_resume, resumed, written_or_resumed
from scaffold.asking.layers import Layer, merge, nested, source_of
from scaffold.asking.memory import Memory
from scaffold.asking.question import Question, fixed, missing, parse_given, with_recommended
from scaffold.base import values
from scaffold.base.errors import InputError, Interrupted, Problem

MENU = ("tea", "coffee")


def parse_drink(value, ctx):
    return ctx.take(("drink",), lambda v: values.one_of(v, ctx.knowledge, "drink"), value)


def parse_cups(value, ctx):
    return ctx.take(("cups",), lambda v: values.integer(v, 1, 9), value)


DRINK = Question(Flag("drink", "--drink", "NAME", "What it is."), "Drink", parse_drink, fixed(None))
CUPS = Question(
    Flag("cups", "--cups", "N", "How many."), "Cups", parse_cups, fixed(2), required=False
)
SUGAR = Question(
    Flag("sugar", "--sugar", "yes|no", "Whether it is sweet."),
    "Sugar",
    lambda value, ctx: ctx.take(("sugar",), values.boolean, value),
    fixed(False),
    required=False,
    asked=lambda answers, _: answers.get("drink") == "tea",
)
QUESTIONS = (DRINK, CUPS, SUGAR)


@pytest.fixture
def memory(tmp_path):
    return Memory.of("drinks", tmp_path)


@pytest.mark.parametrize(
    "end",
    [Interrupted(Problem("x", "interrupted", "y")), KeyboardInterrupt(), RuntimeError("a defect")],
)
def test_whatever_ends_it_the_answers_so_far_are_kept(memory, end):
    def decide():
        progress = Progress({"drink": "tea"})
        with kept_for_resume(memory, progress):
            progress.answers = {"drink": "tea", "cups": 3}
            raise end

    with pytest.raises(type(end)):
        decide()
    assert resumed(memory).answers == {"drink": "tea", "cups": 3}


def test_answers_are_kept_until_they_are_written(memory):
    with kept_for_resume(memory, Progress({"drink": "tea"})):
        pass
    assert resumed(memory).answers == {"drink": "tea"}
    memory.forget()
    with pytest.raises(InputError, match="no interrupted run"):
        resumed(memory)


@pytest.mark.parametrize("left", [Interrupted(Problem("x", "you left", "y")), KeyboardInterrupt()])
def test_who_leaves_before_they_are_written_is_told_how_to_go_on(memory, left):
    memory.keep({"drink": "tea"})
    with pytest.raises(Interrupted, match="Go on with --resume"), written_or_resumed(memory):
        raise left


def test_an_error_before_they_are_written_says_that_they_are_kept(memory):
    memory.keep({"drink": "tea"})
    with pytest.raises(InputError) as caught, written_or_resumed(memory):
        raise InputError(Problem("x", "is refused", "y"))
    told = [problem.what for problem in caught.value.problems]
    assert told == ["is refused", "your answers are kept"]


@pytest.mark.parametrize("end", [Interrupted(Problem("x", "you left", "y")), KeyboardInterrupt()])
def test_what_ends_it_after_they_are_written_stays_as_it_is(memory, end):
    with pytest.raises(type(end)) as caught, written_or_resumed(memory):
        raise end
    assert caught.value is end


def test_who_left_is_told_how_to_go_on(memory):
    with (
        pytest.raises(Interrupted, match="Go on with --resume"),
        kept_for_resume(memory, Progress({})),
    ):
        raise Interrupted(Problem("x", "you left", "Run it again"))


def test_each_target_folder_and_command_has_answers_of_its_own(tmp_path):
    one, other = Memory.of("new", tmp_path / "one"), Memory.of("new", tmp_path / "other")
    one.keep({"a": 1})
    other.keep({"a": 2})
    assert (resumed(one).answers, resumed(other).answers) == ({"a": 1}, {"a": 2})
    assert Memory.of("package", tmp_path / "one").kept() == {}
    one.forget()
    assert (one.kept(), resumed(other).answers) == ({}, {"a": 2})


def test_a_folder_is_the_same_however_it_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Memory.of("new", None) == Memory.of("new", Path()) == Memory.of("new", tmp_path)


def test_the_answers_of_what_was_written_last_are_remembered_for_any_folder(tmp_path):
    Memory.of("new", tmp_path / "one").remember({"a": 1})
    assert Memory.of("new", tmp_path / "other").remembered() == {"a": 1}
    assert Memory.of("multi", tmp_path).remembered() == {}


def test_every_problem_is_told_with_its_source():
    given = [Layer("--cups 12", {"cups": "12"}), Layer("a.toml", {"drink": "cocoa", "cup": 1})]
    with pytest.raises(InputError) as caught:
        parse_given(merge(given), MENU, QUESTIONS, given)
    assert [problem.where for problem in caught.value.problems] == [
        "cup (a.toml)",
        "drink (a.toml)",
        "cups (--cups 12)",
    ]


def test_what_is_missing_names_its_flag():
    assert [str(problem) for problem in missing({}, QUESTIONS)] == [
        "drink: is not answered. Give --drink NAME, or --defaults."
    ]


def test_recommended_answers_fill_what_is_left_out():
    assert with_recommended({"cups": 1}, MENU, QUESTIONS, all_of_them=True) == {
        "cups": 1,
        "sugar": False,
    }


def test_the_first_layer_is_the_strongest_and_tables_are_merged():
    above, below = Layer("above", nested(("a", "b"), 1)), Layer("below", {"a": {"b": 2, "c": 3}})
    assert merge([above, below]) == {"a": {"b": 1, "c": 3}}
    assert source_of([above, below], ("a", "b")) == "above"
    assert source_of([above, below], ("a", "c")) == "below"
    assert source_of([above, below], ("a", "x", "y")) == ""
