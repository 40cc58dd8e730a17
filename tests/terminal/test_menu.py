"""The list that fills a terminal: what it shows at 80 by 24, and what keys do. No terminal here."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.terminal.menu import BACK, HELP, Answer, Item, Key, Menu
from scaffold.terminal.menu_state import MenuState
from scaffold.terminal.pager import Pager
from scaffold.terminal.wrapping import cells, wrapped

FRUIT = ("apple", "banana", "cherry", "date")


def menu(*names, **more):
    items = tuple(Item(n, f"the fruit {n}", n, explanation=lambda n=n: [f"all about {n}"])
                  for n in names or FRUIT)  # fmt: skip
    return Menu("Fruit", items, **more)


def press(state, *keys):
    """Press keys until one ends the menu."""
    for key in keys:
        answer = state.press(key)
        if answer is not None:
            return answer
    return None


def text(state, width=80, height=24):
    """What is on the screen."""
    lines = ["".join(piece for _, piece in line) for line in state.lines(width, height)]
    assert len(lines) <= height
    return "\n".join(lines)


# --- moving and choosing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "id_"),
    [
        ((), "apple"),
        (("down",), "banana"),
        (("up",), "date"),
        (("down",) * 4, "apple"),
        (("end",), "date"),
        (("end", "home"), "apple"),
        (("pagedown",), "date"),
        (("pagedown", "pageup"), "apple"),
    ],
)
def test_arrows_point_and_enter_takes(keys, id_):
    assert press(MenuState(menu()), *keys, "enter") == Answer("enter", id_)


def test_the_cursor_starts_where_it_is_told():
    assert press(MenuState(menu(cursor="cherry")), "enter").id == "cherry"
    assert press(MenuState(menu(cursor="nothing")), "enter").id == "apple"


def test_keys_of_the_menu_and_of_one_entry_end_it():
    items = (Item("a", head="a", keys=(Key("d", "duplicate"),)), Item("b", head="b"))
    both = Menu("x", items, (Key("w", "write"),))
    assert press(MenuState(both), "w") == Answer("w", "a")
    assert press(MenuState(both), "d") == Answer("d", "a")
    state = MenuState(both)
    assert press(state, "down", "d") is None
    assert "'d' does nothing here" in text(state)


def test_back_ends_it_and_takes_a_filter_away_first():
    assert press(MenuState(menu()), BACK) == Answer(BACK, "apple")
    state = MenuState(menu(filters=True))
    assert press(state, "d", BACK) is None
    assert press(state, "escape") == Answer(BACK, "date")


def test_what_is_refused_cannot_be_taken_and_says_why():
    items = (Item("a", head="a", refused="no such thing"), Item("b", head="b"))
    state = MenuState(Menu("x", items))
    assert press(state, "enter") is None
    assert "a cannot be chosen: no such thing" in text(state)
    ticking = MenuState(Menu("x", items, ticked=()))
    assert press(ticking, " ", "down", " ", "enter").ticked == ("b",)


def test_a_ticked_entry_that_is_refused_can_be_left_out():
    state = MenuState(Menu("x", (Item("a", refused="not here"),), ticked=("a",)))
    assert press(state, " ", "enter").ticked == ()


def test_at_least_one_is_chosen_where_one_is_needed():
    state = MenuState(menu(ticked=("apple",), least=1))
    assert press(state, " ", "enter") is None
    assert "Choose at least 1" in text(state)
    assert press(state, " ", "enter").ticked == ("apple",)


# --- filtering ------------------------------------------------------------------------------------


def test_letters_narrow_the_list_and_backspace_widens_it():
    state = MenuState(menu(filters=True))
    press(state, *"an")
    assert [item.id for item in state.shown] == ["banana"]
    press(state, "backspace", "backspace")
    assert [item.id for item in state.shown] == list(FRUIT)


def test_a_name_counts_more_than_what_is_said_of_it():
    items = tuple(Item(n, t, n) for n, t in (("x", "an nfs server"), ("oar-nfs", ""),
                                             ("nfs-more", ""), ("nfs", "")))  # fmt: skip
    state = MenuState(Menu("x", items, filters=True))
    press(state, *"nfs")
    assert [item.id for item in state.shown] == ["nfs", "nfs-more", "oar-nfs", "x"]


def test_what_fits_nothing_is_told():
    state = MenuState(menu(filters=True))
    assert press(state, *"zz", "enter") is None
    assert "Nothing fits 'zz'" in text(state)
    assert state.item is None


def test_ticks_stay_while_the_list_is_narrowed():
    state = MenuState(menu(filters=True, ticked=("apple",)))
    assert press(state, *"date", " ", BACK, "enter").ticked == ("apple", "date")


# --- what is shown --------------------------------------------------------------------------------

MANY = tuple(f"fruit{n}" for n in range(60))


@pytest.mark.parametrize("moves", [0, 1, 12, 30, 58, 59])
def test_a_long_list_fits_and_says_how_much_more_there_is(moves):
    state = MenuState(menu(*MANY))
    press(state, *["down"] * moves)
    shown = text(state).splitlines()
    assert len(shown) == 24
    rows = [line for line in shown if "the fruit" in line]
    assert any(f"\u00bb fruit{moves} " in line for line in rows)
    above = next(
        (int(w) for line in shown if "\u2191" in line for w in line.split() if w.isdecimal()), 0
    )
    below = next(
        (int(w) for line in shown if "\u2193" in line for w in line.split() if w.isdecimal()), 0
    )
    assert above + len(rows) + below == 60


def test_help_stays_and_follows_the_pointer():
    state = MenuState(menu())
    assert "all about" not in text(state)
    press(state, HELP)
    assert "all about apple" in text(state)
    press(state, "down")
    assert "all about banana" in text(state)
    press(state, HELP)
    assert "all about" not in text(state)


def test_long_help_is_read_page_by_page_and_the_entry_stays_in_sight():
    items = tuple(
        Item(n, "text", n, explanation=lambda: [f"fact {i}." for i in range(40)]) for n in MANY
    )
    state = MenuState(Menu("x", items))
    press(state, *["down"] * 20)
    seen = []
    for page in range(1, 4):
        press(state, HELP)
        shown = text(state)
        assert "\u00bb fruit20" in shown
        seen += [line for line in shown.splitlines() if "fact" in line]
        assert ("? shows" in shown) == (page < 3), shown
    assert len(seen) == 40
    press(state, HELP)
    assert "fact" not in text(state)


def test_problems_are_told_whole_below_their_entry():
    problem = "needs nfs.server, which no role has: it has nothing to mount. " * 3
    items = (Item("a", "text", "a", problems=(problem,)), Item("b", "text", "b"))
    shown = text(MenuState(Menu("x", items, wraps=True)), width=60)
    assert " ".join(problem.split()) in " ".join(shown.split())
    assert shown.index("! needs") > shown.index("\u00bb a")


def test_groups_have_headings_until_the_list_is_narrowed():
    items = (Item("a", head="a", group="first"), Item("b", head="b", group="second"))
    state = MenuState(Menu("x", items, filters=True))
    assert [line.strip() for line in text(state).splitlines()[1:5]] == [
        "first", "\u00bb a", "second", "b",
    ]  # fmt: skip
    press(state, "b")
    assert "second" not in text(state)


def test_without_drawn_signs_it_is_all_letters():
    state = MenuState(menu(*MANY, ticked=("fruit0",)), signs=False)
    press(state, HELP)
    assert text(state).isascii()
    assert " > [x] fruit0" in text(state)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=90)


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=30), st.integers(40, 120), st.integers(8, 40))
def test_nothing_is_wider_or_higher_than_the_terminal(texts, width, height):
    items = tuple(
        Item(str(n), t, f"row{n}", problems=(t,) if n % 3 else (), explanation=lambda t=t: [t])
        for n, t in enumerate(texts)
    )
    for wraps in (True, False):
        state = MenuState(Menu("Title", items, (Key("w", "write"),), wraps=wraps))
        press(state, HELP, "down")
        shown = text(state, width, height)
        assert all(letter.isprintable() or letter == "\n" for letter in shown)
        assert all(cells(line) <= width for line in shown.splitlines())


@given(st.text(st.sampled_from("ab -"), max_size=200), st.integers(20, 100))
def test_wrapping_breaks_no_word_that_fits(line, width):
    lines = wrapped(line, width)
    assert " ".join(" ".join(lines).split()) == " ".join(line.split()) or any(
        len(word) > width // 2 for word in line.split()
    )
    assert all(len(one) <= width for one in lines)


# --- reading --------------------------------------------------------------------------------------


def test_a_text_is_read_in_pieces_that_fit():
    pager = Pager("file", [("", f"line {n}") for n in range(100)])
    assert len(text(pager).splitlines()) == 24
    assert "lines 1 to 21 of 100" in text(pager)
    press(pager, " ")
    assert "lines 22 to 42 of 100" in text(pager)
    press(pager, "end")
    assert "line 99" in text(pager)
    press(pager, "home", "up")
    assert "lines 1 to 21" in text(pager)
    assert press(pager, BACK) == Answer(BACK, "")
