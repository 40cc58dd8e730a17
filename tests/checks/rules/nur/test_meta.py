"""What packages say of themselves."""

import pytest

from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import META, package


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR103", package("meta = with lib; { license = licenses.mit; };"), [3]),
        ("NUR104", package('meta = { description = "a"; };'), [2]),
        ("NUR104", package(META), []),
        ("NUR105", package('version = "1";\nname = "a-${version}";'), [4]),
        ("NUR109", package("meta.broken = true;"), [3]),
        ("NUR105", package('version = "1";\npname = "a-${version}";'), [4]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines
