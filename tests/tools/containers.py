"""Boots the docker and nspawn flavours of a composition as containers, without their engines.

    python tests/tools/containers.py test FOLDER --flavour NAME --build COMMAND [--composition NAME]
        [--json] [--timeout SECONDS] [--all SECONDS] [--keep]

builds the composition of FOLDER, starts its hosts, runs its test script with the ``Machine`` of the
installed NixOS Compose, and prints one JSON document with ``subtests``, ``took`` (seconds by step)
and ``hosts`` (of each, its failed units). tests/tools/boot.py calls it, and describes the document.

It needs root, Linux with control groups of version 2, iproute2, and for nspawn also dnsmasq and
systemd-nspawn, all of which Debian has. Hosts of docker get the mounts and the environment of
``docker-compose.json``; those of nspawn are started by systemd-nspawn. Their network is a bridge
of this machine; that of nspawn has a name server.

COMMAND is called with FOLDER, ``--flavour NAME`` and, of a project with several, ``--composition
NAME``; it builds the systems and prints one JSON document:

    info   what Nix built as packages.SYSTEM."COMPOSITION::FLAVOUR" (a path in /nix/store)
    store  the folder of this machine that is /nix/store of the hosts
    root   a root of Debian for programs that are missing in the store, which refers to them as
           /debian; empty when it has them all (every boot so far had such a root)

With ``--all`` the script goes on after a subtest that fails or that takes longer. With ``--keep``
the hosts stay up until the file ``stop`` is made in the folder that is told, with a shell for each.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools.container_hosts import Hosts, Systems, machine_module


def built(given: argparse.Namespace) -> Systems:
    """Build the systems of a composition.

    Raises:
        RuntimeError: the command failed.

    """
    argv = [*shlex.split(given.build), str(given.folder.resolve()), "--flavour", given.flavour]
    argv += ["--composition", given.composition] if given.composition else []
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{given.build} ended with {done.returncode}")
    told = json.loads(done.stdout)
    return Systems.read(Path(told["store"]), told["root"], told["info"], given.flavour)


class Script:
    """A test script that runs on hosts, with what came of its subtests.

    Attributes:
        subtests: of each its name, whether it passed, its error and its seconds.

    """

    def __init__(self, hosts: Hosts, timeout: int, each: int) -> None:
        self.hosts = hosts
        self.timeout = timeout
        self.each = each
        self.subtests: list[dict[str, object]] = []

    @contextmanager
    def subtest(self, name: str) -> Iterator[None]:
        """Record what comes of a part of the script; go on after a failure when that was asked."""
        began = time.monotonic()
        record: dict[str, object] = {"name": name, "ok": False}
        self.subtests.append(record)
        left = signal.alarm(self.each) if self.each else 0
        print(f"subtest: {name}", file=sys.stderr, flush=True)
        try:
            yield
            record["ok"] = True
        except BaseException as error:
            record["error"] = f"{type(error).__name__}: {error}"
            if not self.each or isinstance(error, KeyboardInterrupt):
                raise
        finally:
            record["seconds"] = round(time.monotonic() - began, 1)
            if self.each:
                signal.alarm(max(1, left - int(time.monotonic() - began)))

    def run(self, text: str) -> str:
        """Run the script and return the error that ended it, empty when none did."""
        module = machine_module()
        scope: dict[str, object] = {m.name: m for m in self.hosts.machines}
        if len(scope) == 1:
            scope["machine"] = self.hosts.machines[0]
        scope |= {
            "start_all": self.hosts.start_all,
            "machines": self.hosts.machines,
            "subtest": self.subtest,
            "driver": self,
            "log": module.rootlog,
            "os": os,
            "retry": module.retry,
            "Machine": module.Machine,
            "join_all": lambda: None,
            "serial_stdout_on": lambda: None,
            "serial_stdout_off": lambda: None,
        }

        def late(signum: int, frame: object) -> None:
            raise TimeoutError("the script, or one of its subtests, took longer than it may")

        signal.signal(signal.SIGALRM, late)
        signal.alarm(self.timeout)
        try:
            exec(compile(text, "test_script.py", "exec"), scope)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever the script raises, which is the user's own code
            return "".join(traceback.format_exception_only(error)).strip()
        finally:
            signal.alarm(0)
        return ""


def main() -> int:
    """Boot, test, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["test"], help="build, start and test")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of the composition")
    parser.add_argument("--flavour", required=True, choices=["docker", "nspawn"])
    parser.add_argument("--build", required=True, metavar="COMMAND")
    parser.add_argument("--composition", default="", metavar="NAME")
    parser.add_argument("--timeout", type=int, default=1800, metavar="SECONDS")
    parser.add_argument("--all", type=int, default=0, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    systems = built(given)
    took = {"build": round(time.monotonic() - began, 1)}
    state = Path(tempfile.mkdtemp(prefix="containers-"))
    state.chmod(0o755)
    print(f"{', '.join(systems.inits)}; their files are in {state}", file=sys.stderr, flush=True)
    hosts = Hosts(systems, state)
    script = Script(hosts, given.timeout, given.all)
    try:
        began = time.monotonic()
        error = script.run(systems.script)
        took["test"] = round(time.monotonic() - began, 1)
        found = {m.name: m.failed_units() for m in hosts.machines}
        if given.keep:
            hosts.keep()
    finally:
        hosts.stop()
    good = not error and all(record["ok"] for record in script.subtests)
    told = {"ok": good, "error": error, "took": took, "subtests": script.subtests, "hosts": found}
    (state / "results.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(json.dumps(told, indent=None if given.json else 1))
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
