"""docs/upgrades.md judges every bump that the comparison with histories looks at."""

from tests.tools.upgrade_histories import BUMPS, MARK, PAGE, judgements

ROWS = PAGE.read_text(encoding="utf-8").partition(MARK)[2].partition("<!-- end -->")[0]


def test_every_bump_is_judged_once():
    asked = [(mirror.partition("+")[2], commit) for mirror, commit, _ in BUMPS]
    assert list(judgements()) == asked
    for judged in judgements().values():
        assert set(judged) == {"people", "same", "better", "not_done"}
        assert all(judged.values())


def test_the_page_has_what_is_judged():
    lines = [line for line in ROWS.splitlines() if line.startswith("| ")][2:]
    assert len(lines) == len(judgements())
    for line, (bump, judged) in zip(lines, judgements().items(), strict=True):
        assert line.startswith(f"| {' '.join(bump)} | {judged['people']} | ")
        assert line.endswith(f" | {judged['same']} | {judged['better']} | {judged['not_done']} |")
