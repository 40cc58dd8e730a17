"""Random input that no run may accept, and what is wrong with how a run tells it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import string
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from scaffold.base.errors import one_line, show
from scaffold.base.names import BARE_KEY, check_input, check_project, check_ref, check_role
from scaffold.catalogue.catalog import Catalog
from scaffold.cli import main

ROOT = Path(__file__).resolve().parents[2]
ALPHABET = (
    string.ascii_letters + string.digits + " _-.:,=/'\"\\$${}[]()#%\t\n\r\x1b\x07\x7fé計\u202e😀"
)
GOOD = {
    "name": "lab",
    "description": "x",
    "roles": {"server": {"parts": ["nfs.server"]}, "node": {"count": 2, "parts": ["nfs.client"]}},
    "flavours": ["vm"],
    "default_flavour": "vm",
    "release": "25.05",
    "extras": ["setup"],
    "variants": {
        "large": {"counts": {"node": 4}, "pins": {"nixpkgs": "x"}},
        "dev": {"sources": {"nixpkgs": {"hello": {"origin": "github:o/r/v1"}}}},
    },
}
LONGEST_LINE = 1000  # of a message: a value is shortened, not poured out


@dataclass(frozen=True)
class Bad:
    """Arguments after ``new lab``, the text of an answers file, and what the message quotes."""

    value: object
    arguments: tuple[str, ...] = ()
    answers: bytes | None = None
    target: str = "lab"
    told: tuple[str, ...] = field(default=())

    @property
    def for_a_program(self) -> bool:
        """Whether an operating system hands the arguments over."""
        return not any("\0" in text or _lone(text) for text in self.arguments)

    def shown(self) -> str:
        """Return what was given, shortened."""
        file = f" answers {self.answers[:200]!r}" if self.answers is not None else ""
        return f"{[a[:120] for a in self.arguments]!r}{file}"


def _lone(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def word(rng: random.Random) -> str:
    """Return a short text of any characters, sometimes a very long one."""
    length = rng.choice((1, 2, 3, 5, 8, 13, 40, 5000 if rng.random() < 0.05 else 4))
    return "".join(rng.choice(ALPHABET) for _ in range(length))


def one(rng: random.Random, wanted: Callable[[str], object]) -> str:
    """Return a word of which ``wanted`` is true."""
    return next(text for text in iter(lambda: word(rng), None) if wanted(text))


def bad_input(rng: random.Random, catalog: Catalog) -> Bad:
    """Return some input that must be refused."""
    return rng.choice(MAKERS)(rng, catalog)


def _role_name(rng: random.Random, _: Catalog) -> Bad:
    name = one(rng, lambda text: check_role(text.strip()) and not set(":=") & set(text))
    return Bad(name, ("--stack", "nfs", "--defaults", f"--role={name}"))


def _role_count(rng: random.Random, _: Catalog) -> Bad:
    many = "9" * rng.choice((13, 400, 5000))
    count = rng.choice(("0", "-1", "1001", "1000000", "1e3", "0x2", "", "²", "٣x", many, "1.5"))
    return Bad(count, ("--defaults", f"--role=node:{count}"))


def _part(rng: random.Random, catalog: Catalog) -> Bad:
    part = one(rng, lambda t: t.strip() and t.strip() not in catalog.parts and "," not in t)
    return Bad(part.strip(), ("--defaults", f"--role=node={part}"))


def _choice(rng: random.Random, catalog: Catalog) -> Bad:
    flag = rng.choice(("--stack", "--release", "--default-flavour", "--flavour", "--extra"))
    known = {*catalog.stacks, *catalog.releases, *catalog.flavours, *catalog.extras, "none"}
    value = one(rng, lambda t: t.strip() and t.strip() not in known and "," not in t)
    return Bad(value.strip(), ("--role=node", "--defaults", f"{flag}={value}"))


def _set_path(rng: random.Random, catalog: Catalog) -> Bad:
    keys = ["nfs", "roles", "options", "server", "node", "count", "parts", word(rng), word(rng)]
    path = ".".join(rng.choices(keys, k=rng.choice((1, 2, 3, 4, 7, 300))))
    value = f"{path}.x{rng.randrange(10**6)}"
    return Bad(
        value, ("--stack=nfs", "--defaults", f"--set={value}={word(rng)}"), told=(value[:20],)
    )


def _set_value(rng: random.Random, catalog: Catalog) -> Bad:
    value = one(rng, lambda text: text.strip() and not text.strip().startswith("/"))
    key = rng.choice(("nfs.server.export", "roles.client.count"))
    wanted = (lambda t: not t.strip().isdigit()) if "count" in key else bool
    value = value if wanted(value) else f"{value}x"
    return Bad(value.strip(), ("--stack=nfs", "--defaults", f"--set={key}={value}"))


def _pin(rng: random.Random, _: Catalog) -> Bad:
    ref = one(rng, lambda text: text.strip() and check_ref(text.strip()))
    return Bad(ref.strip(), ("--role=node", "--defaults", f"--pin=nixpkgs={ref}"))


def _variant(rng: random.Random, _: Catalog) -> Bad:
    """A bad name, count, ref, package or address of a variant."""
    name = one(rng, lambda t: t.strip() and check_input(t) and not set(":=") & set(t))
    ref = one(rng, lambda t: t.strip() and check_ref(t.strip()) and not t.strip().isdecimal())
    package = one(rng, lambda t: not BARE_KEY.fullmatch(t) and not set(".=") & set(t))
    address = f"?{word(rng)}"
    count = str(rng.choice((0, 1, 1001, 10**30)))
    value, text = rng.choice(
        (
            (name, f"{name}:node=3"),
            (count, f"large:node={count}"),
            (ref.strip(), f"next:nixpkgs={ref}"),
            (package, f"dev:nixpkgs.{package}=github:o/r/v1"),
            (address.strip(), f"dev:nixpkgs.hello={address}"),
            (None, word(rng).replace("=", "")),
        )
    )
    value = text if value is None else value
    return Bad(value, ("--role=node:2", "--defaults", f"--variant={text}"), told=(text[:8],))


def _name(rng: random.Random, _: Catalog) -> Bad:
    name = one(rng, lambda text: check_project(text.strip()))
    return Bad(name.strip(), ("--role=node", "--defaults", f"--name={name}"))


def _description(rng: random.Random, _: Catalog) -> Bad:
    text = rng.choice(("a\nb", "a\x85b", "x\0", "\udcff", f"{word(rng)}\n.{word(rng)}x"))
    text = f"k{text}k"
    return Bad(text, ("--role=node", "--defaults", f"--description={text}"))


def _flag(rng: random.Random, _: Catalog) -> Bad:
    flag = f"--x{one(rng, lambda text: '=' not in text)}"
    return Bad(flag, ("--role=node", "--defaults", flag), told=(flag[:6],))


def _target(rng: random.Random, _: Catalog) -> Bad:
    target = rng.choice(("missing/lab", "file", "link", "file/lab"))
    return Bad(target, ("--role=node", "--defaults"), target=target, told=(target,))


def _junk(rng: random.Random, depth: int = 0) -> object:
    """Return a value of a type and content that no key has."""
    plain = (-1, 10**6, 10 ** rng.choice((20, 300)), True, 1.5, word(rng) + "\x01?")
    if depth > 2 or rng.random() < 0.6:
        return rng.choice(plain)
    if rng.random() < 0.5:
        return [_junk(rng, depth + 1)]
    return {word(rng) + "?": _junk(rng, depth + 1)}


def _wrong_type(rng: random.Random, _: Catalog) -> Bad:
    """A good answers file with one value replaced by another kind of value."""
    from scaffold.nixlang.quote import toml_document

    document = json.loads(json.dumps(GOOD))
    places = [
        (document, key) for key in ("name", "flavours", "release", "roles", "default_flavour")
    ]
    node = document["roles"]["node"]
    places += [(node, "parts"), (node, "count"), (document["roles"], "node")]
    table, key = rng.choice(places)
    value = _junk(rng)
    while (key == "count" and value is True) or value == {}:
        value = _junk(rng)
    table[key] = value
    return Bad(value, answers=toml_document(document).encode(), told=(key,))


def _unknown_key(rng: random.Random, _: Catalog) -> Bad:
    from scaffold.nixlang.quote import toml_document

    document = json.loads(json.dumps(GOOD))
    table = rng.choice((document, document["roles"]["node"]))
    key = f"{word(rng)}?"
    table[key] = _junk(rng)
    return Bad(key, answers=toml_document(document).encode())


def _broken_toml(rng: random.Random, _: Catalog) -> Bad:
    texts = (
        b"a = " + b"[" * rng.choice((10, 1000, 100000)),
        b"a = " + b"{b=" * 5000,
        b".".join([b"a"] * rng.choice((3, 5000))) + b" = ",
        b"a = " + b"9" * 5000,
        bytes(rng.randrange(256) for _ in range(50)) + b"\xff",
        b"name = 'x\n",
        b"schema = " + rng.choice((b"2", b"'x'", b"-1", b"0", b"1.5", b"[]", b"9" * 400)),
        b"\xff\xfename = 1",
        b"[roles]\n[roles]\n",
    )
    return Bad("answers.toml", answers=rng.choice(texts), told=("answers.toml",))


MAKERS = (
    _role_name,
    _role_count,
    _part,
    _choice,
    _set_path,
    _set_value,
    _pin,
    _variant,
    _name,
    _description,
    _flag,
    _target,
    _wrong_type,
    _wrong_type,
    _unknown_key,
    _broken_toml,
)


def complaint(bad: Bad, folder: Path, *, as_program: bool) -> str:
    """Run the command and say what is wrong with how it refuses; empty when nothing is."""
    folder.mkdir()
    (folder / "file").touch()
    (folder / "link").symlink_to("nowhere")
    arguments = ["new", bad.target, *bad.arguments, "--no-check", "--no-git"]
    if bad.answers is not None:
        (folder / "answers.toml").write_bytes(bad.answers)
        arguments += ["--answers", "answers.toml"]
    before = sorted(folder.rglob("*"))
    code, output = (by_program if as_program else in_process)(arguments, folder)
    if "Traceback" in output or code not in (2, 3):
        return f"exit {code}: {output[-600:]}"
    if not any(text in output for text in quoted(bad)):
        return f"the message does not quote it: {output[:600]}"
    if strange := {c for c in output if not (c.isprintable() or c == "\n")}:
        return f"the message holds {strange!r}: {output[:300]!r}"
    if len(longest := max(output.splitlines(), key=len)) > LONGEST_LINE:
        return f"a line of {len(longest)} characters: {longest[:200]}"
    return "" if sorted(folder.rglob("*")) == before else "something was written"


def quoted(bad: Bad) -> tuple[str, ...]:
    """Return the forms in which a message may show the value."""
    text = show(bad.value)
    plain = one_line(str(bad.value).strip())[:20]
    return (*map(one_line, bad.told), text, text[1:-1][:40], plain, repr(bad.value)[1:-1][:20])


def by_program(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Run the command as a program; return its exit code and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "scaffold", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder)},
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode(errors="backslashreplace")


def in_process(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Run the command in this process; an exception that it lets through is a traceback."""
    output = io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        patch.object(sys, "argv", ["nxc-scaffold", *arguments]),
        patch.object(sys, "stdin", io.StringIO()),
        patch.dict(os.environ, {"XDG_CONFIG_HOME": str(folder)}),
    ):
        try:
            main.main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        except Exception as error:
            return 1, f"Traceback: {error!r}"
    return code, output.getvalue()
