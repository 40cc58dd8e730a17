"""What `?` shows, from the catalogue alone."""

from scaffold.catalogue.services import Limit, OptionSpec, Part
from scaffold.report import help_texts
from tests.building import CATALOG


def test_each_choice_is_explained_where_the_help_does():
    text = "Where keys lie. a: in a file; b-c: in memory, until: later; off: nowhere."
    spec = OptionSpec(key="k", type="choice", default="a", choices=("a", "b-c", "off"), help=text)
    assert help_texts.choices(spec) == {
        "a": "in a file",
        "b-c": "in memory, until: later",
        "off": "nowhere",
    }


def test_choices_without_words_are_there_all_the_same():
    spec = OptionSpec(key="k", type="choice", default="1", choices=("1", "2"), help="How much.")
    assert help_texts.choices(spec) == {"1": "", "2": ""}


def test_values_are_told_as_people_read_them():
    assert [help_texts.value(v) for v in (True, False, "", [], ["a", "b"], 3)] == [
        "yes", "no", "(none)", "(none)", "a, b", "3",
    ]  # fmt: skip


def test_a_limit_of_flavours_with_releases_is_about_both_together():
    limits = (
        Limit(reason="why", flavours=("docker", "nspawn"), releases=("22.05",)),
        Limit(reason="other", flavours=("vm",)),
        Limit(reason="third", releases=("23.05",)),
    )
    part = Part(id="a.b", service="a", description="d", module="m.nix", limits=limits)
    told = help_texts.part(part)[-1]
    assert told == (
        "  not on: docker, nspawn with release 22.05 (why); vm (other); release 23.05 (third)"
    )


def test_one_reason_that_excludes_several_releases_is_told_once():
    told = help_texts.releases(["oar.node"], ["docker"], CATALOG)
    lines = [line for line in told if line.startswith("Not ")]
    assert len(lines) == 1
    assert lines[0].startswith("Not 23.05, 22.11, 22.05: ") or "22.05, 22.11, 23.05" in lines[0]
