"""``nxc-scaffold update``: this version's templates on the answers that a project was made from."""

from __future__ import annotations

from scaffold.commands.options import Options
from scaffold.commands.rewriting import rewrite


def run(options: Options) -> int:
    """Run the command and return its exit code.

    Raises:
        InputError: there is no project, or this version cannot use its answers.

    """
    return rewrite(options, lambda raw, _: dict(raw))
