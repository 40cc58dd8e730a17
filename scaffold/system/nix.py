"""One function per nix operation: each builds an argument list, runs it and reads the answer.

``nix-instantiate`` runs with ``--store dummy://``: parsing and pure evaluation then need neither a
daemon nor a writable /nix, as with Debian's nix-bin 2.8 for a user outside the group nix-users.
Flake commands do need a store: as root Nix opens /nix by itself, any other user needs the daemon;
without it they fail with a failure of kind ``store``.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from scaffold.base.names import SYSTEM
from scaffold.nixlang.quote import nix_attr, nix_string
from scaffold.system import process
from scaffold.system.nix_errors import Failure, NixError, classify

OLDEST = (2, 8)
FEATURES = ("--extra-experimental-features", "nix-command flakes")
#: Nothing is built while Nix evaluates.
UNBUILT = ("--option", "allow-import-from-derivation", "false")
INSTANTIATE = ("nix-instantiate", "--store", "dummy://")

OnLine = Callable[[str], None] | None
# What a flake reference may hold without escapes; Nix 2.8 decodes escapes in no path at all.
_PLAIN = re.compile(r"[A-Za-z0-9._/+-]+")
# `path:` copies a whole folder into the store, which every user can read.
_NOT_COPIED = shutil.ignore_patterns(".git", ".direnv", "secrets", "result", "result-*", "build")


def version() -> tuple[int, int]:
    """Return major and minor version of nix (Lix and Determinate Nix write theirs last)."""
    done = process.run(["nix", "--version"])
    found = re.findall(r"(\d+)\.(\d+)", done.stdout)
    if done.returncode or not found:
        raise NixError(classify(done.stderr or "error: nix --version gives no version"))
    return int(found[-1][0]), int(found[-1][1])


def require() -> None:
    """Raise MissingProgramError without nix, NixError when it is older than 2.8."""
    major, minor = version()
    if (major, minor) < OLDEST:
        message = f"Nix {major}.{minor} is older than {OLDEST[0]}.{OLDEST[1]}"
        raise NixError(Failure("feature", message))


def parse(path: Path, options: Sequence[str] = ()) -> None:
    """Check the syntax of one file. Raises NixError with the place."""
    argv = [*INSTANTIATE, "--parse", *options, str(path.resolve())]
    _answer(argv, project=path.resolve().parent)


def parse_all(paths: Sequence[Path], options: Sequence[str] = ()) -> None:
    """Check files in one run. Raises NixError for the first that nix refuses, ``file`` absolute."""
    _answer([*INSTANTIATE, "--parse", *options, *(str(path) for path in paths)])


def eval_json(
    source: Path,
    arguments: Mapping[str, str] | None = None,
    *,
    options: Sequence[str] = (),
    project: Path | None = None,
    timeout: float | None = None,
) -> object:
    """Evaluate a file with text arguments, strictly and without a store, and return its value.

    Raises NixError; TimedOutError after ``timeout`` seconds.
    """
    argv = [*INSTANTIATE, "--eval", "--strict", "--json", *options]
    for name, value in (arguments or {}).items():
        argv += ["--argstr", name, value]
    argv.append(str(source.resolve()))
    return json.loads(_answer(argv, project=project, timeout=timeout))


def eval_expression(
    expression: str, *, cwd: Path, timeout: float | None = None, project: Path | None = None
) -> object:
    """Evaluate an expression strictly, without a store, and return its value.

    Paths in it are relative to ``cwd``. Raises NixError; TimedOutError after ``timeout`` seconds.
    """
    argv = [*INSTANTIATE, "--eval", "--strict", "--json", "--expr", expression]
    done = process.run(argv, cwd=cwd, timeout=timeout)
    if done.returncode:
        raise NixError(classify(done.stderr, project, done.returncode))
    value: object = json.loads(done.stdout)
    return value


def flake_check(
    project: Path, options: Sequence[str] = (), *, reference: str, on_line: OnLine = None
) -> None:
    """Run ``nix flake check``, which forces every output of the system. Raises NixError."""
    argv = ["nix", "flake", "check", *FEATURES, *options, reference]
    _answer(argv, project=project, on_line=on_line)


def flake_lock(project: Path, *, timeout: float | None = None) -> None:
    """Lock the inputs of a flake that flake.lock has no entry for. Raises NixError."""
    argv = ["nix", "flake", "lock", *FEATURES, str(project.resolve())]
    _answer(argv, project=project, timeout=timeout)


def flake_packages(
    project: Path, options: Sequence[str] = (), *, reference: str, on_line: OnLine = None
) -> tuple[str, ...]:
    """Return the names of the flake's packages; no derivation is evaluated for them."""
    installable = f"{reference}#packages.{SYSTEM}"
    argv = ["nix", "eval", *FEATURES, *options, "--json", installable]
    names = _answer([*argv, "--apply", "builtins.attrNames"], project=project, on_line=on_line)
    return tuple(json.loads(names))


def eval_flavour(
    project: Path,
    composition: str,
    flavour: str,
    options: Sequence[str] = (),
    *,
    reference: str,
    on_line: OnLine = None,
) -> str:
    """Force the derivation of one flavour and return its path; nothing is built."""
    attribute = nix_attr(f"{composition}::{flavour}")
    installable = f"{reference}#packages.{SYSTEM}.{attribute}.drvPath"
    argv = ["nix", "eval", *FEATURES, *options, "--raw", installable]
    return _answer(argv, project=project, on_line=on_line).strip()


def eval_packages(
    project: Path,
    apply: str,
    options: Sequence[str] = (),
    *,
    reference: str,
    on_line: OnLine = None,
) -> str:
    """Apply a function to the flake's set of packages and return the value as JSON text."""
    installable = f"{reference}#packages.{SYSTEM}"
    argv = ["nix", "eval", *FEATURES, *options, "--json", installable, "--apply", apply]
    return _answer(argv, project=project, on_line=on_line)


def eval_file(source: Path, apply: str, options: Sequence[str] = ()) -> str:
    """Apply a function to what a file gives without arguments; return the value as JSON text.

    No store is written to: the paths of derivations are computed all the same.
    """
    return _applied(apply, f"import {nix_string(str(source.resolve()))} {{ }}", source, options)


def eval_repository(source: Path, apply: str) -> str:
    """Apply a function to the packages that NUR finds in a file; return the value as JSON text.

    As NUR does it: the file is given the nixpkgs of NIX_PATH, may read only itself and that, and
    nothing is built for it.
    """
    call = (
        f"(let f = import {nix_string(str(source.resolve()))}; pkgs = import <nixpkgs> {{ }}; in "
        "f (if builtins.functionArgs f ? pkgs then { inherit pkgs; } else { }))"
    )
    folder = str(source.resolve().parent)
    return _applied(
        apply, call, source, ("--option", "restrict-eval", "true", "-I", folder, *UNBUILT)
    )


def _applied(apply: str, value: str, source: Path, options: Sequence[str]) -> str:
    argv = [
        *INSTANTIATE,
        "--eval",
        "--strict",
        "--json",
        *options,
        "--expr",
        f"({apply}) ({value})",
    ]
    return _answer(argv, project=source.resolve().parent)


def tracked_by_git(project: Path) -> bool:
    """Say whether git knows the project's flake.nix: a flake in a work tree is what git tracks."""
    if process.which("git") is None:
        return False
    argv = ["git", "-C", str(project), "ls-files", "--error-unmatch", "--", "flake.nix"]
    return process.run(argv).returncode == 0


@contextmanager
def flake_source(project: Path) -> Iterator[str]:
    """Give the reference by which to evaluate the project, and keep its lock file whole.

    A tracked project is named by its path. Any other is a ``path:`` reference, which copies the
    folder into the world-readable store: secrets are left out by evaluating a copy without them,
    and so is a path that a reference cannot spell.
    """
    root = project.resolve()
    plain = _PLAIN.fullmatch(str(root)) is not None
    with _whole_lock(root):
        if plain and tracked_by_git(root):
            yield str(root)
        elif plain and not (root / "secrets").exists():
            yield f"path:{root}"
        else:
            with _copy(root) as copy:
                yield f"path:{copy}"


@contextmanager
def _copy(root: Path) -> Iterator[Path]:
    """Give a copy of the project for nix to read, and bring home the lock that nix writes."""
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-") as folder:
        copy = Path(folder).resolve() / "source"
        shutil.copytree(root, copy, symlinks=True, ignore=_NOT_COPIED)
        yield copy
        if _is_json(copy / "flake.lock"):
            shutil.copyfile(copy / "flake.lock", root / "flake.lock")


@contextmanager
def _whole_lock(root: Path) -> Iterator[None]:
    """Put the old flake.lock back when nix was stopped in the middle of writing one."""
    lock = root / "flake.lock"
    before = lock.read_bytes() if lock.is_file() else None
    try:
        yield
    finally:
        if lock.is_file() and not _is_json(lock):
            if before is None:
                lock.unlink()
            else:
                lock.write_bytes(before)


def _is_json(path: Path) -> bool:
    """Say whether a file is there and holds JSON."""
    try:
        json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return True


def _answer(
    argv: Sequence[str],
    *,
    project: Path | None = None,
    on_line: OnLine = None,
    timeout: float | None = None,
) -> str:
    """Run a command and return its output, or raise what its standard error says."""
    done = process.run(argv, on_line=on_line, timeout=timeout)
    if done.returncode:
        raise NixError(classify(done.stderr, project, done.returncode))
    return done.stdout


def nixfmt_version() -> tuple[int, ...]:
    """Return the version of nixfmt; 1.0 was the first to write the style of RFC 166."""
    done = process.run(["nixfmt", "--version"])
    found = re.search(r"\d+(?:\.\d+)*", done.stdout + done.stderr)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def nixfmt_format(text: str) -> str:
    """Return ``text`` formatted. Raises NixError with the place when it is no Nix.

    The text goes through a pipe, so no failure can leave a truncated file behind.
    """
    done = process.run(["nixfmt", "--filename", "stdin.nix", "-"], input=text)
    if done.returncode:
        raise NixError(_syntax(done.stderr, None))
    return done.stdout


def nixfmt_format_all(texts: Sequence[str]) -> list[str]:
    """Return every text formatted by one run of nixfmt: to start it takes longer than its work.

    Raises NixError when one of them is no Nix.
    """
    names = [f"{number}.nix" for number in range(len(texts))]
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-") as folder:
        for name, text in zip(names, texts, strict=True):
            (Path(folder) / name).write_bytes(text.encode())
        done = process.run(["nixfmt", *names], cwd=Path(folder))
        if done.returncode:
            raise NixError(_syntax(done.stderr, None))
        return [(Path(folder) / name).read_bytes().decode() for name in names]


def nixfmt_check(path: Path) -> bool:
    """Say whether a file is formatted. Raises NixError when it is no Nix.

    ``nixfmt --check`` exits 1 both for "not formatted" and for a syntax error, and skips a path
    that does not end in .nix with exit 0, so the text goes through a pipe and stderr is read.
    """
    text = path.read_text(encoding="utf-8")
    done = process.run(["nixfmt", "--check", "-"], input=text)
    if done.returncode and "not formatted" not in done.stderr:
        raise NixError(_syntax(done.stderr, path.name))
    return done.returncode == 0


def _syntax(stderr: str, name: str | None) -> Failure:
    """Read nixfmt's report: ``file:line:column:``, a frame of the code, then what it expected."""
    place = re.search(r"^[^\n]*?:(\d+):\d+:$", stderr, re.MULTILINE)
    told = re.findall(r"^(?:unexpected|expecting)[^\n]*", stderr, re.MULTILINE)
    message = ", ".join(told) or stderr.strip() or "nixfmt failed and said nothing"
    return Failure("evaluation", message, name, int(place[1]) if place else None)
