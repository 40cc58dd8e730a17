"""kapack has to be given to NUR."""

from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed


def test_kapack_is_given_to_nur(tmp_path):
    text = 'kapack.url = "github:oar-team/nur-kapack/25.05"; NUR.url = "github:nix-community/NUR";'
    flake = changed(
        ("    nxc.url", f"    {text}\n    nxc.url"),
        ("nxc }", "nxc, kapack, NUR }"),
        ("inherit nixpkgs system;", "inherit nixpkgs system NUR;"),
    )
    assert lines_hit(tmp_path, "NXC122", {}, flake_nix=flake) == [14]
    given = flake.replace("system NUR;", "system NUR; repoOverrides = { inherit kapack; };")
    assert lines_hit(tmp_path, "NXC122", {}, flake_nix=given) == []
