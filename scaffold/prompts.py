"""The frontend that asks in a terminal, with questionary.

Ctrl-C at any prompt ends the command with nothing written. Each prompt validates with the
question's own parser, so that a typed answer is held to the same rules as a flag.
"""

from __future__ import annotations

import copy
import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import questionary
from questionary import Choice as Item

from scaffold import answers as answers_module
from scaffold import values
from scaffold.errors import InputError, Interrupted, Problem, sentences
from scaffold.frontend import Choice
from scaffold.limits import excluded_flavours, excluded_releases, parts_of
from scaffold.model import Catalog, OptionSpec
from scaffold.plan import Decision, Plan, Step, resolve
from scaffold.questions import MAX_COUNT, Answers, Context, Question, chosen_flavours, chosen_parts
from scaffold.topology import expand

Widget = Callable[[Question, Answers, Catalog], dict[str, Any]]
FROM_FILE, FROM_SCRATCH = "an answers file", "from scratch"


def _run(prompt: questionary.Question) -> Any:
    try:
        return prompt.unsafe_ask()
    except (KeyboardInterrupt, EOFError) as error:
        problem = Problem("new", "interrupted, nothing was written", "Run it again when you like")
        raise Interrupted(problem) from error


def _first_problem(check: Callable[[Context], object], catalog: Catalog) -> bool | str:
    """Run a parser as a prompt's validator: True, or the first problem as one line."""
    context = Context(catalog)
    check(context)
    if not context.problems:
        return True
    problem = context.problems[0]
    return sentences(problem.what, problem.remedy)


def _text(message: str, default: str, hint: str, validate: Callable[[str], bool | str]) -> str:
    """Ask for a line of text, with the help above it, wrapped to the terminal."""
    width = min(shutil.get_terminal_size().columns, 96)
    margin = message[: len(message) - len(message.lstrip())] + "  "
    wrapped = textwrap.fill(hint, width, initial_indent=margin, subsequent_indent=margin)
    questionary.print(wrapped, style="fg:ansibrightblack")
    return str(_run(questionary.text(message, default=default, validate=validate)))


class Prompts:
    """Asks each question with the widget that fits it."""

    def start(self, catalog: Catalog) -> dict[str, Any]:
        """Ask for a stack, an answers file, or nothing to start from."""
        items = [
            Item(f"{s.name:<12} {s.description}", value=s.name) for s in catalog.stacks.values()
        ]
        chosen = _run(
            questionary.select("Start from", [*items, FROM_FILE, FROM_SCRATCH], use_shortcuts=False)
        )
        if chosen == FROM_FILE:
            file = _run(
                questionary.path(
                    "Answers file", validate=lambda name: _is_answers_file(name, catalog)
                )
            )
            return dict(answers_module.load_file(_path(file)).answers)
        return {} if chosen == FROM_SCRATCH else {"stack": chosen}

    def ask(self, question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
        """Ask one question with its widget."""
        return WIDGETS[question.key](question, answers, catalog)

    def decide(self, *, problems: tuple[Problem, ...] = ()) -> Choice:
        """Ask whether to write, change an answer or quit; writing needs answers that fit."""
        offered = [c for c in Choice if c is not Choice.WRITE or not problems]
        for problem in problems:
            questionary.print(f"  {problem}", style="fg:ansired")
        items = [Item(c.value, value=c) for c in offered]
        decided: Choice = _run(questionary.select("What now?", items))
        return decided

    def pick(self, questions: tuple[Question, ...], answers: Answers) -> Question:
        """Ask which answer to change."""
        items = [Item(q.message, value=q) for q in questions]
        picked: Question = _run(questionary.select("Change", items))
        return picked


def _is_answers_file(name: str, catalog: Catalog) -> bool | str:
    try:
        answers_module.parse(answers_module.load_file(_path(name)).answers, catalog)
    except InputError as error:
        problem = error.problems[0]
        return f"{problem.where} {problem.what}"
    return True


def _path(name: str) -> Path:
    """Return a typed path; what starts with the ~ of nobody is taken as it is."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def _text_widget(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    default = answers.get(question.key) or question.recommended(answers, catalog) or ""
    typed = _text(
        question.message,
        str(default),
        question.help,
        lambda v: _first_problem(lambda ctx: question.parse(v, ctx), catalog),
    )
    return {question.key: typed}


def _flavours_widget(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    excluded = excluded_flavours(chosen_parts(answers), catalog)
    wanted = values.listed(answers.get("flavours") or question.recommended(answers, catalog))
    items = [
        Item(
            f"{f.name:<14} {f.title}",
            value=f.name,
            disabled=excluded.get(f.name),
            checked=f.name in wanted and f.name not in excluded,
        )
        for f in catalog.flavours.values()
    ]
    chosen = _run(
        questionary.checkbox(
            question.message,
            items,
            validate=lambda found: bool(found) or "Choose at least one flavour",
        )
    )
    kept = answers.get("default_flavour")
    return {"flavours": chosen, "default_flavour": kept if kept in chosen else chosen[0]}


def _default_flavour_widget(
    question: Question, answers: Answers, catalog: Catalog
) -> dict[str, Any]:
    choices = values.listed(answers["flavours"])
    default = answers.get("default_flavour")
    chosen = _run(
        questionary.select(
            question.message,
            choices,
            default=default if default in choices else None,
            instruction=f"({question.help})",
        )
    )
    return {"default_flavour": chosen}


def _release_widget(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    flavours = chosen_flavours(answers)
    excluded = excluded_releases(chosen_parts(answers), catalog, flavours)
    excluded |= _without_flavours(flavours, catalog)
    items = [
        Item(f"{r.name}   {_pins(r.inputs)}", value=r.name, disabled=excluded.get(r.name))
        for r in catalog.releases.values()
    ]
    wanted = answers.get("release") or question.recommended(answers, catalog)
    possible = wanted if wanted not in excluded else None
    return {"release": _run(questionary.select(question.message, items, default=possible))}


def _without_flavours(flavours: Sequence[str], catalog: Catalog) -> dict[str, str]:
    """The releases whose NixOS Compose lacks a chosen flavour."""
    lacking = {
        r.name: [f for f in flavours if f not in r.flavours] for r in catalog.releases.values()
    }
    return {name: f"has no flavour {', '.join(f)}" for name, f in lacking.items() if f}


def _pins(inputs: Mapping[str, Any]) -> str:
    return " · ".join(f"{name} {pin.ref[:14]}" for name, pin in inputs.items())


def _pins_widget(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    pins: dict[str, str] = dict(answers.get("pins") or {})
    if not _run(
        questionary.confirm("Pin an input to another ref or revision?", default=bool(pins))
    ):
        return {"pins": pins}
    release = catalog.releases[str(answers.get("release"))]
    for name, pin in release.inputs.items():
        typed = _text(
            f"  {name}",
            pins.get(name, pin.ref),
            "branch, tag or full revision",
            lambda v, n=name: _first_problem(  # type: ignore[misc]
                lambda ctx: question.parse({n: v}, ctx), catalog
            ),
        )
        if typed.strip() != pin.ref:
            pins[name] = typed.strip()
        else:
            pins.pop(name, None)
    return {"pins": pins}


def _extras_widget(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    wanted = answers.get("extras")
    chosen = values.listed(question.recommended(answers, catalog) if wanted is None else wanted)
    items = [
        Item(f"{e.name:<10} {e.description}", value=e.name, checked=e.name in chosen)
        for e in catalog.extras.values()
    ]
    return {"extras": _run(questionary.checkbox(question.message, items))}


def _roles_widget(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Show the roles; add, edit or remove one until the user is done."""
    roles: dict[str, Any] = copy.deepcopy(dict(answers.get("roles") or {}))
    while True:
        items = [Item(_describe(name, role), value=("edit", name)) for name, role in roles.items()]
        if roles:
            items.append(Item("done", value=("done", "")))
        items.append(Item("add a role", value=("add", "")))
        default = items[-2] if roles else None
        action, name = _run(
            questionary.select(
                question.message, items, default=default, instruction="(choose a role to edit it)"
            )
        )
        if action == "done":
            return {"roles": roles}
        roles = _edit_role(question, roles, name, catalog)


def _describe(name: str, role: Mapping[str, Any]) -> str:
    parts = " ".join(values.listed(role.get("parts", []))) or "(nothing)"
    return f"{name:<12} ×{role.get('count', 1):<4} {parts}"


def _edit_role(
    question: Question, roles: dict[str, Any], old: str, catalog: Catalog
) -> dict[str, Any]:
    """Ask for one role; an edited role keeps its place, an emptied name removes it."""
    role = dict(roles.get(old, {}))
    taken = [name for name in roles if name != old]

    def check_name(typed: str) -> bool | str:
        if not typed.strip():
            return bool(old) or "Give a name"
        if typed.strip() in taken:
            return f"there is a role {typed.strip()!r} already. Choose another name."
        return _first_problem(lambda ctx: question.parse({typed.strip(): {}}, ctx), catalog)

    hint = "host name: lower-case letters and digits" + ("; empty removes the role" if old else "")
    name = _text("  Name", old, hint, check_name).strip()
    if not name:
        return {key: value for key, value in roles.items() if key != old}
    role["count"] = int(
        _text(
            "  Count",
            str(role.get("count", 1)),
            f"1 to {MAX_COUNT} hosts",
            lambda v: _valid(lambda: values.integer(v, 1, MAX_COUNT)),
        )
    )
    chosen = values.listed(role.get("parts", []))
    items = [
        Item(f"{p.id:<16} {p.description}", value=p.id, checked=p.id in chosen)
        for p in catalog.parts.values()
        if not p.hidden
    ]
    role["parts"] = _run(questionary.checkbox("  Parts", items))
    packages = ", ".join(values.listed(role.get("packages", [])))
    role["packages"] = values.packages(
        _text(
            "  Extra packages",
            packages,
            "names under pkgs, separated by commas; may be empty",
            lambda v: _valid(lambda: values.packages(v)),
        )
    )
    renamed = {name if key == old else key: value for key, value in roles.items()}
    return {**renamed, name: role}


def _valid(check: Callable[[], object]) -> bool | str:
    try:
        check()
    except values.InvalidError as error:
        return str(error)
    return True


def _options_widget(question: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask for the options of the chosen parts; one that must differ is asked for each role."""
    options: dict[str, Any] = copy.deepcopy(dict(answers.get("options") or {}))
    roles: dict[str, Any] = copy.deepcopy(dict(answers["roles"]))
    parts = parts_of(chosen_parts(answers), catalog)
    for service_name in dict.fromkeys(p.service for p in parts):
        service = catalog.services[service_name]
        table = options.setdefault(service_name, {})
        for spec in service.options.values():
            if _matters(spec, service.options, table):
                _ask_option(f"{service_name}.{spec.key}", spec, table)
        for part in (p for p in parts if p.service == service_name):
            owners = [r for r in roles.values() if part.id in _all_parts(r, catalog)]
            for spec in part.options.values():
                own = table.setdefault(part.name, {})
                if spec.unique and len(owners) > 1:
                    _ask_for_each_role(part.id, spec, roles, catalog)
                elif _matters(spec, part.options, own):
                    _ask_option(f"{part.id}.{spec.key}", spec, own)
    return {"options": _without_empty(options), "roles": roles}


def _matters(spec: OptionSpec, specs: Mapping[str, OptionSpec], table: dict[str, Any]) -> bool:
    """Say whether an option has a meaning beside the answers so far; forget it when not."""
    if spec.matters({key: table.get(key, other.default) for key, other in specs.items()}):
        return True
    table.pop(spec.key, None)
    return False


def _all_parts(role: Mapping[str, Any], catalog: Catalog) -> tuple[str, ...]:
    return expand(tuple(values.listed(role.get("parts", []))), catalog)


def _ask_for_each_role(
    part: str, spec: OptionSpec, roles: dict[str, Any], catalog: Catalog
) -> None:
    service, _, name = part.partition(".")
    for role_name, role in roles.items():
        if part in _all_parts(role, catalog):
            table = role.setdefault("options", {}).setdefault(service, {}).setdefault(name, {})
            _ask_option(f"{part}.{spec.key} of {role_name}", spec, table)


def _ask_option(label: str, spec: OptionSpec, table: dict[str, Any]) -> None:
    """Ask for one option and keep the answer when it is not the default."""
    if spec.consent:
        questionary.print(f"  {spec.consent}", style="fg:ansiyellow")
    current = table.get(spec.key, spec.default)
    if spec.type == "choice":
        value = _run(
            questionary.select(
                f"  {label}", list(spec.choices), default=current, instruction=f"({spec.help})"
            )
        )
    elif spec.type == "bool":
        value = _run(questionary.confirm(f"  {label}", default=bool(current)))
    else:
        shown = ", ".join(current) if isinstance(current, (list, tuple)) else str(current)
        typed = _text(
            f"  {label}", shown, spec.help, lambda v: _valid(lambda: values.of_option(spec, v))
        )
        value = values.of_option(spec, typed)
    table.pop(spec.key, None)
    if value != spec.default:
        table[spec.key] = value


def _without_empty(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Drop tables that hold nothing, so that the answers file stays short."""
    kept = {k: _without_empty(v) if isinstance(v, Mapping) else v for k, v in tables.items()}
    return {k: v for k, v in kept.items() if v != {}}


def decide_conflicts(plan: Plan) -> Plan:
    """Ask about each file that differs: overwrite, keep, show the diff, the same for all, quit.

    Raises:
        Interrupted: the user left; nothing was written.
        ConflictError: a file that cannot be overwritten was not kept.

    """
    for_all: list[Decision] = []

    def decide(step: Step) -> Decision:
        return for_all[0] if for_all else _ask_about(step, for_all)

    return resolve(plan, decide)


def _ask_about(step: Step, for_all: list[Decision]) -> Decision:
    while True:
        chosen = _run(
            questionary.select(
                f"{step.path}: {step.reason}",
                ["overwrite", "keep", "diff", "overwrite all", "keep all", "quit"],
            )
        )
        if chosen == "diff":
            questionary.print(step.diff())
            continue
        word, _, rest = chosen.partition(" ")
        decision = Decision.ABORT if word == "quit" else Decision(word)
        if rest:
            for_all.append(decision)
        return decision


WIDGETS: dict[str, Widget] = {
    "name": _text_widget,
    "description": _text_widget,
    "roles": _roles_widget,
    "options": _options_widget,
    "flavours": _flavours_widget,
    "default_flavour": _default_flavour_widget,
    "release": _release_widget,
    "pins": _pins_widget,
    "extras": _extras_widget,
}
