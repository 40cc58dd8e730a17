"""What is printed in a terminal of 80 columns: rows that are wiped, words that stay whole."""

import io

import pyte
import pytest

from scaffold.checks import Finding, Result
from scaffold.report.console import ConsoleReporter, _Console, _Running


@pytest.fixture
def shown(monkeypatch):
    """Return a reporter and what its terminal shows, line by line; nothing blinks meanwhile."""
    monkeypatch.setenv("TERM", "xterm-256color")
    out = io.StringIO()
    reporter = ConsoleReporter()
    reporter.console = _Console(
        file=out, force_terminal=True, width=80, height=24, highlight=False, soft_wrap=False
    )

    def lines():
        screen = pyte.Screen(80, 200)
        pyte.Stream(screen).feed(out.getvalue().replace("\n", "\r\n"))
        return [line.rstrip() for line in screen.display if line.strip()]

    return reporter, lines, out


LONG = "the daemon of this part needs a kernel that holds its module, which this release has not "


def test_no_word_of_a_finding_is_broken_and_none_is_cut(shown):
    reporter, lines, _ = shown
    finding = Finding("parts/oar-node.nix", 3, LONG * 2, "Choose another release. " + LONG)
    reporter.check_done(Result("syntax", "failed", "8 files", problems=(finding,)))
    words = " ".join(lines()).split()
    assert (
        words == f"syntax failed 8 files parts/oar-node.nix:3: {LONG * 2}{finding.remedy}".split()
    )
    assert max(map(len, lines())) <= 80


def test_elsewhere_a_finding_stays_on_its_line(capsys):
    reporter = ConsoleReporter()
    finding = Finding("a.nix", 3, LONG, "Mend it")
    reporter.check_done(Result("syntax", "failed", "", problems=(finding,)))
    assert f"      a.nix:3: {LONG.strip()}" in map(str.rstrip, capsys.readouterr().err.splitlines())


def test_rows_have_no_blanks_at_their_ends(capsys):
    reporter = ConsoleReporter()
    reporter.field("checks", "none")
    reporter.check_done(Result("syntax", "ok", "8 files"))
    assert [line for line in capsys.readouterr().err.splitlines() if line != line.rstrip()] == []


def test_a_command_to_copy_stays_on_one_line_and_its_reason_goes_below(shown):
    reporter, lines, _ = shown
    command = "nix-shell --run 'a command that is quite long, to be copied'"
    reporter.next_steps([(command, "which says what it is good for")])
    assert lines() == [f"  next        {command}", "                which says what it is good for"]


def test_a_running_check_never_takes_two_rows(shown):
    reporter, _, out = shown
    reporter.check_started("nix flake check")
    reporter.check_line("evaluating derivation " + "x" * 300)
    reporter.console.print(reporter._running)
    reporter.check_done(Result("nix flake check", "ok", ""))
    assert max(len(line) for line in out.getvalue().replace("\x1b", "\n\x1b").splitlines()) <= 110


def test_a_running_check_says_for_how_long(monkeypatch):
    clock = iter([0.0, 0.4, 75.9])
    monkeypatch.setattr("scaffold.report.console.monotonic", lambda: next(clock))
    running = _Running("nix flake check")
    running.said = "building"
    assert str(running.__rich__()) == "nix flake check \u2026 building"
    assert str(running.__rich__()) == "nix flake check 75 s \u2026 building"


def test_a_check_that_took_long_says_so(capsys):
    ConsoleReporter().check_done(Result("flake check", "ok", "6 outputs", seconds=42.4))
    assert "6 outputs (42 s)" in capsys.readouterr().err


def test_empty_lines_that_follow_each_other_are_one(capsys):
    reporter = ConsoleReporter()
    for text in ("a", "", "", "b"):
        reporter.line(text)
    reporter.line()
    reporter.field("c", "d")
    reporter.line()
    assert capsys.readouterr().err == "a\n\nb\n\n  c           d\n\n"
