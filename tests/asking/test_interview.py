"""The machinery of questions, with questions of its own: about what to drink, judged by a menu."""

from pathlib import Path

import pytest

from scaffold.asking.flag import Flag
from scaffold.asking.interview import (
    BackError,
    Choice,
    Interview,
    Progress,
    ask_all,
    hold,
    resumed,
)
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


class Script:
    """A frontend that answers from a list; an exception in it is raised."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def _next(self, what):
        self.asked.append(what)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException) or answer is BackError:
            raise answer
        return answer

    def ask(self, question, answers, knowledge):
        return {question.key: self._next(question.key)}

    def decide(self, *, problems=()):
        self.asked.append(tuple(problem.what for problem in problems))
        return self._next("decide")

    def pick(self, questions, answers):
        return self._next("pick")


@pytest.fixture
def memory(tmp_path):
    return Memory.of("drinks", tmp_path)


def interview(memory, build=lambda raw: raw):
    return Interview(QUESTIONS, MENU, build, lambda _: None, memory)


def test_questions_are_asked_in_order_where_they_have_a_meaning():
    tea = Script("tea", 3, True)
    assert ask_all(tea, Progress({}, set()), QUESTIONS, MENU)["sugar"] is True
    assert tea.asked == ["drink", "cups", "sugar"]
    coffee = Script("coffee", 3)
    ask_all(coffee, Progress({}, set()), QUESTIONS, MENU)
    assert coffee.asked == ["drink", "cups"]


def test_going_back_asks_the_one_before_also_over_one_that_was_not_asked():
    script = Script("tea", BackError, "coffee", 1)
    assert ask_all(script, Progress({}, set()), QUESTIONS, MENU) == {
        "drink": "coffee",
        "cups": 1,
        "sugar": False,
    }


def test_going_back_from_the_first_question_asks_it_again_or_leaves_an_inner_interview():
    assert ask_all(Script(BackError, "coffee", 1), Progress({}, set()), QUESTIONS, MENU)
    with pytest.raises(BackError):
        ask_all(Script(BackError), Progress({}, set()), QUESTIONS, MENU, inner=True)


def test_back_on_the_last_screen_returns_to_it(memory):
    script = Script("coffee", 1, Choice.CHANGE, BackError, Choice.CHANGE, CUPS, BackError)
    script.answers.append(Choice.WRITE)
    assert hold(script, Progress({}, set()), interview(memory))["cups"] == 1


def test_what_does_not_go_together_is_told_and_cannot_be_written(memory):
    def build(raw):
        if raw["cups"] > 3:
            raise InputError(Problem("cups", "are too many", "Take fewer"))
        return raw

    script = Script("coffee", 4, Choice.CHANGE, CUPS, 3, Choice.WRITE)
    assert hold(script, Progress({}, set()), interview(memory, build))["cups"] == 3
    assert [asked for asked in script.asked if isinstance(asked, tuple)] == [("are too many",), ()]


@pytest.mark.parametrize(
    "end",
    [Interrupted(Problem("x", "interrupted", "y")), KeyboardInterrupt(), RuntimeError("a defect")],
)
@pytest.mark.parametrize("at", [1, 2])
def test_whatever_ends_an_interview_its_answers_are_kept(memory, end, at):
    with pytest.raises(type(end)):
        hold(Script(*["tea", 3][:at], end), Progress({}, set()), interview(memory))
    kept = resumed(memory)
    assert kept.answers == {"drink": "tea", "cups": 3} if at == 2 else {"drink": "tea"}
    assert hold(Script(*[3, True][at - 1 :], Choice.WRITE), kept, interview(memory))["sugar"]
    with pytest.raises(InputError, match="no interrupted run"):
        resumed(memory)


def test_each_target_folder_and_command_has_answers_of_its_own(tmp_path):
    one, other = Memory.of("new", tmp_path / "one"), Memory.of("new", tmp_path / "other")
    one.keep(settled={"a"}, answers={"a": 1})
    other.keep(settled={"a"}, answers={"a": 2})
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
