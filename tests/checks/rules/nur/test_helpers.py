"""Functions of nixpkgs that take their arguments in another form now."""

import pytest

from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import package


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR131", package('x = makeDesktopItem { categories = "Network;"; };'), [3]),
        ("NUR131", package('x = makeDesktopItem { mimeType = "text/plain"; };'), [3]),
        ("NUR131", package('x = makeDesktopItem { categories = [ "Network" ]; };'), []),
        ("NUR132", package("x = dockerTools.buildImage { contents = [ ]; };"), [3]),
        ("NUR132", package("x = dockerTools.buildLayeredImage { contents = [ ]; };"), []),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines
