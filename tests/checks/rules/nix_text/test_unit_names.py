"""Names of systemd units in Nix files."""

import pytest

from scaffold.commands import check
from tests.checks.rules.findings import lines_hit
from tests.survey.projects import project, write


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{ systemd.services.a.after = [ "b" "c.service" ]; }', [1]),
        ('{ systemd.services.a = {\n  wants = [ "b" ];\n}; }', [2]),
        ('{ systemd = {\n  services.a.wantedBy = [ "multi-user" ];\n}; }', [2]),
        ('{ systemd.services.a.after = [ "b.target" "c@d.service" ]; }', []),
        ('{ systemd.services.a.path = [ "b" ]; }', []),
        ('{ services.systemd-lab.after = [ "b" ]; }', []),
        ('{ systemd.services.a.serviceConfig.x = 1; lab.after = [ "b" ]; }', []),
    ],
)
def test_a_name_without_suffix(tmp_path, text, lines):
    assert lines_hit(tmp_path, "NXC015", {"x.nix": text}) == lines


def test_the_suffix_of_a_service_of_the_same_file_is_added(tmp_path):
    text = '{ systemd.services.b = { }; systemd.services.a.after = [ "b" "d" ]; }\n'
    project(tmp_path)
    write(tmp_path, {"x.nix": text})
    assert check.run(check.Options((tmp_path,), select=("NXC015",), fix=True)) == 1
    assert (tmp_path / "x.nix").read_text() == text.replace('"b"', '"b.service"')
