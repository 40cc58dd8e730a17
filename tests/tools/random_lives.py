"""Random lives of projects: edits, additions, removals, changes and updates in any order.

    python tests/tools/random_lives.py 5000 --seed 1

Each life starts a project and goes through some steps. An edit plants a line with a mark of its own
into a file; a step of the tool is decided at random where it conflicts, but never by what says that
it costs edits (``--force``, ``theirs``). After each step:

- every mark that is on the disk before is there after it, in some file of the project;
- the files are those that the plan told, byte for byte, and no other;
- every Nix, Python and TOML file can be read, unless it has conflict markers, which the plan told.

Everything runs in this process; git runs as it does for users. Prints a summary; exit code 1 at the
first life that broke a rule, with its steps.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scaffold.answers import document, editing
from scaffold.answers import project as project_of
from scaffold.answers.editing import Place
from scaffold.base.errors import ConflictError, InputError
from scaffold.catalogue.reading import load_catalog
from scaffold.commands.past import keep_contents, planned
from scaffold.composition import rules
from scaffold.composition.topology import ProjectTopology
from scaffold.nixlang.lexer import NixSyntaxError
from scaffold.nixlang.parser import parse
from scaffold.render.project import render
from scaffold.writer.apply import apply
from scaffold.writer.ops import Ops
from scaffold.writer.plan import Plan, decide_all
from scaffold.writer.steps import Decision, Verb
from scaffold.writer.tree import Tree

CATALOG = load_catalog()
STACKS = ("nfs", "slurm", "web", "k3s", "monitoring", "mpi", "oar-nfs", "blank")
PARTS = ("web.server", "web.client", "nfs.server", "nfs.client", "mpi.node", "grafana.server",
         "prometheus.server", "prometheus.exporter", "k3s.server", "k3s.agent")  # fmt: skip
MARK = "user-mark-{}-{}"
#: What a step without a conflict may be followed by; none of them loses an edit.
SAFE = (Decision.KEEP, Decision.MINE, Decision.MARKERS)
Raw = Mapping[str, Any]


class Quick(Ops):
    """Brings nothing to the disk: no life survives this process."""

    def fsync(self, handles: Iterable[int]) -> None:
        """Do nothing."""


class BrokenError(Exception):
    """A rule does not hold."""


@dataclass
class Life:
    """One project, and what happened to it."""

    folder: Path
    chance: random.Random
    number: int
    version: int = 0
    marks: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def files(self) -> dict[str, bytes]:
        """Return every file of the project but those of git."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and ".git" not in path.relative_to(self.folder).parts
        }


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "lives",
        type=int,
        nargs="?",
        default=200,
        help="how many lives, %(default)s unless told otherwise",
    )
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    total = Counter[str]()
    for number in range(options.lives):
        life = None
        with tempfile.TemporaryDirectory(prefix="lives-") as folder:
            life = Life(Path(folder) / "lab", random.Random(f"{options.seed} {number}"), number)
            try:
                live(life, options.steps)
            except Exception as error:
                print(f"seed {options.seed}, life {number}: {error!r}")
                print("\n".join(life.told))
                return 1
            total += life.counts
    print(f"seed {options.seed}: {options.lives} lives, no edit lost, every file as the plan told")
    print("  " + ", ".join(f"{count} {name}" for name, count in sorted(total.items())))
    return 0


def live(life: Life, steps: int) -> None:
    """Start a project and let things happen to it."""
    raw: Raw = start(life)
    if life.chance.random() < 0.7:
        life.folder.mkdir()
        git(life, "init", "-q")
        life.counts["with git"] += 1
    write(life, raw)
    actions: list[Callable[[Life], None]] = [edit, edit, edit, again, add, add, remove, count,
                                             update, release, commit, other_ends]  # fmt: skip
    for _ in range(steps):
        life.chance.choice(actions)(life)


def start(life: Life) -> Raw:
    """Return the answers of a stack."""
    stack = life.chance.choice(STACKS)
    raw = {"name": "lab", **CATALOG.stacks[stack].answers, "started_from": stack}
    life.told.append(f"new {stack}")
    return project_of.with_recommended(raw, CATALOG, all_of_them=True)


def recorded(life: Life) -> dict[str, Any]:
    """Return the answers in the project."""
    return dict(document.load_file(life.folder / document.FILE_NAME).answers)


def write(life: Life, raw: Raw) -> None:
    """Write answers, and look at the result; what does not go together is not written."""
    before = life.files() if life.folder.exists() else {}
    complete = project_of.with_recommended(raw, CATALOG, all_of_them=False)
    try:
        composition = project_of.build(complete, CATALOG)
        rules.check(ProjectTopology(composition, CATALOG))
    except InputError as error:
        life.told.append(f"  refused: {error.problems[0]}")
        life.counts["refused"] += 1
        check_marks(life, before)
        return
    tree = templates_of(life, render(ProjectTopology(composition, CATALOG)))
    plan = planned(tree, life.folder, CATALOG, to_be_applied=True)
    life.counts.update(step.verb.value for step in plan.steps)
    if plan.conflicts:
        decision = life.chance.choice([*SAFE, None])
        life.told.append(f"  {len(plan.conflicts)} conflicts: {decision}")
        plan = decide_all(plan, decision or Decision.KEEP)
        if decision is None or plan.conflicts:
            life.counts["left at a conflict"] += 1
            refuse(life, plan, before)
            return
    life.told.append("  " + " ".join(f"{s.verb.value}:{s.path}" for s in plan.steps
                                     if s.verb is not Verb.IDENTICAL))  # fmt: skip
    apply(plan, ops=Quick())
    if (life.folder / ".git").exists():
        keep_contents(plan)
    check_plan(life, plan, before)
    check_marks(life, before)
    check_reads(life, plan)


def templates_of(life: Life, tree: Tree) -> Tree:
    """Return a tree as templates of another version give it: a line more in some of the files."""
    if not life.version:
        return tree
    from dataclasses import replace

    def other(name: str, content: bytes) -> bytes:
        if hash_of(name, life.version) % 3 or not name.endswith((".nix", ".py", ".md")):
            return content
        lines = content.decode().splitlines(keepends=True)
        at = hash_of(name, life.version) % (len(lines) + 1) if name.endswith(".md") else len(lines)
        return "".join([*lines[:at], f"# Templates {life.version}.\n", *lines[at:]]).encode()

    return Tree(
        replace(file, content=other(str(path), file.content)) for path, file in tree.items()
    )


def hash_of(name: str, version: int) -> int:
    """Return a number that is the same in every run."""
    return sum(map(ord, name)) * 31 + version


# --- what may happen ------------------------------------------------------------------------------


def edit(life: Life) -> None:
    """Plant a marked line into a file, delete one, or write one of one's own."""
    names = sorted(life.files())
    name = life.chance.choice(names)
    path = life.folder / name
    kind = life.chance.random()
    if kind < 0.05 and name != document.FILE_NAME and b"user-mark" not in path.read_bytes():
        path.unlink()
        life.told.append(f"delete {name}")
        return
    if kind < 0.12:
        name = f"parts/own{life.chance.randrange(5)}.nix"
        path = life.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(path.read_text() if path.exists() else "{ }\n")
    mark = MARK.format(life.number, len(life.marks))
    text = path.read_bytes().decode()
    lines = text.splitlines(keepends=True)
    places = [0, len(lines), *safe_places(name, lines)]
    at = life.chance.choice(places)
    ending = "\r\n" if "\r\n" in text else "\n"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += ending
    comment = f"<!-- {mark} -->" if name.endswith(".md") else f"# {mark}"
    if name.endswith(".json"):
        return  # no comments in JSON
    behind = at < len(lines) and life.chance.random() < 0.6  # at lines that the tool may change too
    if behind and reads(
        name, "".join([*lines[:at], commented(lines[at], comment), *lines[at + 1 :]])
    ):
        lines[at] = commented(lines[at], comment)
    else:
        lines.insert(at, comment + ending)
    path.write_bytes("".join(lines).encode())
    life.marks.append(mark)
    life.told.append(f"edit {name}:{at + 1} {mark}")


def commented(line: str, comment: str) -> str:
    """Return a line with a comment behind what it says."""
    text = line.rstrip("\r\n")
    return f"{text} {comment}{line[len(text) :]}"


def safe_places(name: str, lines: list[str]) -> Iterator[int]:
    """Yield where a line of comment leaves the file readable: not inside a string."""
    for at in range(len(lines)):
        candidate = "".join([*lines[:at], "# x\n", *lines[at:]])
        if not name.endswith((".nix", ".py", ".toml")) or reads(name, candidate):
            yield at


def again(life: Life) -> None:
    """Run the same again."""
    life.told.append("change nothing")
    write(life, recorded(life))


def update(life: Life) -> None:
    """Let another version of the tool write the same answers."""
    life.version += 1
    life.told.append(f"update to templates {life.version}")
    write(life, recorded(life))


def add(life: Life) -> None:
    """Add one or two parts to a role, or a stack."""
    raw = recorded(life)
    if life.chance.random() < 0.2:
        stack = life.chance.choice(STACKS)
        life.told.append(f"add {stack}")
        write(life, editing.add_stack(raw, stack, {}, CATALOG))
        return
    parts = life.chance.sample(PARTS, life.chance.randint(1, 2))
    role = life.chance.choice([*raw["roles"], "extra", "store"])
    life.told.append(f"add {parts} --to {role}")
    try:
        found = editing.add_parts(raw, parts, Place(role, life.chance.choice([None, 3])), CATALOG)
    except InputError:
        return
    write(life, found)


def remove(life: Life) -> None:
    """Remove a role or a part."""
    raw = recorded(life)
    role = life.chance.choice(list(raw["roles"]))
    parts = raw["roles"][role].get("parts", [])
    try:
        if parts and life.chance.random() < 0.5:
            part = life.chance.choice(parts)
            life.told.append(f"remove {part} --from {role}")
            found = editing.remove_parts(raw, [part], [Place(role)], CATALOG)
        else:
            life.told.append(f"remove {role}")
            found = editing.remove_role(raw, Place(role), CATALOG)
    except InputError:
        return
    write(life, found)


def count(life: Life) -> None:
    """Change how many hosts a role has."""
    raw = recorded(life)
    role = life.chance.choice(list(raw["roles"]))
    raw["roles"] = {
        **raw["roles"],
        role: {**raw["roles"][role], "count": life.chance.randint(1, 9)},
    }
    life.told.append(f"change roles.{role}.count={raw['roles'][role]['count']}")
    write(life, raw)


def release(life: Life) -> None:
    """Change release and flavours."""
    raw = recorded(life)
    raw["release"] = life.chance.choice(list(CATALOG.releases))
    raw["flavours"] = life.chance.sample(list(CATALOG.flavours), 2)
    raw["default_flavour"] = raw["flavours"][0]
    life.told.append(f"change release={raw['release']} flavours={raw['flavours']}")
    write(life, raw)


def commit(life: Life) -> None:
    """Commit all, where there is a repository; sometimes drop what nothing refers to."""
    if (life.folder / ".git").exists():
        git(life, "add", "-A")
        git(life, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
        if life.chance.random() < 0.2:
            git(life, "gc", "-q", "--prune=now")
        life.told.append("commit")


def other_ends(life: Life) -> None:
    """Give a file the line ends of another system."""
    name = life.chance.choice(sorted(n for n in life.files() if n.endswith((".nix", ".md"))))
    content = (life.folder / name).read_bytes()
    if b"\r\n" not in content:
        (life.folder / name).write_bytes(content.replace(b"\n", b"\r\n"))
        life.told.append(f"crlf {name}")


# --- what has to hold -----------------------------------------------------------------------------


def check_marks(life: Life, before: Mapping[str, bytes]) -> None:
    """Every mark that was there is there."""
    there = b"\n".join(life.files().values())
    was = b"\n".join(before.values())
    for mark in (mark.encode() for mark in life.marks):
        pattern = mark + b" -->" if mark + b" -->" in was else mark + b"\n"
        if pattern in was.replace(b"\r", b"") and pattern not in there.replace(b"\r", b""):
            raise BrokenError(f"{mark.decode()} is lost")


def check_plan(life: Life, plan: Plan, before: Mapping[str, bytes]) -> None:
    """The files are what the plan told, and all others what they were."""
    expected = dict(before)
    for step in plan.steps:
        if step.verb is Verb.DELETE:
            expected.pop(str(step.path), None)
        elif step.writes:
            expected[str(step.path)] = step.new_content
    found = life.files()
    if found != expected:
        names = [n for n in {*found, *expected} if found.get(n) != expected.get(n)]
        raise BrokenError(f"{names} are not as the plan told")


def refuse(life: Life, plan: Plan, before: Mapping[str, bytes]) -> None:
    """A plan with conflicts is refused and writes nothing."""
    if not plan.conflicts:
        return
    try:
        apply(plan)
    except ConflictError:
        if life.files() == before:
            return
    raise BrokenError("a plan with conflicts was written")


def check_reads(life: Life, plan: Plan) -> None:
    """Every file that was written can be read, but those with markers, which the plan told."""
    for step in plan.writes:
        if step.verb is Verb.DELETE or step.reason == "has conflict markers":
            continue
        text = (life.folder / step.path).read_bytes().decode()
        was = step.old_content
        if was is not None and not reads(str(step.path), was.decode()):
            continue  # it has markers of an earlier run
        if not reads(str(step.path), text):
            raise BrokenError(f"{step.path} cannot be read")


def reads(name: str, text: str) -> bool:
    """Whether a file can be parsed."""
    try:
        if name.endswith(".nix"):
            parse(text)
        elif name.endswith(".py"):
            ast.parse(text)
        elif name.endswith(".toml"):
            tomllib.loads(text)
    except (ValueError, SyntaxError, RecursionError, NixSyntaxError):
        return False
    return True


def git(life: Life, *words: str) -> None:
    """Run git in the project."""
    subprocess.run(["git", *words], cwd=life.folder, check=False, capture_output=True)


if __name__ == "__main__":
    os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
    shutil.which("git") or sys.exit("git is not there")
    sys.exit(main())
