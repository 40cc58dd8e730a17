"""From a hand-written project to one of the tool's: answers, module files, what stays as it is.

Parts are recognised by the options that roles set. What they set by themselves is taken out of
the text, the rest becomes a module file of the role. The result is evaluated with stand-ins and
compared with the original: a role for which it is not the same is taken over without parts, and if
that is not the same either, the project is refused.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from scaffold.answers.document import FILE_NAME
from scaffold.answers.project import complete
from scaffold.asking.layers import Layer, merge
from scaffold.base import names
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.limits import expand
from scaffold.composition import rules
from scaffold.composition.topology import ProjectTopology
from scaffold.migrate.adopt import comparison
from scaffold.migrate.adopt.leftovers import Leftovers, Place
from scaffold.migrate.adopt.original import (
    Evaluated,
    Original,
    evaluated,
    looked_at,
    originals,
)
from scaffold.migrate.adopt.recognition import (
    Recognised,
    fitting_flavours,
    named,
    reasons_against,
    recognise,
    service_options,
)
from scaffold.migrate.adopt.texts import RoleModule, Texts, rewritten
from scaffold.migrate.release import source_release
from scaffold.render.project import render
from scaffold.survey.compose_call import FLAVOURS
from scaffold.survey.discovery import survey
from scaffold.survey.found import Project
from scaffold.survey.nix_file import text_of
from scaffold.survey.session import Session
from scaffold.writer.tree import Tree

Raw = dict[str, object]
_ROUNDS = 8
#: Optional files of the tool, by the extra that they come with.
_EXTRAS = {"justfile": "justfile", "ci": ".github/workflows/check.yml"}
#: What is written in the folder of a composition.
_OF_A_COMPOSITION = ("composition.nix", "test_script.py")
_NO_SCRIPT = "# The composition had no test script. Its hosts are started here, and nothing else.\n"


@dataclass(frozen=True)
class Adoption:
    """What a project becomes.

    ``tree`` are the files of the tool as they are rendered, ``texts`` those that are written
    besides (modules, edited files, the test script), ``gone`` those that are not needed any more,
    ``flavours`` those on which it was compared.
    ``read``, ``kept`` and ``unclear`` are the three lists of the report.
    """

    project: Project
    whole: ProjectTopology
    tree: Tree
    texts: Mapping[PurePosixPath, str]
    gone: tuple[PurePosixPath, ...]
    flavours: tuple[str, ...]
    read: tuple[str, ...]
    kept: tuple[str, ...]
    unclear: tuple[str, ...]


@dataclass
class _Parts:
    """The parts of each role while they are settled, and why others were not taken."""

    taken: dict[Place, list[str]]
    options: dict[Place, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    refused: dict[Place, dict[str, str]] = field(default_factory=dict)

    def drop(self, place: Place, part: str, why: str) -> None:
        """Do without a part on a role."""
        if part in self.taken[place]:
            self.taken[place].remove(part)
            self.refused.setdefault(place, {})[part] = why

    def drop_all(self, place: Place, why: str) -> None:
        """Do without parts on a role."""
        for part in list(self.taken[place]):
            self.drop(place, part, why)


class Adopter:
    """Takes over one project."""

    def __init__(
        self, project: Project, catalog: Catalog, name: str = "", given: Sequence[Layer] = ()
    ) -> None:
        self.project, self.catalog = project, catalog
        self._given = given
        self.before = originals(project)
        self.call = project.calls[0]
        self.flavours = looked_at(self.call)
        self.release, self.release_note = _release(project, catalog)
        self.name = name or _name(project.root)
        self._parts = self._recognised()
        self._extras = [e for e, file in _EXTRAS.items() if (project.root / file).is_file()]

    # --- parts -----------------------------------------------------------------------------------

    def _recognised(self) -> _Parts:
        taken: dict[Place, list[str]] = {}
        options: dict[Place, Mapping[str, Mapping[str, object]]] = {}
        for one in self.before:
            for role in one.counts:
                told = [recognise(one.set_by(f, role).options, self.catalog) for f in self.flavours]
                first: Recognised = told[0]
                taken[one.name, role] = [p for p in first.parts if all(p in t.parts for t in told)]
                options[one.name, role] = first.options
            self._tell_apart(one, taken)
        return _Parts(taken, options)

    def _tell_apart(self, one: Original, taken: Mapping[Place, list[str]]) -> None:
        """Take no part for the mark that another part of the role sets, if another role has it."""
        own = {place: parts for place, parts in taken.items() if place[0] == one.name}
        for parts in own.values():
            like = {p for part in parts for p in self.catalog.parts[part].looks_like}
            for name in like & set(parts):
                if sum(name in other for other in own.values()) > 1:
                    parts.remove(name)

    def _drop_unusable(self, *, own_flake: bool) -> None:
        """Drop parts that the release cannot serve, or that this flake does not provide for."""
        for one in self.before:
            for role in one.counts:
                place = (one.name, role)
                modules = [*one.set_by(self.flavours[0], role).unknown, *self._of_the_flake()]
                for name in list(self._parts.taken[place]):
                    part = self.catalog.parts[name]
                    why = reasons_against(
                        part, self.release, modules, self.catalog, own_flake=own_flake
                    )
                    if why:
                        self._parts.drop(place, name, why)

    def _of_the_flake(self) -> list[str]:
        """Return the NixOS modules that flake.nix gives every role, as its text names them."""
        value = self.call.value("extraConfigurations")
        text = self.call.file.source(value) if value is not None else ""
        return re.findall(r"[\w.-]+\.(?:modules|nixosModules)\.[\w-]+", text)

    def _drop_lonely(self) -> None:
        """Drop parts until every rule about what goes together holds.

        Raises:
            InputError: a rule does not hold, and no part is the reason.

        """
        for _ in range(50):
            try:
                rules.check(self._whole())
            except InputError as error:
                self._drop_named(error)
                continue
            return

    def _drop_named(self, error: InputError) -> None:
        """Drop the part that each problem speaks of first.

        Raises:
            InputError: no problem speaks of a part that is there.

        """
        dropped = False
        for problem in error.problems:
            own = re.match(r"compositions\.([^.: ]+): ", problem.where)
            words = re.findall(r"[a-z0-9_]+\.[a-z0-9_]+", f"{problem.where} {problem.what}")
            spoken_of = next((word for word in words if word in self.catalog.parts), None)
            for place, parts in self._parts.taken.items():
                if own is not None and place[0] != own[1]:
                    continue
                for part in [p for p in parts if spoken_of in expand((p,), self.catalog)]:
                    self._parts.drop(place, part, problem.what)
                    dropped = True
        if not dropped:
            raise error

    # --- answers ---------------------------------------------------------------------------------

    def answers(
        self,
        modules: Sequence[RoleModule] = (),
        kept: Sequence[str] = (),
        pins: Mapping[str, str] | None = None,
    ) -> Raw:
        """Return the answers of the project."""
        flavours = self._offered()
        raw: Raw = {
            "name": self.name,
            "description": self._description(),
            "release": self.release,
            "flavours": list(flavours),
            "default_flavour": self._default(flavours),
            "extras": list(self._extras),
            "pins": dict(pins or {}),
            "kept": list(kept),
        }
        each = {one.name: self._own(one, modules) for one in self.before}
        if len(each) > 1:
            return {**raw, "compositions": each}
        return {**raw, **next(iter(each.values())), "description": raw["description"]}

    def _own(self, one: Original, modules: Sequence[RoleModule]) -> Raw:
        taken = {role: self._parts.taken[one.name, role] for role in one.counts}
        settings = {role: one.set_by(self.flavours[0], role).options for role in one.counts}
        roles: Raw = {}
        for role, count in one.counts.items():
            own: Raw = {"count": count, "parts": named(taken[role], self.catalog)}
            options = self._parts.options.get((one.name, role), {})
            own["options"] = _nested({p: v for p, v in options.items() if p in taken[role]})
            found = [m for m in modules if (m.composition, m.role) == (one.name, role)]
            own["modules"] = [
                {"file": m.file, "arguments": list(m.arguments)} if m.arguments else m.file
                for m in found
            ]
            if role in one.ports:
                own["docker_ports"] = list(one.ports[role])
            roles[role] = {key: value for key, value in own.items() if value}
        told = _nested(service_options(settings, taken, self.catalog))
        return {"description": f"The composition {one.name}", "roles": roles, "options": told}

    def _offered(self) -> tuple[str, ...]:
        offered = [f for f in self.call.flavours or FLAVOURS if f in self.catalog.flavours]
        parts = [part for given in self._parts.taken.values() for part in given]
        fitting = fitting_flavours(offered, parts, self.release, self.catalog)
        return fitting or tuple(offered[:1])

    def _default(self, flavours: Sequence[str]) -> str:
        told = [settings.text_value("default_flavour") for settings in self.project.nxc_json]
        return next((f for f in told if f in flavours and f is not None), flavours[0])

    def _description(self) -> str:
        flake = self.project.flake
        binding = flake.root.binding("description") if flake and flake.root else None
        told = text_of(binding.value) if binding is not None else None
        return " ".join((told or "A NixOS Compose composition").split())

    def _whole(
        self,
        modules: Sequence[RoleModule] = (),
        kept: Sequence[str] = (),
        pins: Mapping[str, str] | None = None,
    ) -> ProjectTopology:
        read = Layer("the composition", self.answers(modules, kept, pins))
        every = [*self._given, read]
        project = complete(merge(every), self.catalog, every, defaults=True)
        return ProjectTopology(project, self.catalog)

    # --- the result ------------------------------------------------------------------------------

    def adopted(self) -> Adoption:
        """Return what the project becomes.

        Raises:
            InputError: it cannot be taken over so that it stays what it is.

        """
        own = self._has_own_flake()
        if not own:
            self._extras = []
        self._drop_unusable(own_flake=own)
        for _ in range(_ROUNDS):
            self._drop_lonely()
            whole = self._whole()
            rendered = render(whole)
            parts = _looked_at(rendered, self.flavours)
            texts = rewritten(self.project, self.before, parts, rendered, self.catalog, whole)
            if texts.unclear:
                for place, why in texts.unclear.items():
                    if not self._parts.taken[place]:
                        raise InputError(Problem(f"roles.{place[1]}", why, "Write it plainly"))
                    self._parts.drop_all(place, why)
                continue
            found = self._result(texts, own=own)
            after = self._evaluated(found)
            wrong = list(comparison.differences(self.before, after))
            if not wrong:
                return self._reported(found, texts, after)
            self._give_up(wrong)
        raise InputError(Problem(str(self.project.root), "no way was found", "Keep it as it is"))

    def _give_up(self, wrong: Sequence[comparison.Difference]) -> None:
        """Do without the parts of roles that would not be what they were.

        Raises:
            InputError: that is not the reason.

        """
        places = {(d.composition, d.role) for d in wrong if d.role}
        having = [place for place in places if self._parts.taken[place]]
        if not having:
            problems = [
                Problem(f"roles.{d.role}" if d.role else d.composition, d.what, "Keep it as it is")
                for d in wrong[:20]
            ]
            raise InputError(*problems)
        for place in having:
            what = next(d.what for d in wrong if (d.composition, d.role) == place)
            self._parts.drop_all(place, f"with it the role would not be what it was: {what}")

    def _has_own_flake(self) -> bool:
        """Whether flake.nix is what the tool writes for these parts."""
        whole = self._whole()
        try:
            rules.check(whole)
        except InputError:
            return False
        rendered = render(whole)
        text = self.project.session.text(self.project.root / "flake.nix")
        return text == rendered[PurePosixPath("flake.nix")].content.decode()

    def _result(self, texts: Texts, *, own: bool) -> Adoption:
        scripts = dict(self._scripts())
        rendered = render(self._whole(texts.modules))
        kept = list(self._kept(rendered, scripts))
        pins = {} if "flake.nix" not in kept else dict(self._pins())
        whole = self._whole(texts.modules, kept, pins)
        rules.check(whole)
        tree = render(whole)
        written = {**texts.texts, **scripts}
        gone = tuple(
            PurePosixPath(self.project.relative(one.text.file.path))
            for one in self.before
            if PurePosixPath(self.project.relative(one.text.file.path)) not in tree
            and one.text.file.path != self.call.file.path
        )
        return Adoption(self.project, whole, tree, written, gone, self.flavours, (), (), ())

    def _pins(self) -> Iterator[tuple[str, str]]:
        """Yield the revisions that flake.lock has of inputs that the tool knows too."""
        lock = self.project.lock
        for name in self._whole().inputs:
            locked = lock.input(name) if lock is not None and not lock.fault else None
            if locked is not None and locked.locked is not None and locked.locked.rev:
                yield name, locked.locked.rev

    def _scripts(self) -> Iterator[tuple[PurePosixPath, str]]:
        several = len(self.before) > 1
        for one in self.before:
            folder = PurePosixPath(one.name if several else ".")
            script = one.script
            text = script if script is not None else f"{_NO_SCRIPT}start_all()\n"
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

    def _evaluated(self, found: Adoption) -> Evaluated:
        with tempfile.TemporaryDirectory(prefix="nxc-scaffold-adopt-") as name:
            root = Path(name).resolve() / "project"
            lay_out(found, root)
            there = survey([root], Session()).projects
            return evaluated(there[0], self.flavours)

    # --- the report ------------------------------------------------------------------------------

    def _reported(self, found: Adoption, texts: Texts, after: Evaluated) -> Adoption:
        read = list(self._read())
        kept = [*texts.kept, *self._kept_files(found)]
        unclear = [note for one in self.before for note in one.notes]
        for (composition, role), refused in self._parts.refused.items():
            where = f"{composition}.{role}" if len(self.before) > 1 else role
            unclear += [f"{where}: {part} is not taken: {why}" for part, why in refused.items()]
        if self.release_note:
            unclear.append(self.release_note)
        offered = [f for f in self.call.flavours or FLAVOURS if f in self.catalog.flavours]
        left = [f for f in offered if f not in found.whole.project.flavours]
        if left:
            unclear.append(f"flavours {', '.join(left)}: the parts cannot run there")
        added = [o for own in comparison.additions(self.before, after).values() for o in own]
        if added:
            kept.append(f"the parts set besides {_some(list(dict.fromkeys(added)))}")
        unclear += texts.notes
        return replace(found, read=tuple(read), kept=tuple(kept), unclear=tuple(unclear))

    def _read(self) -> Iterator[str]:
        for one in self.before:
            prefix = f"{one.name}." if len(self.before) > 1 else ""
            for role, count in one.counts.items():
                taken = named(self._parts.taken[one.name, role], self.catalog)
                parts = " ".join(taken) or "(no parts)"
                made = one.roles[role].many
                more = f"  (was {', '.join(one.roles[role].members)})" if made else ""
                yield f"role {prefix}{role} ×{count}  {parts}{more}"
                if role in one.ports:
                    yield f"ports of {prefix}{role} for docker  {' '.join(one.ports[role])}"
        whole = self._whole()
        yield f"flavours  {' '.join(whole.project.flavours)}"
        yield f"release  {self.release}"
        users = dict.fromkeys(user for topology in whole.each for user in topology.users)
        if users:
            yield f"users  {' '.join(users)}"
        lock = self.project.lock
        for name in self.project.flake.inputs if self.project.flake else ():
            locked = lock.input(name) if lock is not None and not lock.fault else None
            if locked is not None and locked.locked is not None:
                yield f"pin  {name} {locked.locked.rev or locked.locked.text}"

    def _kept_files(self, found: Adoption) -> Iterator[str]:
        for path in found.whole.project.kept:
            name = PurePosixPath(path).name
            if name == "test_script.py":
                yield f"{path}: the test script, as a file"
            elif (self.project.root / path).is_file():
                yield f"{path}: as it is"


def adopt(
    project: Project, catalog: Catalog, name: str = "", given: Sequence[Layer] = ()
) -> Adoption:
    """Return what a hand-written project becomes; ``given`` are answers that count more.

    Raises:
        InputError: with every reason why it cannot be taken over.

    """
    return Adopter(project, catalog, name, given).adopted()


def lay_out(found: Adoption, root: Path) -> None:
    """Write the project as it will be to a folder of its own."""
    for file in found.project.files:
        if ".git" in file.relative_to(found.project.root).parts:
            continue
        target = root / file.relative_to(found.project.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    kept = {PurePosixPath(path) for path in found.whole.project.kept}
    for path, content in contents(found).items():
        if path in kept and path not in found.texts:
            continue
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    for path in found.gone:
        (root / path).unlink(missing_ok=True)


def contents(found: Adoption) -> dict[PurePosixPath, bytes]:
    """Return what is written: the files of the tool, and those that are written besides."""
    kept = {PurePosixPath(path) for path in found.whole.project.kept}
    ours = {path: file.content for path, file in found.tree.items() if path not in kept}
    return {**ours, **{path: text.encode() for path, text in found.texts.items()}}


def _looked_at(rendered: Tree, flavours: Sequence[str]) -> Evaluated:
    """Evaluate what the parts alone give."""
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-adopt-") as name:
        root = Path(name).resolve() / "project"
        for path, file in rendered.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(file.content)
        there = survey([root], Session()).projects
        return evaluated(there[0], flavours)


def _nested(options: Mapping[str, Mapping[str, object]]) -> Raw:
    """Turn values by service or part id into the tables of the answers file."""
    tables: dict[str, dict[str, object]] = {}
    for name, entries in options.items():
        service, _, part = name.partition(".")
        table = tables.setdefault(service, {})
        table.update({part: dict(entries)} if part else entries)
    return dict(tables)


def _some(options: Sequence[str]) -> str:
    shown = ", ".join(options[:6])
    return f"{shown} and {len(options) - 6} more" if len(options) > 6 else shown


def _name(root: Path) -> str:
    """Return a name for the project: that of its folder as far as it can be one."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", root.name).lstrip("-_0123456789")[:64]
    return name if name and not names.check_project(name) else "composition"


def _release(project: Project, catalog: Catalog) -> tuple[str, str]:
    """Return the row of the table that is nearest, and what is to be said of that."""
    told = source_release(project, catalog)
    if told in catalog.releases:
        return told, ""
    rows = sorted(catalog.releases)
    if not told:
        row = catalog.default_release
        return row, f"release: flake.nix and flake.lock do not tell it; {row} is noted"
    near = max((row for row in rows if row <= told), default=rows[0])
    return near, f"release: it stands on {told}, for which there are no pins; {near} is noted"


__all__ = ["Adoption", "Leftovers", "adopt", "contents", "lay_out"]
