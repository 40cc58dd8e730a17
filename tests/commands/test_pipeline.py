"""The one order in which commands write: nothing before the plan is settled, checks at last."""

from pathlib import PurePosixPath

import pytest

from scaffold.base.errors import ConflictError
from scaffold.checks import Result
from scaffold.commands.options import Writing
from scaffold.commands.pipeline import Job, carry_out
from scaffold.report.reporter import Reporter
from scaffold.writer.tree import Tree, text_file


def options(**more):
    flags = dict.fromkeys(
        ("defaults", "force", "keep", "dry_run", "diff", "no_check", "no_git", "offline"), False
    )
    flags |= dict.fromkeys(("as_json", "quiet", "plain", "verbose"), False)
    return Writing.of({**flags, "answers_file": None, "nix_options": (), **more})


class Recorder(Reporter):
    """Records what was told, in order."""

    def __init__(self):
        self.told = []

    def plan(self, plan, *, shown_as):
        self.told.append("plan")

    def secrets(self, paths, *, shown_as):
        self.told.append(f"secrets {' '.join(paths)}")

    def next_steps(self, steps):
        self.told.append(f"next {steps[0][0]}")


@pytest.fixture
def run_pipeline(tmp_path):
    """Carry out a job that writes one file; return the exit code and what happened, in order."""

    def run(status="passed", **more):
        reporter = Recorder()
        file = tmp_path / "lab/a"

        def check(plan):
            reporter.told.append(f"check, the file is {'there' if file.exists() else 'not there'}")
            return [Result("one", status, "a detail")]

        def written():
            reporter.told.append(f"written, the file is {'there' if file.exists() else 'missing'}")
            return ["secrets/key"]

        job = Job(
            Tree([text_file("a", "new\n")]),
            tmp_path / "lab",
            "lab",
            check=check,
            summary=lambda: reporter.told.append("summary"),
            written=written,
            document={"of": "the command"},
            next_steps=[("nix develop", "go on")],
        )
        return carry_out(job, options(**more), reporter), reporter.told

    return run


def test_what_happens_happens_in_one_order(run_pipeline):
    assert run_pipeline() == (
        0,
        [
            "summary",
            "written, the file is there",
            "plan",
            "secrets secrets/key",
            "check, the file is there",
            "next nix develop",
        ],
    )


def test_a_dry_run_shows_the_plan_and_does_nothing_else(run_pipeline, tmp_path):
    assert run_pipeline(dry_run=True) == (0, ["summary", "plan"])
    assert list(tmp_path.iterdir()) == []


def test_a_conflict_ends_it_before_anything_is_written(run_pipeline, tmp_path):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/a").write_text("mine\n")
    with pytest.raises(ConflictError):
        run_pipeline()
    assert (tmp_path / "lab/a").read_text() == "mine\n"


def test_a_failed_check_is_the_exit_code(run_pipeline):
    assert run_pipeline("failed")[0] == 1
    assert run_pipeline("not checked")[0] == 0


def test_the_document_has_the_commands_own_part(run_pipeline, capsys):
    run_pipeline(as_json=True, diff=True)
    out = capsys.readouterr().out
    assert '"of": "the command"' in out
    assert '"verb": "create"' in out
    assert "+new" in out


def test_paths_of_the_plan_are_relative(run_pipeline, tmp_path):
    run_pipeline()
    assert (tmp_path / "lab" / PurePosixPath("a")).read_text() == "new\n"
