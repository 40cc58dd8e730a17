"""Scripts that the driver cannot run."""

import pytest

from tests.checks.rules.findings import found, lines_hit
from tests.checks.rules.samples import ROLE, composition, script
from tests.survey.projects import project, write

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC501", script("web.succeed("), [5]),
        ("NXC502", script('web.succeed("a \\ ', '  b")'), [5]),
        ("NXC503", script("web.start()", 'wbe.succeed("x")'), [6]),
        ("NXC504", script('web.wait_for_units("x")'), [5]),
        ("NXC504", script('log("done")'), [5]),
        ("NXC511", script('print("a" + os.environ)', 'print("a" + str(os.environ))'), [5]),
        ("NXC511", script('print(f"{web}" + web)'), [5]),
        ("NXC511", script('print("a" + web.name)', "print([1] + [2])", 'print("a" * 3)'), []),
    ],
)
def test_it_fires_on_scripts(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines


def test_a_script_in_a_file_of_its_own_has_its_own_lines(tmp_path):
    text = composition(f"{ROLE}\ntestScript = builtins.readFile ./t.py;")
    write(tmp_path, {"t.py": 'web.succeed("x")\nwbe.succeed("x")\n'})
    project(tmp_path, composition_nix=text)
    assert found(tmp_path, "NXC503") == [("NXC503", "t.py", 2)]


def test_lines_behind_something_interpolated_are_found(tmp_path):
    text = script("${", '  "a = 1\\nb = 2"', "}", 'wbe.succeed("x")')
    assert lines_hit(tmp_path, "NXC503", {}, composition_nix=text) == [8]
