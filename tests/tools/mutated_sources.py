"""Change project files at random and look at the sources: nothing may end in a traceback.

    python tests/tools/mutated_sources.py COUNT SEED [FOLDER…]

Starts from tests/fixtures/sources and the given checkouts without their history. Each round
damages one to three of the files in the root and the folders below, and looks at the source; every
fourth gives a damaged package file another version. Prints what was raised, and the slowest round.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from scaffold.base.errors import InputError
from scaffold.nixlang.parser import NixSyntaxError
from scaffold.packages.builders import load_builders
from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.history import History
from scaffold.packages.detect.needs import inputs
from scaffold.packages.detect.source import detect
from scaffold.packages.update.bump import bump

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PIECES = (
    *(c.encode() for c in "()[]{}\"'\\#;\r"),
    *(
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\n" * 50,
        b"${",
        b"((((((((",
        b"/*",
        b"=>",
        b",,,",
        b"<!--",
    ),
)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return a text with one to five pieces taken out, put in, moved or repeated."""
    for _ in range(chance.randint(1, 5)):
        at, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        piece = data[at : min(end, at + chance.choice((1, 5, 40, 400)))]
        match chance.randrange(5):
            case 0:
                data = data[:at] + data[at + len(piece) :]
            case 1:
                data = data[:at] + chance.choice(PIECES) + data[at:]
            case 2:
                data = data[:end] + piece + data[end:]
            case 3:
                data = data[:at] + bytes(chance.randrange(256) for _ in range(8)) + data[at:]
            case _:
                data = data[:at] + piece * chance.choice((2, 30)) + data[at:]
    return data


class NoHistory(History):
    """A folder outside of any repository, so that the damaged files are what is read."""

    def git(self, *arguments: str) -> str | None:
        """Say nothing."""
        return None


class Damaged(Folder):
    """A folder some of whose files are damaged, without a byte changed on the disk."""

    texts: dict[str, bytes]

    def _read(self, name: str) -> str:
        if name in self.texts:
            return self.texts[name].decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        return super()._read(name)


def look(path: Path, chance: random.Random, monkey: Callable[[type[Folder]], None]) -> None:
    """Look at a source with damaged files."""
    folder = Folder(path)
    files = [f for f in folder.walk(deepest=1) if folder.text(f)]
    chosen = chance.sample(files, min(len(files), chance.randint(1, 3))) if files else []
    texts = {f: damaged(folder.text(f).encode(errors="replace"), chance) for f in chosen}
    monkey(type("Of", (Damaged,), {"texts": texts}))
    inputs(detect(path, load_builders()).needs)


def update(file: Path, chance: random.Random) -> None:
    """Give a damaged package file another version; to refuse it is right."""
    text = damaged(file.read_bytes(), chance).decode(errors="replace")
    try:
        bump(text, "98.7", file=file.name)
    except (InputError, NixSyntaxError):
        return


def main() -> int:
    """Run the rounds."""
    from scaffold.packages.detect import source

    count, seed = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    sources = [p for p in sorted((FIXTURES / "sources").iterdir()) if p.is_dir()]
    sources += [Path(p) for p in sys.argv[3:]]
    packages = sorted(FIXTURES.glob("goldens/builders/*/default.nix"))

    def put(kind: type[Folder]) -> None:
        source.Folder = kind  # type: ignore[misc]

    source.History = NoHistory  # type: ignore[misc]
    raised: Counter[str] = Counter()
    slowest = (0.0, "")
    for number in range(count):
        start = time.monotonic()
        path = chance.choice(packages if number % 4 == 0 else sources)
        try:
            update(path, chance) if number % 4 == 0 else look(path, chance, put)
        except Exception:  # every kind of failure is what is looked for
            where = traceback.format_exc().splitlines()
            raised[f"{path.name}: {where[-1]} {where[-3].strip()}"] += 1
        slowest = max(slowest, (time.monotonic() - start, str(path)))
    print(f"{count} rounds, seed {seed}: {sum(raised.values())} raised; slowest {slowest}")
    for what, times in raised.most_common(20):
        print(times, what)
    return int(bool(raised))


if __name__ == "__main__":
    sys.exit(main())
