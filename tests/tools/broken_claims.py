"""Breaks what each subtest of a booted stack claims, and sees the subtest fail.

``tests/tools/boot.py --break`` lets the driver that runs a test script go on with ``after_script``
once the script has ended: for each entry of broken_claims.toml of the stack, the command ``break``
runs on the host ``on``, the subtests of ``again`` and the broken one run again, the latter has to
fail, and ``mend`` runs. Entries that were ``seen`` as not shown are left out: they want programs
that no booted host had. What the subtest waits for gets a limited time here, as it waits for 15
minutes when nothing is broken.

    python tests/tools/broken_claims.py SCRIPT STACK HOST… --ssh 'ssh … {host} …'

does the same on hosts that are up, to try new entries: the shell command of ``--ssh`` runs what it
reads on the host that takes the place of ``{host}``.

This module imports only the standard library, as the driver may run in an environment of its own.
"""

from __future__ import annotations

import argparse
import ast
import json
import signal
import subprocess
import sys
import time
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType

CLAIMS = Path(__file__).with_name("broken_claims.toml")
#: What a subtest that is not broken may take to run again, in seconds.
LONG = 1800


def of_stack(stack: str) -> list[dict[str, str | list[str]]]:
    """Return the entries of a stack in broken_claims.toml."""
    entries = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))["claim"]
    return [entry for entry in entries if entry["stack"] == stack]


def name_of(call: ast.expr) -> str | None:
    """Return the name of a subtest, `*` for what is filled in as it runs; None of other calls."""
    if not (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "subtest"
        and call.args
    ):
        return None
    name = call.args[0]
    parts = name.values if isinstance(name, ast.JoinedStr) else [name]
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in parts)


class Script:
    """A test script that has run, of which single subtests can run again in the same variables.

    Attributes:
        scope: the variables of the script, with the machines by name and ``machines``.

    """

    def __init__(self, text: str, scope: MutableMapping[str, object]) -> None:
        self.lines = text.splitlines()
        self.tree = ast.parse(text)
        self.scope = scope

    def statement(self, subtest: str) -> ast.stmt:
        """Return the statement of the script, not of one of its blocks, that holds a subtest."""
        for statement in self.tree.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.With) and subtest == name_of(node.items[0].context_expr):
                    return statement
        raise KeyError(f"the script has no subtest {subtest!r}")

    def run(self, statements: Sequence[ast.stmt], seconds: float) -> None:
        """Run statements of the script.

        Raises:
            Exception: whatever they raise; TimeoutError when they take longer than `seconds`.

        """
        with limited(seconds):
            exec(compile(ast.Module(list(statements), []), "again.py", "exec"), self.scope)  # type: ignore[arg-type]

    def told(self, error: BaseException) -> str:
        """Return one line about an error: what it says, else the line of the script it is from."""
        frames = traceback.extract_tb(error.__traceback__)
        lines = [self.lines[f.lineno - 1].strip() for f in frames if f.filename == "again.py"]
        said = [line for line in str(error).splitlines() if line.strip()]
        if isinstance(error, TimeoutError) or not said:
            said += lines[-1:]
        return f"{type(error).__name__}: {' at '.join(said[:2])}"[:200]


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what takes longer; the limit of who runs the script stays in force."""

    def late(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not within {seconds:g} s")

    outer_handler = signal.signal(signal.SIGALRM, late)
    outer_left = signal.alarm(max(1, round(seconds)))
    began = time.monotonic()
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, outer_handler)
        if outer_left:
            signal.alarm(max(1, outer_left - round(time.monotonic() - began)))


def failure(script: Script, claim: Mapping[str, str | list[str]], patience: float) -> str:
    """Break what a subtest claims, and return how the subtest failed; empty when it did not.

    The subtests of ``again`` and the subtest run once more before that. Broken, it gets twice the
    time that it took then, at least `patience` seconds: so it does not fail because a job, for
    example, takes its time. Afterwards, the script has the variables of before.
    """
    machines = {str(m.name): m for m in script.scope["machines"]}  # type: ignore[attr-defined]
    host = machines[str(claim["on"])]
    before = [script.statement(name) for name in claim.get("again", [])]
    broken = script.statement(str(claim["subtest"]))
    script.run(before, LONG)
    began = time.monotonic()
    script.run([broken], LONG)
    variables = dict(script.scope)
    patience = max(patience, 2 * (time.monotonic() - began))
    host.succeed(str(claim["break"]))
    try:
        script.run(before, LONG)
        try:
            script.run([broken], patience)
        except Exception as error:  # whatever the script raises, which is the user's own code
            return script.told(error)
    finally:
        script.scope.update(variables)
        host.succeed(str(claim["mend"]))
    return ""


def after_script(scope: MutableMapping[str, object], script: str, given: str) -> None:
    """Break the claims of a stack, in the driver that has run its script; write what came of it.

    Args:
        scope: the global variables of the script, which has run.
        script: the text of the script.
        given: JSON with the name of the `stack`, the file for results (`out`) and the `patience`.
            The results are how each subtest was `seen` to fail, and what that took in `seconds`.

    """
    told = json.loads(given)
    seen: dict[str, str] = {}
    start = time.monotonic()
    scope["subtest"] = nullcontext
    again = Script(script, scope)
    for claim in of_stack(told["stack"]):
        if str(claim.get("seen", "")).startswith("not shown"):
            continue
        name = str(claim["subtest"])
        began = time.monotonic()
        try:
            seen[name] = failure(again, claim, told["patience"])
        except Exception as error:  # whatever stops one entry, the others are tried
            seen[name] = f"not tried: {again.told(error)}"
        outcome = seen[name] or "HOLDS though it was broken"
        print(f"broken: {name}: {outcome} ({time.monotonic() - began:.0f} s)", file=sys.stderr)
        found = {"seen": seen, "seconds": time.monotonic() - start}
        Path(told["out"]).write_text(json.dumps(found), encoding="utf-8")


def appended(script: str, stack: str, out: Path, patience: float) -> str:
    """Return a test script that goes on with breaking its own claims."""
    given = json.dumps({"stack": stack, "out": str(out), "patience": patience})
    root = str(CLAIMS.parents[2])
    return (
        f"{script}\nimport sys as claims_sys\n"
        f"claims_sys.path.insert(0, {root!r})\n"
        "from tests.tools import broken_claims as claims_module\n"
        f"claims_module.after_script(globals(), {script!r}, {given!r})\n"
    )


class Machine:
    """A host that is up, with the methods of NixOS Compose's driver that test scripts call."""

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
                timeout=900,
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

    def _wait(self, check: Callable[[], bool]) -> None:
        while not check():
            time.sleep(1)

    def wait_until_succeeds(self, command: str) -> str:
        """Run a command until it succeeds."""
        told = [""]

        def check() -> bool:
            code, told[0] = self.execute(command)
            return code == 0

        self._wait(check)
        return told[0]

    def wait_until_fails(self, command: str) -> None:
        """Run a command until it fails."""
        self._wait(lambda: self.execute(command)[0] != 0)

    def wait_for_unit(self, unit: str) -> None:
        """Wait until a unit is active; one that has failed, or that nothing starts, is an error."""

        def check() -> bool:
            state = self.execute(f"systemctl is-active {unit}")[1].strip()
            if state in ("failed", "inactive"):
                raise AssertionError(f"{unit} is {state} on {self.name}")
            return state == "active"

        self._wait(check)

    def wait_for_open_port(self, port: int) -> None:
        """Wait until something listens on a TCP port of the host."""
        self.wait_until_succeeds(f"nc -z localhost {port}")

    def wait_for_file(self, path: str) -> None:
        """Wait until a file is there."""
        self.wait_until_succeeds(f"test -e {path}")


def by_ssh(text: str, hosts: Sequence[str], ssh: str) -> Script:
    """Return a script that runs on hosts that are up."""
    machines = {name: Machine(name, ssh) for name in hosts}
    scope: dict[str, object] = {**machines, "machines": list(machines.values())}
    return Script(text, {**scope, "start_all": lambda: None, "subtest": nullcontext})


def main() -> int:
    """Run a script on hosts that are up, and break every claim of its stack."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "script", type=Path, metavar="SCRIPT", help="the test script of the project"
    )
    parser.add_argument("stack", metavar="STACK", help="the stack whose claims are broken")
    parser.add_argument("hosts", nargs="+", metavar="HOST", help="the hosts that are up")
    parser.add_argument("--ssh", required=True, metavar="COMMAND")
    parser.add_argument("--patience", type=float, default=60, metavar="SECONDS")
    given = parser.parse_args()
    script = by_ssh(given.script.read_text(encoding="utf-8"), given.hosts, given.ssh)
    script.run(script.tree.body, LONG)
    held = False
    for claim in of_stack(given.stack):
        seen = failure(script, claim, given.patience)
        held |= not seen
        print(f"{'FAILS' if seen else 'HOLDS'} {claim['subtest']}: {seen}", flush=True)
    return int(held)


if __name__ == "__main__":
    sys.exit(main())
