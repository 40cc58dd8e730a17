"""Writing a project again from edited answers: what ``add``, ``remove`` and ``update`` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from scaffold.answers.project import complete
from scaffold.answers.recorded import Raw
from scaffold.asking.layers import Layer
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.services import Need
from scaffold.commands.new import collect, write, write_decided
from scaffold.commands.options import Options
from scaffold.commands.project_folder import find, recorded, tell_version
from scaffold.commands.session import Session, begin
from scaffold.commands.template import user_template
from scaffold.commands.writing import interrupted_before_writing
from scaffold.composition import rules
from scaffold.composition.topology import ProjectTopology
from scaffold.writer.tree import File

#: From recorded answers to those that the user wants, with the catalogue that they speak of.
Edit = Callable[[Mapping[str, object], Session], Raw]


@interrupted_before_writing("nxc-scaffold")
def rewrite(options: Options, edit: Edit, edited_files: Sequence[File] = ()) -> int:
    """Write the project that a command is run in with edited answers; return the exit code.

    ``edited_files`` are files of the user's that are edited in the same run. In a terminal, answers
    that do not go together are shown with what is wrong, to be mended there.

    Raises:
        InputError: there is no project, or the answers do not go together.
        ConflictError: files that the user edited cannot be merged, and nobody decided on them.

    """
    options = replace(options, directory=find(options.directory), shown_as="change")
    session = begin(options)
    assert options.directory is not None  # noqa: S101 - it was found
    layer = recorded(options.directory)
    tell_version(layer, session.reporter)
    raw = edit(layer.answers, session)
    edited = Layer(layer.source, raw)
    template = user_template(options, session.config.author, edited)
    if template is not None and options.dry_run:
        template = template.without_hooks()
    try:
        whole = built(raw, session, layer.source)
    except InputError:
        if not options.interactive:
            raise
        found = collect(options, session, edited, template)
        return write_decided(found, options.directory, template, options, session, edited_files)
    return write(whole, options.directory, template, options, session, edited_files=edited_files)


def built(raw: Mapping[str, object], session: Session, source: str) -> ProjectTopology:
    """Return the project that answers give.

    Raises:
        InputError: with every problem.

    """
    whole = unchecked(raw, session, source)
    rules.check(whole)
    return whole


def unchecked(raw: Mapping[str, object], session: Session, source: str) -> ProjectTopology:
    """Return the project that answers give, whose parts may still lack partners.

    Raises:
        InputError: an answer is not valid by itself, or one is missing.

    """
    project = complete(raw, session.catalog, [Layer(source, raw)], defaults=False)
    return ProjectTopology(project, session.catalog)


def refused(where: str, what: str, remedy: str) -> InputError:
    """Return the error of a command line that asks for what cannot be."""
    return InputError(Problem(where, what, remedy))


def missing_partners(
    raw: Mapping[str, object], session: Session
) -> Iterator[tuple[str, str, Need]]:
    """Yield each partner that no role has: composition, the part that needs it, and the need.

    A single composition is told under no name.
    """
    whole = unchecked(raw, session, "the answers")
    told = set()
    for topology in whole.each:
        name = topology.composition.name if whole.project.several else ""
        for part in topology.used_parts:
            for need in part.needs:
                there = any(topology.roles_with(wanted) for wanted in need.parts)
                if not there and (name, need.part) not in told:
                    told.add((name, need.part))
                    yield name, part.id, need
