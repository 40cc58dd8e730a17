"""A template of the user's own, ready to be rendered beside or in the place of the skeleton."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.answers.document import FILE_NAME
from scaffold.base.errors import InputError, Problem
from scaffold.render.sandbox import Sandbox
from scaffold.render.user_template_files import UserTemplateFiles
from scaffold.writer.tree import File, Tree

NEEDED = ("composition.nix", "flake.nix")


class UserTemplate:
    """Renders a template for each composition it is asked for.

    ``scaffold.render.project.RenderableTemplate`` is what rendering asks of it.
    ``author`` comes from the user's config. Hooks, which the user trusts, run with ``run_hooks``
    only: a look at what would be written starts no program.
    """

    def __init__(
        self, template: UserTemplateFiles, *, author: str = "", run_hooks: bool = True
    ) -> None:
        self.template, self.author, self.run_hooks = template, author, run_hooks
        self._sandbox: Sandbox | None = None

    def __str__(self) -> str:
        """Return what is told about it before anything is asked."""
        files = self.template
        place = "on top of the skeleton" if files.extends else "in the place of the skeleton"
        names = " ".join(f"hooks/{hook.path}" for hook in files.hooks)
        runs = f"runs {names}" if self.run_hooks else f"does not run {names} in a dry run"
        return f"{files.where} {place}" + (f", {runs}" if names else "")

    def without_hooks(self) -> UserTemplate:
        """Return the same that starts no program, for a look at what would be written."""
        return UserTemplate(self.template, author=self.author, run_hooks=False)

    @property
    def extends(self) -> bool:
        """Whether its files come on top of the skeleton's, or take its place."""
        return self.template.extends

    @property
    def record(self) -> Mapping[str, object]:
        """What the answers file says about it, so that the project can be generated again."""
        files = self.template
        table = {"source": files.where, "ref": files.ref, "set": dict(files.values)}
        return {key: value for key, value in table.items() if value}

    def over(self, files: list[File], names: Mapping[str, object]) -> list[File]:
        """Return ``files`` without those that it replaces, and its own.

        Raises:
            InputError: it cannot be rendered, or what it makes is no composition.

        """
        self._sandbox = Sandbox(self.template, {**names, "author": self.author})
        found = list(self._sandbox.files())
        self._check([file.path for file in found], names)
        before = {file.path: file for file in files}
        found = [_like(before.get(file.path), file) for file in found]
        paths = {file.path for file in found}
        return [*(file for file in files if file.path not in paths), *found]

    def finished(self, tree: Tree) -> Tree:
        """Return the tree as its hooks leave it.

        Raises:
            ExternalError: a hook failed.
            InputError: a hook left what no tree may hold.

        """
        if not (self.run_hooks and self._sandbox and self.template.hooks):
            return tree
        from scaffold.render.hooks import with_hooks

        return with_hooks(tree, self._sandbox)

    def _check(self, paths: list[PurePosixPath], names: Mapping[str, object]) -> None:
        where = self.template.where
        if PurePosixPath(FILE_NAME) in paths:
            what = f"has a file {FILE_NAME}, in which nxc-scaffold keeps the answers"
            raise InputError(Problem(where, what, "Remove it from the template"))
        asked_for = ["setup.toml"] if names["setup_counts"] or names["variants"] else []
        missing = [name for name in (*NEEDED, *asked_for) if PurePosixPath(name) not in paths]
        if missing and not self.extends:
            what = f"takes the place of the skeleton and has no {' and no '.join(missing)}"
            remedy = 'Add it, or write "_extends": true into cookiecutter.json'
            raise InputError(Problem(where, what, remedy))


def _like(before: File | None, file: File) -> File:
    """Return a file that is treated like the one it replaces (``.gitignore`` gets lines added)."""
    return replace(file, policy=before.policy) if before else file
