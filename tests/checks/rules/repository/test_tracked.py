"""Files that git does not know."""

import subprocess

import pytest

from tests.checks.rules.findings import found
from tests.survey.projects import project, write

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


def test_what_git_does_not_know_and_what_it_should_not_know(tmp_path):

    project(tmp_path)
    write(tmp_path, {"x.nix": "import ./y.nix", "y.nix": "{ }", "build/composition::vm": ""})
    for words in (["init", "-q"], ["add", ".", ":!y.nix"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)
    assert found(tmp_path, "NXC704") == [("NXC704", "x.nix", 1)]
    assert found(tmp_path, "NXC702") == [("NXC702", "build/composition::vm", None)]
