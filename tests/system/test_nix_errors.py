"""What nix says when it fails, told to the user."""

from pathlib import Path

from scaffold.system.nix_errors import classify


def test_files_of_the_project_are_named_as_seen_from_it(tmp_path: Path) -> None:
    """The project may be a copy in a temporary folder, whose path says nothing to the user."""
    text = f"error: function at {tmp_path}/pkgs/a.nix:1:1 in '{tmp_path}' and {tmp_path}-more/b.nix"
    failure = classify(text, tmp_path)
    assert failure.message == f"function at pkgs/a.nix:1:1 in '.' and {tmp_path}-more/b.nix"
