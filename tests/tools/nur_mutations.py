"""Mutate repositories of packages: each is registered in or refused, and nothing else happens.

    python tests/tools/nur_mutations.py [--seed N] [--count N] [--prove] [FOLDER]...

Repositories are those of the tests, and FOLDERs. Each mutant changes one to three things in one:
bytes, words, lines or whole files of Nix. What is refused has to be refused in words (InputError),
with not a byte of the repository changed; what is registered has to be valid Nix that keeps every
other byte. ``--prove`` evaluates each with nix too, which takes a hundred times as long.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path, PurePosixPath

from scaffold.base.errors import InputError
from scaffold.nixlang.parser import parse
from scaffold.repository.layouts import find_layout
from scaffold.repository.proof import prove
from scaffold.repository.register import Entry, module_registration, registration
from scaffold.writer.tree import File, Tree, text_file

FIXTURES = Path(__file__).parents[1] / "fixtures" / "repos"
Files = dict[str, bytes]
NAME = "new"
_WORDS = [b"{", b"}", b"(", b")", b"[", b"]", b";", b"=", b":", b"//", b"rec", b"with pkgs;",
          b"let",
          b"in", b"import", b"./.", b"../x", b"null", b"self", b"inherit", b"@", b"?", b"...", b'"',
          b"''", b"${", b"#", b"/*", b"*/", b"pkgs.lib.recurseIntoAttrs", b"x:", b"{ }",
          b"builtins.readDir ./pkgs", b"if a then b else", b"assert false;", b"or", b"\r\n",
          b"\xff", b"\xef\xbb\xbf", b"\0", b"a.b.c", b"new", b"lib"]  # fmt: skip


def repository(folder: Path) -> Files:
    """Return the files of a folder that nix reads."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".git" not in path.parts
    }


def mutated(files: Files, chance: random.Random) -> Files:
    """Return the repository with one to three changes."""
    result = dict(files)
    for _ in range(chance.randint(1, 3)):
        name = chance.choice([n for n in result if n.endswith(".nix")] or [*result, "default.nix"])
        content = result.get(name, b"")
        result[name] = _changed(content, chance)
        if chance.random() < 0.05:
            del result[name]
        if chance.random() < 0.05:
            other = chance.choice(list(files))
            result[other] = content
    return result


def _changed(content: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(content))
    end = min(len(content), at + chance.randint(0, 12))
    lines = content.splitlines(keepends=True)
    match chance.randint(0, 8):
        case 0:
            return content[:at] + content[end:]
        case 1:
            return content[:at] + chance.choice(_WORDS) + content[at:]
        case 2:
            return content[:at] + b" " + chance.choice(_WORDS) + b" " + content[end:]
        case 3 if lines:
            lines.insert(chance.randint(0, len(lines)), chance.choice(lines))
            return b"".join(lines)
        case 4 if lines:
            del lines[chance.randrange(len(lines))]
            return b"".join(lines)
        case 5:
            return content[:at]
        case 6:
            return content.replace(b"\n", b"\r\n")
        case 7:
            words = content.split(b" ")
            one, other = chance.randrange(len(words)), chance.randrange(len(words))
            words[one], words[other] = words[other], words[one]
            return b" ".join(words)
    return content.replace(chance.choice([b"pkgs", b"self", b"x", b"{ }", b"./"]), b"(y)", 1)


def tried(files: Files, folder: Path, *, proving: bool = False) -> str:
    """Register a package and a module in a repository; return what became of it.

    Raises:
        AssertionError: something was written, or the edit is no Nix or loses a byte.

    """
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    try:
        layout = find_layout(folder, NAME)
        file = layout.package_file(NAME)
        known = registration(Entry(NAME, file), layout)
        told = "registered" if known else "loaded"
        edits: list[File | None] = [*known]
        try:
            edits.append(module_registration(NAME, layout)[1])
        except InputError:
            told += ", no module"
        if proving:
            package = text_file(str(file), "{ }: null\n")
            proof = prove(layout, NAME, Tree([package, *known]))
            told += ", proved" if proof.proved else ", not proved"
    except InputError as error:
        told, edits = "refused", []
        refused = error.problems
    else:
        refused = ()
    assert all(problem.what and problem.remedy for problem in refused)
    for edit in edits:
        if edit is not None:
            old, new = (
                content.decode("utf-8", "surrogateescape")
                for content in (files[str(edit.path)], edit.content)
            )
            parse(new)
            assert _is_kept(old, new), f"{edit.path}: bytes were lost"
    assert repository(folder) == {str(PurePosixPath(n)): c for n, c in files.items()}
    return told


def _is_kept(old: str, new: str) -> bool:
    """Say whether a text is another one with something added, blanks aside."""
    characters = iter("".join(new.split()))
    return all(character in characters for character in "".join(old.split()))


def main() -> int:
    """Print how many mutants became what; the first that breaks is told with its seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "folders", nargs="*", type=Path, help="repositories besides those of the tests"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--prove", action="store_true")
    arguments = parser.parse_args()
    repositories = [repository(f) for f in [*sorted(FIXTURES.iterdir()), *arguments.folders]]
    found: Counter[str] = Counter()
    broken = 0
    for number in range(arguments.count):
        chance = random.Random(arguments.seed + number)
        files = mutated(chance.choice(repositories), chance)
        with tempfile.TemporaryDirectory() as folder:
            try:
                found[tried(files, Path(folder).resolve(), proving=arguments.prove)] += 1
            except Exception as error:
                broken += 1
                print(f"seed {arguments.seed + number}: {type(error).__name__}: {error}"[:300])
    print(
        f"{arguments.count} mutants, {broken} broken: "
        + ", ".join(f"{told} {count}" for told, count in found.most_common())
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
