"""Breaks what each subtest of a booted stack claims, and sees the subtest fail.

    python tests/tools/broken_claims.py SCRIPT STACK HOST… --ssh 'ssh … {host} …' [--record]

SCRIPT is the test script of a stack whose hosts are up, and the shell command of ``--ssh`` runs
what it reads on the host that takes the place of ``{host}``. The script runs once as it is: all
its subtests have to hold. Then, for each entry of broken_claims.toml of the stack, ``break`` runs
on ``on``, the subtests of ``again`` and the broken one run again, the latter has to fail, and
``mend`` runs. ``--record`` writes how it failed to the entry, as ``seen``.

What waits for 15 minutes in the script waits for ``--patience`` seconds here.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tomli_w

CLAIMS = Path(__file__).with_name("broken_claims.toml")
HEAD = """\
# For each subtest, what makes it fail: commands on a host of the booted stack, how it was seen to
# fail, and how the host is mended. Used by tests/tools/broken_claims.py.

"""


class Machine:
    """A host, with the methods of NixOS Compose's driver that test scripts call."""

    patience = 900.0

    def __init__(self, name: str, ssh: str) -> None:
        self.name = name
        self.ssh = ssh.replace("{host}", name)

    def execute(self, command: str) -> tuple[int, str]:
        """Feed a command to a shell of the host, as the driver does."""
        try:
            done = subprocess.run(
                self.ssh,
                shell=True,
                input=command,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                timeout=max(60, self.patience),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1, ""
        return done.returncode, done.stdout

    def succeed(self, *commands: str) -> str:
        """Run commands that have to succeed."""
        told = ""
        for command in commands:
            code, output = self.execute(command)
            if code != 0:
                raise AssertionError(f"command failed ({code}) on {self.name}: {command}")
            told += output
        return told

    def _wait(self, check: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + self.patience
        while not check():
            if time.monotonic() > end:
                raise AssertionError(f"timed out on {self.name}: {what}")
            time.sleep(1)

    def wait_until_succeeds(self, command: str) -> str:
        """Run a command until it succeeds."""
        told = [""]

        def check() -> bool:
            code, told[0] = self.execute(command)
            return code == 0

        self._wait(check, command)
        return told[0]

    def wait_until_fails(self, command: str) -> None:
        """Run a command until it fails."""
        self._wait(lambda: self.execute(command)[0] != 0, command)

    def wait_for_unit(self, unit: str) -> None:
        """Wait until a unit is active; one that has failed, or that nothing starts, is an error."""

        def check() -> bool:
            state = self.execute(f"systemctl is-active {unit}")[1].strip()
            if state in ("failed", "inactive"):
                raise AssertionError(f"{unit} is {state} on {self.name}")
            return state == "active"

        self._wait(check, unit)

    def wait_for_open_port(self, port: int) -> None:
        """Wait until something listens on a TCP port of the host."""
        self.wait_until_succeeds(f"nc -z localhost {port}")

    def wait_for_file(self, path: str) -> None:
        """Wait until a file is there."""
        self.wait_until_succeeds(f"test -e {path}")


def _first(call: ast.Call) -> object:
    """Return the first argument of a call where it is written out, else None."""
    first = call.args[0]
    return first.value if isinstance(first, ast.Constant) else None


class Script:
    """A test script, the subtests of which can be run one by one after all of it has run."""

    def __init__(self, text: str, names: list[str], ssh: str) -> None:
        self.tree = ast.parse(text)
        self.machines = {name: Machine(name, ssh) for name in names}
        self.scope: dict[str, object] = {
            **self.machines,
            "machines": list(self.machines.values()),
            "start_all": lambda: None,
            "subtest": self._subtest,
        }

    @contextmanager
    def _subtest(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        print(f"ok {time.monotonic() - began:6.1f} s  {name}", flush=True)

    def run(self, node: ast.stmt | None = None) -> None:
        """Run a statement, or all of the script."""
        body = self.tree.body if node is None else [node]
        exec(compile(ast.Module(body, []), "test_script.py", "exec"), self.scope)

    def subtest(self, name: str) -> ast.With:
        """Return the statement of a subtest by its name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.With):
                call = node.items[0].context_expr
                if isinstance(call, ast.Call) and _first(call) == name:
                    return node
        raise SystemExit(f"the script has no subtest {name!r}")


def failure(script: Script, claim: dict[str, str | list[str]], patience: float) -> str:
    """Break what a subtest claims, and return how the subtest failed; empty when it did not."""
    host = script.machines[str(claim["on"])]
    host.succeed(str(claim["break"]))
    try:
        Machine.patience = 900
        for name in claim.get("again", []):
            script.run(script.subtest(name))
        Machine.patience = patience
        script.run(script.subtest(str(claim["subtest"])))
    except Exception as error:  # whatever the script raises, which is the user's own code
        return f"{type(error).__name__}: {error}".splitlines()[0][:200]
    finally:
        Machine.patience = 900
        host.succeed(str(claim["mend"]))
    return ""


def main() -> int:
    """Break every claim of a stack."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("script", type=Path, metavar="SCRIPT")
    parser.add_argument("stack", metavar="STACK")
    parser.add_argument("hosts", nargs="+", metavar="HOST")
    parser.add_argument("--ssh", required=True, metavar="COMMAND")
    parser.add_argument("--patience", type=float, default=20, metavar="SECONDS")
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    entries = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))["claim"]
    script = Script(given.script.read_text(encoding="utf-8"), given.hosts, given.ssh)
    script.run()
    held = False
    for claim in entries:
        if claim["stack"] != given.stack:
            continue
        seen = failure(script, claim, given.patience)
        held |= not seen
        print(f"{'FAILS' if seen else 'HOLDS'} {claim['subtest']}: {seen}", flush=True)
        if given.record and seen:
            claim["seen"] = seen
            text = tomli_w.dumps({"claim": entries}, multiline_strings=False)
            CLAIMS.write_text(HEAD + text, encoding="utf-8")
    return int(held)


if __name__ == "__main__":
    sys.exit(main())
