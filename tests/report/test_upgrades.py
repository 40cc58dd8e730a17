"""The report of an upgrade in the width of a terminal."""

from scaffold.report.upgrades import laid_out


def test_a_line_goes_on_where_its_text_began():
    line = "  left     part.nix:3: an option that has a long name is not there from 24.11 on"
    assert list(laid_out(line, 48)) == [
        "  left     part.nix:3: an option that has a long",
        "           name is not there from 24.11 on",
    ]


def test_addresses_stay_whole():
    line = f"  changed  flake.nix:5: {'x' * 60} → y"
    assert list(laid_out(line, 40)) == [
        "  changed  flake.nix:5:",
        f"           {'x' * 60}",
        "           → y",
    ]


def test_without_a_width_a_line_stays_and_control_characters_are_shown():
    assert list(laid_out("  left     a\x1b[31m" + "b " * 99, 0)) == [
        "  left     a\\x1b[31m" + "b " * 99
    ]
