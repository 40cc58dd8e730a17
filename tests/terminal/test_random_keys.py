"""Whatever is pressed, a screen goes on, and undo leads back to the start."""

import random
from contextlib import suppress

import pytest

from scaffold.answers import project
from scaffold.asking.interview import BackError
from scaffold.base.errors import InputError, Interrupted, Problem
from scaffold.composition import rules
from scaffold.composition.topology import ProjectTopology
from scaffold.terminal.answers_screen import Subject
from scaffold.terminal.menu import BACK, DIGIT, Answer
from scaffold.terminal.menu_state import MenuState
from scaffold.terminal.project_hub import ProjectHub
from scaffold.terminal.project_state import ProjectState
from scaffold.writer.plan import Plan
from tests.building import CATALOG

TEXTS = ("", "lab", "node", "web2", "3", "1000", "/data", "user9", "jq, tree", "Two hosts", "24.11",
         "let", "a b", "nixpkgs.hello", "-1")  # fmt: skip
STEPS = 60


class RandomScreen:
    """Presses keys that a menu knows, and types texts until one is taken."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.left = STEPS
        self.log = []

    def choose(self, menu):
        self.left -= 1
        if self.left < 0:
            raise Interrupted(Problem("x", "enough", "Stop"))
        state = MenuState(menu)
        if not menu.items:
            return Answer(BACK, "")
        item = self.random.choice(menu.items)
        state = MenuState(menu)
        state.press("?") if self.random.random() < 0.2 else None
        for _ in range(menu.items.index(item)):
            state.press("down")
        assert len(state.lines(80, 24)) <= 24
        keys = [k.key for k in (*menu.keys, *item.keys) if k.key not in ("q", "p")]
        key = self.random.choice([*keys, "enter", "enter", "enter", BACK])
        key = "7" if key == DIGIT else key
        if menu.ticked is not None and key == "enter":
            some = self.random.sample(menu.items, min(len(menu.items), self.random.randint(1, 4)))
            return Answer(
                "enter", item.id, tuple(i.id for i in some if not i.refused) or menu.ticked
            )
        if item.refused and key == "enter":
            key = BACK
        self.log.append((menu.title, key, item.id))
        return Answer(key, item.id, menu.ticked or ())

    def line(self, text):
        if self.random.random() < 0.2:
            raise BackError
        for typed in self.random.sample(TEXTS, len(TEXTS)):
            if text.check(typed) is True:
                return typed
        raise BackError

    def read(self, title, lines):
        assert list(lines)


def build(raw):
    whole = ProjectTopology(project.build(raw, CATALOG), CATALOG)
    rules.check(whole)
    return whole


def filled(raw):
    return project.with_recommended(raw, CATALOG, all_of_them=True)


def no_plan(_):
    return Plan(None, ())


@pytest.mark.parametrize("seed", range(6))
def test_random_keys_on_one_composition(seed):
    stack = CATALOG.stacks[random.Random(seed).choice(list(CATALOG.stacks))]
    start = {"name": "lab", **stack.answers, "started_from": stack.name}
    state = ProjectState(start, CATALOG, {})
    run(state, Subject("Lab", filled, build, no_plan, lambda _: None), seed)
    while state.undo():
        pass
    assert state.raw == start


@pytest.mark.parametrize("seed", range(6))
def test_random_keys_on_several_compositions(seed):
    start = {"name": "lab", "compositions": {
        name: {"roles": CATALOG.stacks[name].answers["roles"], "started_from": name}
        for name in ("oar", "nfs")
    }}  # fmt: skip
    state = ProjectState(start, CATALOG, {})
    run(state, Subject("Lab", filled, build, no_plan, lambda _: None), seed)


def run(state, subject, seed):
    """Press keys until it is to be written or the keys run out."""
    screen = RandomScreen(seed)

    def restart():
        name = screen.random.choice(list(CATALOG.stacks))
        return {**CATALOG.stacks[name].answers, "started_from": name}

    hub = ProjectHub(screen, state, subject, restart, offline=True)
    while screen.left > 0:
        try:
            hub.run()
        except Interrupted:
            break
    with suppress(InputError):
        subject.build(subject.fill(state.effective()))
