"""Scripts that do not say which program reads them."""

import pytest

from tests.checks.rules.findings import found
from tests.survey.projects import project, write


@pytest.mark.parametrize(
    ("name", "text", "mode", "hits"),
    [
        ("a.sh", "echo\n", 0o755, 1),
        ("a.sh", "#!/bin/sh\necho\n", 0o755, 0),
        ("a.sh", "echo\n", 0o644, 0),
        ("a.sh", "\n", 0o755, 0),
        ("a.txt", "echo\n", 0o755, 0),
    ],
)
def test_a_script_that_is_executable(tmp_path, name, text, mode, hits):
    project(tmp_path)
    write(tmp_path, {"x.nix": f"{{ source = ./{name}; }}", name: text})
    (tmp_path / name).chmod(mode)
    assert found(tmp_path, "NXC018") == [("NXC018", name, 1)] * hits


def test_a_script_that_no_nix_file_names_is_somebody_elses(tmp_path):
    project(tmp_path)
    write(tmp_path, {"a.sh": "echo\n"})
    (tmp_path / "a.sh").chmod(0o755)
    assert found(tmp_path, "NXC018") == []


def test_what_a_function_reads_need_not_be_run(tmp_path):
    project(tmp_path)
    write(tmp_path, {"x.nix": "builtins.readFile ./a.sh", "a.sh": "echo\n"})
    (tmp_path / "a.sh").chmod(0o755)
    assert found(tmp_path, "NXC018") == []
