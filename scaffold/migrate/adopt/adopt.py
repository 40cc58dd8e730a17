"""From a hand-written project to one of the tool's: answers, module files, what stays as it is.

Parts are recognised by the options that roles set. What they set by themselves is taken out of
the text, the rest becomes a module file of the role. The result is evaluated with stand-ins and
compared with the original: a role for which it is not the same is taken over without parts, and if
that is not the same either, the project is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.answers.document import FILE_NAME
from scaffold.asking.layers import Layer
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.composition import rules
from scaffold.migrate.adopt import comparison, lists
from scaffold.migrate.adopt.adoption import Adoption, evaluate_parts, evaluate_result
from scaffold.migrate.adopt.answers import Answers
from scaffold.migrate.adopt.counts import numbered, require_known
from scaffold.migrate.adopt.original import looked_at, originals
from scaffold.migrate.adopt.role_parts import RoleParts
from scaffold.migrate.adopt.texts import Texts, rewritten
from scaffold.render.project import render
from scaffold.survey.found import Project
from scaffold.writer.tree import Tree

#: How often parts are dropped until the result is what the project was.
_ROUNDS = 8
_NO_SCRIPT = "# The composition had no test script. Its hosts are started here, and nothing else.\n"


def adopt(
    project: Project,
    catalog: Catalog,
    name: str = "",
    given: Sequence[Layer] = (),
    *,
    parts: bool = True,
) -> Adoption:
    """Return what a hand-written project becomes; ``given`` are answers that count more.

    Without ``parts``, roles keep all that they set: what is evaluated is the same in every respect.

    Raises:
        InputError: with every reason why it cannot be taken over.

    """
    adopter = Adopter(project, catalog, name, given)
    if not parts:
        adopter.do_without_parts()
    return adopter.adopted()


class Adopter:
    """Takes over one project."""

    def __init__(
        self, project: Project, catalog: Catalog, name: str = "", given: Sequence[Layer] = ()
    ) -> None:
        self.project, self.catalog = project, catalog
        self.before = originals(project, numbered(given))
        require_known(given, {one.name: one.counts for one in self.before})
        self.flavours = looked_at(project)
        self.parts = RoleParts(self.before, self.flavours, catalog)
        self.answers = Answers(project, self.before, self.parts, catalog, name, given)

    def do_without_parts(self) -> None:
        """Take no parts, though some were recognised."""
        for place in self.parts.taken:
            self.parts.drop_all(place, "no parts are wanted")

    def adopted(self) -> Adoption:
        """Return what the project becomes.

        Raises:
            InputError: it cannot be taken over so that it stays what it is.

        """
        own = self._has_own_flake()
        if not own:
            self.answers.extras = []
        self._drop_unusable(own_flake=own)
        for _ in range(_ROUNDS):
            self._drop_lonely()
            texts = self._texts()
            if texts.unclear:
                self._do_without(texts)
                continue
            found = self._result(texts)
            after = evaluate_result(found)
            wrong = list(comparison.differences(self.before, after))
            if not wrong:
                added = comparison.additions(self.before, after)
                return replace(
                    found,
                    read=tuple(lists.read(self.answers)),
                    kept=tuple(lists.kept(found, texts, added)),
                    unclear=tuple(lists.unclear(found, self.answers, texts)),
                    added={f"{one}.{role}": names for (one, role), names in added.items()},
                )
            self._give_up(wrong)
        raise InputError(Problem(str(self.project.root), "no way was found", "Keep it as it is"))

    def _texts(self) -> Texts:
        whole = self.answers.whole()
        rendered = render(whole)
        alone = evaluate_parts(rendered, self.flavours)
        return rewritten(self.project, self.before, alone, rendered, self.catalog, whole)

    # --- which parts -----------------------------------------------------------------------------

    def _has_own_flake(self) -> bool:
        """Whether flake.nix is what the tool writes for these parts."""
        whole = self.answers.whole()
        try:
            rules.check(whole)
        except InputError:
            return False
        rendered = render(whole)
        text = self.project.session.text(self.project.root / "flake.nix")
        return text == rendered[PurePosixPath("flake.nix")].content.decode()

    def _drop_unusable(self, *, own_flake: bool) -> None:
        """Drop parts that the release cannot serve, or that this flake does not provide for."""
        everywhere = self._modules_of_the_flake()
        for one in self.before:
            for role in one.counts:
                modules = [*one.set_by(self.flavours[0], role).unknown, *everywhere]
                place, release = (one.name, role), self.answers.release
                self.parts.drop_unusable(place, release, modules, own_flake=own_flake)

    def _modules_of_the_flake(self) -> list[str]:
        """Return the NixOS modules that flake.nix gives every role, as its text names them."""
        call = self.project.calls[0]
        value = call.value("extraConfigurations")
        text = call.file.source(value) if value is not None else ""
        named = re.findall(r"[\w.-]+\.(?:modules|nixosModules)\.[\w-]+", text)
        # All modules of an input: those that the package set of this name has.
        release = self.catalog.releases[self.answers.release]
        for every in re.findall(r"\battrValues\s+([\w.-]+\.(?:modules|nixosModules))\b", text):
            used = release.package_sets.get(every.split(".")[0])
            named += [f"{every}.{module}" for module in used.modules] if used is not None else []
        return named

    def _drop_lonely(self) -> None:
        """Drop parts until every rule about what goes together holds.

        Raises:
            InputError: a rule does not hold, and no part is the reason.

        """
        while True:
            try:
                rules.check(self.answers.whole())
            except InputError as error:
                self.parts.drop_named(error)
                continue
            return

    def _do_without(self, texts: Texts) -> None:
        """Do without the parts of roles whose text cannot be edited so that it stays what it is.

        Raises:
            InputError: such a role has no parts: its text cannot be copied.

        """
        for place, why in texts.unclear.items():
            if not self.parts.taken[place]:
                raise InputError(Problem(f"roles.{place[1]}", why, "Write it plainly"))
            self.parts.drop_all(place, why)

    def _give_up(self, wrong: Sequence[comparison.Difference]) -> None:
        """Do without the parts of roles that would not be what they were.

        Raises:
            InputError: that is not the reason.

        """
        places = {(d.composition, d.role) for d in wrong if d.role}
        having = [place for place in places if self.parts.taken[place]]
        if not having:
            problems = [
                Problem(f"roles.{d.role}" if d.role else d.composition, d.what, "Keep it as it is")
                for d in wrong[:20]
            ]
            raise InputError(*problems)
        for place in having:
            what = next(d.what for d in wrong if (d.composition, d.role) == place)
            self.parts.drop_all(place, f"with it the role would not be what it was: {what}")

    # --- the result ------------------------------------------------------------------------------

    def _result(self, texts: Texts) -> Adoption:
        scripts = dict(self._scripts())
        rendered = render(self.answers.whole(texts.modules))
        kept = list(self._kept(rendered, scripts))
        pins = {} if "flake.nix" not in kept else dict(self.answers.pins())
        whole = self.answers.whole(texts.modules, kept, pins)
        rules.check(whole)
        tree = render(whole)
        gone = [
            PurePosixPath(self.project.relative(one.text.file.path))
            for one in self.before
            if one.text.file.path != self.project.calls[0].file.path
        ]
        return Adoption(
            self.project,
            whole,
            tree,
            {**texts.texts, **scripts},
            tuple(path for path in gone if path not in tree),
            self.flavours,
            (),
            (),
            (),
        )

    def _scripts(self) -> Iterator[tuple[PurePosixPath, str]]:
        """Yield the test script of each composition."""
        several = len(self.before) > 1
        for one in self.before:
            folder = PurePosixPath(one.name if several else ".")
            text = one.script if one.script is not None else f"{_NO_SCRIPT}start_all()\n"
            yield folder / "test_script.py", text

    def _kept(self, rendered: Tree, scripts: Mapping[PurePosixPath, str]) -> Iterator[str]:
        """Yield the files that the tool has a template for and that stay the user's.

        Raises:
            InputError: a file is in the way of one that is needed.

        """
        for path, file in rendered.items():
            if str(path) == FILE_NAME:
                continue
            there = self.project.session.text(self.project.root / path)
            content = file.content.decode()
            if path in scripts:
                if scripts[path] != content:
                    yield str(path)
            elif path.name in ("composition.nix", "compositions.nix") or "parts" in path.parts:
                if "parts" in path.parts and there not in (None, content):
                    what = "it is there already, and not what the part needs"
                    raise InputError(Problem(str(path), what, "Move it to another name"))
            elif there != content:
                yield str(path)
