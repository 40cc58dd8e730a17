"""The screens in docs/terminal.md are those that a real terminal shows today."""

from tests.tools.screens import PAGE, page


def test_the_interview_looks_as_it_is_documented():
    assert page() == PAGE.read_text(encoding="utf-8"), "run `make examples` and look at the screens"
