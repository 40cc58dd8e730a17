"""Licence expressions keep AND, OR and WITH, whatever way they are spelt in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.base.engine import Engine
from scaffold.base.values import InvalidError
from scaffold.packages import licences
from scaffold.packages.builders import packages_folder
from scaffold.packages.questions import licence_expression

CLASSPATH = "(MIT OR Apache-2.0) AND GPL-2.0-only WITH Classpath-exception-2.0"

EXPRESSIONS = [
    ("MIT OR Apache-2.0", "MIT OR Apache-2.0", ("mit", "asl20")),
    ("mit and isc", "MIT AND ISC", ("mit", "isc")),
    ("MIT License", "MIT", ("mit",)),
    ("Apache License, Version 2.0", "Apache-2.0", ("asl20",)),
    ("GPLv3+", "GPL-3.0-or-later", ("gpl3Plus",)),
    ("gpl2Only", "GPL-2.0-only", ("gpl2Only",)),
    ("unfree", "LicenseRef-Unfree", ("unfree",)),
    (CLASSPATH, CLASSPATH, ("mit", "asl20", "gpl2Only")),
    (
        "Apache-2.0 WITH LLVM-exception",
        "Apache-2.0 WITH LLVM-exception",
        ("asl20", "llvm-exception"),
    ),
]


@pytest.mark.parametrize(("given", "expression", "attributes"), EXPRESSIONS)
def test_expressions(given: str, expression: str, attributes: tuple[str, ...]) -> None:
    found = licences.licence(licences.read(given))
    assert (found.expression, found.attributes) == (expression, attributes)
    assert licences.read(found.expression) == found.expression


@pytest.mark.parametrize("given", ["GPL", "GPL-3.0", "BSD", "MIT OR", "MIT AND (ISC", "Mine", ""])
def test_what_is_no_exact_licence_is_refused(given: str) -> None:
    with pytest.raises(InvalidError) as caught:
        licence_expression(given)
    assert caught.value.remedy


def test_the_items_of_a_list_all_apply() -> None:
    assert licence_expression(["mit", "asl20"]) == "MIT AND Apache-2.0"
    assert licence_expression(["MIT OR ISC", "Zlib"]) == "(MIT OR ISC) AND Zlib"


@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        found = licences.read(text, vague=True)
    except licences.UnknownLicenceError:
        return
    assert licences.read(found, vague=True) == found


@pytest.mark.parametrize(("text", "told"), [("MIT", False), ("MIT OR ISC", True)])
def test_a_list_in_a_package_says_how_its_licences_go_together(text: str, told: bool) -> None:
    licence = licences.licence(text)
    names = {
        "p": {"description": "d", "homepage": "", "main_program": ""},
        "licence": licence,
        "licences": list(licence.attributes),
        "maintainers": [],
        "platforms": "",
    }
    shown = Engine().render(packages_folder() / "common" / "meta.nix", names)
    assert ("A list does not say it: MIT OR ISC." in shown) == told
