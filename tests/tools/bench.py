"""How fast the tool is beside its peers, in one run: medians and ratios, never bare seconds.

    make bench
    python tests/tools/bench.py --pairs 31 --only new

Each comparison runs both commands in turn, so that a busy machine slows down both. A line has the
median time of each, the median of the ratios of the pairs, what was aimed at, and the same ratio
of processor time, which a busy machine changes least. Peers render the very files that `new`
writes, from templates made of them in a temporary folder; where nixfmt is on PATH, `new` is
measured with it and without. Programs are those beside the Python that runs this script. Exit
code 1 when an aim was missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
NAME = "bench-lab"
QUIET = ("--no-check", "--no-git", "--quiet")
SIZES = (250, 500, 1000)
MIB = 1024  # ru_maxrss is in KiB on Linux


@dataclass(frozen=True)
class Run:
    """One run of a command: seconds of wall time and of processor time, peak memory in MiB."""

    seconds: float
    processor: float
    memory: float


@dataclass(frozen=True)
class Bench:
    """A command to measure; ``clear`` is the folder that it writes and that is removed after."""

    label: str
    argv: tuple[str, ...]
    clear: Path | None = None
    nixfmt: bool = True


def main() -> int:
    """Run what the command line asks for; return 1 when an aim was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=15, help="runs of each command")
    parser.add_argument("--only", choices=list(SERIES), action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ["HOME"] = folder  # peers keep replays and settings there
        os.environ["XDG_CONFIG_HOME"] = folder
        # Bytecode as after an installation, for a checkout too.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
        return max(SERIES[name](Path(folder), options.pairs) for name in options.only or SERIES)


def program(name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command line of a program beside this Python."""
    found = shutil.which(name, path=str(BIN))
    if found is None:
        raise SystemExit(f"{BIN}/{name} is missing: pip install --editable '.[bench]'")
    return (found, *arguments)


def run(bench: Bench) -> Run:
    """Run a command once; its output is thrown away, a failure is shown and ends everything."""
    begin = time.perf_counter()
    child = subprocess.Popen(
        bench.argv,
        env=None if bench.nixfmt else {**os.environ, "PATH": path_without_nixfmt()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(bench.argv)} ended with {child.returncode}")
    if bench.clear:
        shutil.rmtree(bench.clear)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB)


def path_without_nixfmt() -> str:
    """Return PATH without the folders that hold nixfmt."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(f for f in folders if not (Path(f) / "nixfmt").exists())


def compare(own: Bench, peer: Bench, aim: float, pairs: int) -> int:
    """Run two commands in turn and print one line; return 1 when the ratio is above the aim."""
    run(own), run(peer)  # both from a warm cache
    runs = [(run(own), run(peer)) for _ in range(pairs)]
    ours, theirs = (statistics.median(r.seconds for r in side) for side in zip(*runs, strict=True))
    ratio = statistics.median(a.seconds / b.seconds for a, b in runs)
    processor = statistics.median(a.processor / b.processor for a, b in runs)
    print(
        f"{own.label:<28} {ours * 1000:5.0f} ms   {peer.label:<23} {theirs * 1000:5.0f} ms   "
        f"ratio {ratio:4.2f}   aim {aim:4.2f}   {verdict(ratio, aim)} (processor {processor:4.2f})",
        flush=True,
    )
    return int(ratio > aim)


def verdict(value: float, aim: float) -> str:
    """Return the word at the end of a line."""
    return "ok" if value <= aim else "missed"


def start_up(_: Path, pairs: int) -> int:
    """What answers without rendering anything."""
    peer = Bench("cookiecutter --version", program("cookiecutter", "--version"))
    own = {"--version": 0.25, "--help": 0.5, "list": 0.5}
    return max(
        compare(Bench(f"nxc-scaffold {word}", program("nxc-scaffold", word)), peer, aim, pairs)
        for word, aim in own.items()
    )


def rendering(folder: Path, pairs: int) -> int:
    """``new`` from an answers file, and peers that render the same files."""
    source = folder / NAME
    subprocess.run(
        program("nxc-scaffold", "new", str(source), "--stack", "oar-nfs", "--defaults", *QUIET),
        check=True,
    )
    answers = folder / "answers.toml"
    answers.write_bytes((source / ".nxc-scaffold.toml").read_bytes())
    peers = [(cookiecutter(folder, source), 0.8), (copier(folder, source), 0.5)]
    target = folder / "own" / NAME
    argv = program("nxc-scaffold", "new", str(target), "--answers", str(answers), *QUIET)
    plain = Bench("nxc-scaffold new, no nixfmt", argv, target, nixfmt=False)
    target.parent.mkdir()
    missed = max(compare(plain, peer, aim, pairs) for peer, aim in peers)
    if shutil.which("nixfmt"):
        formatted = Bench("nxc-scaffold new, nixfmt", argv, target)
        missed = max(missed, *(compare(formatted, peer, aim, pairs) for peer, aim in peers))
    return missed


def templated(source: Path, root: Path, suffix: str, name: str) -> None:
    """Copy rendered files to a template that renders them again: the name is its variable."""
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        parts = file.read_text(encoding="utf-8").split(NAME)
        text = f"{{{{ {name} }}}}".join(f"{{% raw %}}{p}{{% endraw %}}" for p in parts)
        copy = root / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.with_name(copy.name + suffix).write_text(text, encoding="utf-8")


def cookiecutter(folder: Path, source: Path) -> Bench:
    """Return cookiecutter rendering the files of ``source``."""
    template, out = folder / "cookiecutter", folder / "cookiecutter-out"
    templated(source, template / "{{cookiecutter.name}}", "", "cookiecutter.name")
    (template / "cookiecutter.json").write_text(f'{{"name": "{NAME}"}}')
    argv = program("cookiecutter", "--no-input", "--output-dir", str(out), str(template))
    return checked(Bench("cookiecutter", argv, out), source, out / NAME)


def copier(folder: Path, source: Path) -> Bench:
    """Return copier rendering the files of ``source``."""
    template, out = folder / "copier", folder / "copier-out"
    templated(source, template, ".jinja", "name")
    (template / "copier.yml").write_text(f"name:\n  type: str\n  default: {NAME}\n")
    argv = program("copier", "copy", "--quiet", "--defaults", str(template), str(out))
    return checked(Bench("copier", argv, out), source, out)


def checked(bench: Bench, source: Path, result: Path) -> Bench:
    """Return the command once it has proved to write the same files."""
    subprocess.run(bench.argv, check=True, stdout=subprocess.DEVNULL)
    for file in (path for path in source.rglob("*") if path.is_file()):
        copy = result / file.relative_to(source)
        if copy.read_text(encoding="utf-8").rstrip() != file.read_text(encoding="utf-8").rstrip():
            raise SystemExit(f"{bench.label} renders {copy.name} otherwise")
    shutil.rmtree(bench.clear or result)
    return bench


def many_roles(folder: Path, pairs: int) -> int:
    """Compositions of up to 1,000 roles: processor time, growth and peak memory.

    Two seconds are an absolute number: processor time keeps what else the machine does out of it.
    """
    missed = 0
    for kind, answers in (("OAR on NFS", oar_on_nfs), ("own packages", own_packages)):
        benches = [_big(folder, kind, count, answers(count)) for count in SIZES]
        for bench in benches:
            run(bench)
        rounds = [[run(bench) for bench in benches] for _ in range(max(3, pairs // 3))]
        small, middle, large = (
            statistics.median(runs[size].processor for runs in rounds) for size in range(len(SIZES))
        )
        told = ", ".join(f"{t * 1000:.0f} ms" for t in (small, middle, large))
        print(f"{kind}, {SIZES[0]}, {SIZES[1]} and {SIZES[2]} roles: {told}")
        memory = max(runs[-1].memory for runs in rounds)
        for what, value, aim in (
            (f"seconds at {SIZES[-1]} roles", large, 2.0),
            ("growth (linear: 2)", (large - middle) / (middle - small), 2.6),
            ("peak memory, MiB", memory, 80.0),
        ):
            print(f"  {what:<24} {value:6.2f}   aim {aim:5.2f}   {verdict(value, aim)}", flush=True)
            missed |= int(value > aim)
    return missed


def _big(folder: Path, kind: str, count: int, answers: str) -> Bench:
    file = folder / f"{kind.split()[0]}-{count}.toml"
    file.write_text(HEAD + answers)
    target = folder / f"big-{count}"
    argv = program("nxc-scaffold", "new", str(target), "--answers", str(file), *QUIET)
    return Bench(f"{count} roles", argv, target)


HEAD = """name = "big"
flavours = ["vm"]
default_flavour = "vm"
release = "25.05"
"""


def oar_on_nfs(count: int) -> str:
    """Return answers: servers, and ``count`` - 3 kinds of node with homes on NFS."""
    heads = {
        "server": ["oar.server", "oar.dbserver", "nfs.server"],
        "front": ["oar.frontend", "nfs.client"],
        "store": ["nfs.server"],
    }
    tables = [f"[roles.{name}]\nparts = {parts}\n" for name, parts in heads.items()]
    tables.append('[roles.store.options.nfs.server]\nexport = "/data"\n')
    tables += [
        f'[roles.node{n}x]\nparts = ["oar.node", "nfs.client"]\ncount = {n % 3 + 1}\n'
        for n in range(count - len(heads))
    ]
    return "".join(tables)


def own_packages(count: int) -> str:
    """Return answers: roles without a service, each with packages of its own."""
    return "".join(f'[roles.r{n}x]\npackages = ["jq", "hello", "own{n}"]\n' for n in range(count))


SERIES: dict[str, Callable[[Path, int], int]] = {
    "start": start_up,
    "new": rendering,
    "roles": many_roles,
}


if __name__ == "__main__":
    sys.exit(main())
