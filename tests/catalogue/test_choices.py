"""What may be chosen and why not the rest: prompts, recommended answers and rules agree."""

import msgspec
import pytest

from scaffold.answers.questions import recommended_release
from scaffold.catalogue import choices
from tests.building import CATALOG, problems

NEWEST = CATALOG.default_release


def test_a_flavour_is_excluded_with_the_part_and_its_reason():
    assert "k3s.server" in choices.flavours_to_avoid(["k3s.server"], CATALOG)["docker"]
    assert "docker" not in choices.flavours_to_avoid(["web.server"], CATALOG)


def test_a_release_without_a_chosen_flavour_is_excluded_and_not_recommended():
    row = CATALOG.releases[NEWEST]
    kept = tuple(name for name in row.flavours if name != "docker")
    newest = msgspec.structs.replace(row, flavours=kept)
    catalog = msgspec.structs.replace(CATALOG, releases={**CATALOG.releases, NEWEST: newest})
    found = choices.releases_to_avoid([], ["vm", "docker"], catalog)
    assert found == {NEWEST: "has no flavour docker"}
    assert recommended_release({"flavours": ["docker"]}, catalog) not in (None, NEWEST)


@pytest.mark.parametrize("flavour", choices.flavours_to_avoid(["k3s.server"], CATALOG))
def test_what_is_excluded_is_refused(flavour):
    found = problems("a=k3s.server", flavours=[flavour], default_flavour=flavour)
    assert "flavours" in {problem.where for problem in found}
