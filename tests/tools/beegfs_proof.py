"""Runs the BeeGFS daemons of a generated project and its test script, without booting anything.

    sudo PATH=BIN:$PATH python tests/tools/beegfs_proof.py PROJECT --nixpkgs NIXPKGS

BIN holds the programs of BeeGFS, NIXPKGS a checkout. The configuration files and command lines are
those that the project's NixOS module yields (host_units.nix). Each host is a network, mount and UTS
namespace of its own; nothing is added to the network of the machine. What systemd would do is
played here: users, capabilities, credentials, restarts. Not played: the rest of the sandbox, the
client (a kernel module) and Nix builds, so the project has no part beegfs.client.

Besides the test script: the management daemon comes last, a storage server is killed, and one has
another key, and then none, for a while. Ends after eight minutes at the latest.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SECONDS = 480
SHOW = re.compile(r"systemctl show --property=MainPID --value ([\w-]+)\.service")
STORE = re.compile(r"\S*/[0-9a-z]{32}-[^/ ]+/bin/")
DEVICES = {"null": 3, "zero": 5, "random": 8, "urandom": 9}
KEY = "/etc/beegfs/key"
USER = "beegfs:x:985:985::/:/bin/sh\n"


def run(*command: str) -> None:
    """Run a command that has to succeed."""
    subprocess.run(command, check=True)


def poll(check: Callable[[], bool], what: str, timeout: float = 60) -> None:
    """Wait until a check holds."""
    end = time.monotonic() + timeout
    while not check():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {timeout:.0f} s")
        time.sleep(0.25)


class Unit:
    """A service as systemd would run it: ExecStart again after a failure, until it is stopped."""

    def __init__(self, host: Host, name: str, service: dict[str, Any]) -> None:
        self.host, self.name, self.service = host, name, service
        self.log = host.folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.wanted = threading.Event()
        self.thread: threading.Thread | None = None
        self.exits: list[int] = []

    def start(self) -> None:
        """Start it and keep it running in a thread."""
        self.wanted.set()
        self.thread = threading.Thread(target=self._keep, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Ask it to end, as SIGTERM does."""
        self.wanted.clear()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.service["TimeoutStopSec"])
            except subprocess.TimeoutExpired:
                self.process.kill()
        if self.thread:
            self.thread.join()

    def pid(self) -> int:
        """Return its process; 0 between two starts, as systemd tells it."""
        return self.process.pid if self.process and self.process.poll() is None else 0

    def kill(self) -> None:
        """End it as a crash would."""
        assert self.process is not None
        self.process.kill()

    def _keep(self) -> None:
        while self.wanted.is_set():
            with self.log.open("ab") as log:
                for before in self.service.get("ExecStartPre", []):
                    self.host.execute(STORE.sub("", before.removeprefix("+")))
                self.process = subprocess.Popen(self._command(), stdout=log, stderr=log)
                code = self.process.wait()
            self.exits.append(code)
            if code == 0 or self.service["Restart"] != "on-failure":
                return
            for _ in range(self.service["RestartSec"] * 10):
                if self.wanted.is_set():
                    time.sleep(0.1)

    def _command(self) -> list[str]:
        start = STORE.sub("", self.service["ExecStart"])
        start = start.replace("${CREDENTIALS_DIRECTORY}", str(self._credentials()))
        kept = [c.removeprefix("CAP_").lower() for c in self.service["CapabilityBoundingSet"] if c]
        become = ["--bounding-set", ",".join(["-all", *(f"+{name}" for name in kept)])]
        if user := self.service.get("User"):
            become += ["--reuid", user, "--regid", user, "--clear-groups"]
        if self.service["NoNewPrivileges"]:
            become += ["--no-new-privs"]
        # Of a machine that does not let root raise the limit.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        limit = f"--nofile={min(self.service['LimitNOFILE'], most)}"
        return [*self.host.enter, "prlimit", limit, "setpriv", *become, *start.split()]

    def _credentials(self) -> Path:
        """Copies of the credentials that only the user of the service reads."""
        folder = Path("/run/credentials") / self.name
        for credential in self.service.get("LoadCredential", []):
            name, _, source = credential.partition(":")
            user = self.service["User"]
            self.host.execute(f"install -D --mode=0400 --owner={user} {source} {folder / name}")
        return folder


class Host:
    """A host in namespaces of its own, with the methods of the test driver's machines."""

    def __init__(self, name: str, number: int, folder: Path, role: dict[str, Any]) -> None:
        self.name, self.number, self.folder = name, number, folder
        self.address = f"10.0.0.{number + 1}"
        self.net = f"proof-{os.getpid()}-{name}"
        folder.mkdir()
        run("ip", "netns", "add", self.net)
        # The process that the namespaces live by.
        self.anchor = subprocess.Popen(
            ["ip", "netns", "exec", self.net, "unshare", "--mount", "--uts", "sleep", "infinity"]
        )
        pid = str(self.anchor.pid)
        self.enter = ["nsenter", "--target", pid, "--mount", "--uts", "--net"]
        self.units = {key: Unit(self, key, unit) for key, unit in role["units"].items()}
        self.files = role["files"]

    def connect(self, switch: str) -> None:
        """Plug the host into the switch, which is a bridge in a namespace of its own."""
        port = f"port{self.number}"
        run(
            "ip",
            "link",
            "add",
            port,
            "netns",
            switch,
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            self.net,
        )
        run("ip", "-n", switch, "link", "set", port, "master", "bridge", "up")
        run("ip", "-n", self.net, "address", "add", f"{self.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            run("ip", "-n", self.net, "link", "set", device, "up")

    def furnish(self, hosts: Sequence[Host]) -> None:
        """Give the host its name, its /etc and /dev, an empty /var/lib and /run."""
        ours = Path("/proc/self/ns/uts").readlink()
        other = f"test $(readlink /proc/self/ns/uts) != {ours}"
        poll(lambda: self.execute(other)[0] == 0, "the namespaces")
        etc = self.folder / "etc"
        shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
        names = "".join(f"{host.address} {host.name}\n" for host in hosts)
        (etc / "hosts").write_text(f"127.0.0.1 localhost\n{names}", encoding="utf-8")
        (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
        with (etc / "passwd").open("a") as passwd, (etc / "group").open("a") as group:
            passwd.write(USER)
            group.write("beegfs:x:985:\n")
        for path, file in self.files.items():
            target = etc / path
            target.parent.mkdir(exist_ok=True)
            target.write_text(file["text"], encoding="utf-8")
            target.chmod(0o444 if file["mode"] == "symlink" else int(file["mode"], 8))
        self.succeed(f"hostname {self.name}")
        # In memory: a metadata server begins with 30,000 folders.
        for folder in ("/var/lib", "/run"):
            self.succeed(f"mount -t tmpfs tmpfs {folder}")
        # A /dev of its own too: root's programs can rename a device.
        nodes = "".join(f"mknod --mode=666 /dev/{n} c 1 {i};" for n, i in DEVICES.items())
        self.succeed(f"mount -t tmpfs tmpfs /dev && ({nodes} ln -s /proc/self/fd /dev/fd)")
        self.succeed(f"mount --bind {etc} /etc")

    def execute(self, command: str) -> tuple[int, str]:
        """Run a command, or play the few of systemctl that test scripts use."""
        command = SHOW.sub(lambda found: f"echo {self.units[found[1]].pid()}", command)
        if command.startswith("systemctl "):
            return self._systemctl(*command.split()[1:])
        done = subprocess.run([*self.enter, "bash", "-c", command], capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode()

    def _systemctl(self, verb: str, unit: str) -> tuple[int, str]:
        if verb == "is-active" and unit == "multi-user.target":
            return 0, "active"
        service = self.units[unit.removesuffix(".service")]
        if verb in ("stop", "restart"):
            service.stop()
        if verb in ("start", "restart"):
            service.start()
        return 0, ""

    def succeed(self, *commands: str) -> str:
        """Run commands that have to succeed and return their output."""
        outputs = []
        for command in commands:
            code, output = self.execute(command)
            assert code == 0, f"{self.name}: {command}: exit code {code}\n{output}"
            outputs.append(output)
        return "".join(outputs)

    def wait_until_succeeds(self, command: str, timeout: int = 60) -> str:
        """Run a command until it succeeds."""
        poll(lambda: self.execute(command)[0] == 0, f"{self.name}: {command}", timeout)
        return ""

    def wait_until_fails(self, command: str, timeout: int = 60) -> str:
        """Run a command until it fails."""
        poll(lambda: self.execute(command)[0] != 0, f"{self.name}: {command} fails", timeout)
        return ""

    def is_open(self, port: int) -> bool:
        """Say whether something listens on a TCP port."""
        return self.execute(f"exec 2>&-; : < /dev/tcp/localhost/{port}")[0] == 0

    def wait_for_open_port(self, port: int) -> None:
        """Wait until something listens on a TCP port."""
        poll(lambda: self.is_open(port), f"{self.name}: port {port}")

    def close(self) -> None:
        """End everything that runs on the host."""
        for unit in self.units.values():
            unit.wanted.clear()
            if unit.process and unit.process.poll() is None:
                unit.kill()
        self.anchor.kill()
        self.anchor.wait()
        subprocess.run(["ip", "netns", "delete", self.net], check=False)


@contextlib.contextmanager
def network(roles: dict[str, Any], folder: Path) -> Iterator[dict[str, Host]]:
    """Set up the hosts of the roles and take them down again."""
    switch = f"proof-{os.getpid()}"
    run("ip", "netns", "add", switch)
    hosts: dict[str, Host] = {}
    try:
        run("ip", "-n", switch, "link", "add", "bridge", "type", "bridge")
        run("ip", "-n", switch, "link", "set", "bridge", "up")
        for role, facts in roles.items():
            count = facts["count"]
            for name in [role] if count == 1 else [f"{role}{i + 1}" for i in range(count)]:
                hosts[name] = Host(name, len(hosts), folder / name, facts)
                hosts[name].connect(switch)
        for host in hosts.values():
            host.furnish(list(hosts.values()))
        yield hosts
    finally:
        for host in hosts.values():
            host.close()
        subprocess.run(["ip", "netns", "delete", switch], check=False)


@contextlib.contextmanager
def subtest(name: str) -> Iterator[None]:
    """Report a claim, and that it held."""
    begin = time.monotonic()
    yield
    print(f"ok  {time.monotonic() - begin:5.1f} s  {name}", flush=True)


def management_comes_last(hosts: dict[str, Host]) -> None:
    """Start the servers without the management daemon, then that one."""
    units = {unit.name: unit for host in hosts.values() for unit in host.units.values()}
    mgmtd = units["beegfs-mgmtd"]
    others = [u for h in hosts.values() for u in h.units.values() if u is not mgmtd]
    with subtest("no management daemon: the servers wait for it and do not end"):
        for unit in others:
            unit.start()
        for unit in others:
            poll(lambda u=unit: "Waiting for beegfs-mgmtd" in u.log.read_text(), unit.name)
        assert not any(unit.exits for unit in others)
    mgmtd.start()


def crash_and_wrong_key(hosts: dict[str, Host]) -> None:
    """Kill a storage server, then give it another key."""
    host = next(h for h in reversed(hosts.values()) if "beegfs-storage" in h.units)
    unit = host.units["beegfs-storage"]
    settings = host.files["beegfs/beegfs-storage.conf"]["text"]
    port = 8003 + int(settings.split("connPortShift=")[1].split()[0])
    with subtest(f"{host.name}: the storage server is killed and comes back"):
        before = len(unit.exits)
        unit.kill()
        poll(lambda: len(unit.exits) > before, "the end")
        host.wait_for_open_port(port)
        print(f"              exit codes so far: {unit.exits}")
    mgmtd = next(h for h in hosts.values() if "beegfs-mgmtd" in h.units).units["beegfs-mgmtd"]
    with subtest(f"{host.name}: with another key it is refused"):
        host.succeed(f"cp {KEY} {KEY}.right; echo another key > {KEY}")
        size = mgmtd.log.stat().st_size
        host.execute("systemctl restart beegfs-storage")
        poll(lambda: "wrong authentication" in mgmtd.log.read_text()[size:], "the refusal")
        assert not host.is_open(port)
    with subtest(f"{host.name}: beegfs-ctl with another key gets nothing"):
        code, output = host.execute(
            "timeout --signal=KILL 10 beegfs-ctl --listnodes --nodetype=storage"
        )
        assert not re.search(r"^\S+ \[ID: ", output, re.MULTILINE), output
        print(f"              exit code {code}")
    with subtest(f"{host.name}: without a key it fails, and tries again"):
        host.succeed(f"rm {KEY}")
        before = len(unit.exits)
        unit.kill()  # while it asks to be let in, it does not end when asked
        poll(lambda: len(unit.exits) > before + 2, "two attempts")
        assert not host.is_open(port)
        print(f"              exit codes: {unit.exits[before:]}")
    with subtest(f"{host.name}: it is back by itself as soon as the key is there"):
        host.succeed(f"mv {KEY}.right {KEY}")
        host.wait_for_open_port(port)


def everything_ends(hosts: dict[str, Host]) -> None:
    """Stop all daemons, the management daemon last: the others tell it that they leave."""
    with subtest("every daemon ends by itself when asked"):
        units = [unit for host in hosts.values() for unit in host.units.values()]
        units.sort(key=lambda unit: unit.name == "beegfs-mgmtd")
        for unit in units:
            unit.stop()
        assert all(unit.exits[-1] == 0 for unit in units)
        print(f"              {[(unit.host.name, unit.exits[-1]) for unit in units]}")


def evaluated(project: Path, nixpkgs: str) -> dict[str, Any]:
    """Return what the hosts of the project would run."""
    command = ["nix-instantiate", "--eval", "--strict", "--json", str(HERE / "host_units.nix")]
    for name, value in (("nixpkgs", nixpkgs), ("project", str(project)), ("service", "beegfs")):
        command += ["--argstr", name, value]
    found: dict[str, Any] = json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))
    return found


def main() -> None:
    """Run the proof and print a line for each claim that holds."""
    parser = argparse.ArgumentParser(description="Run the BeeGFS daemons of a project.")
    parser.add_argument(
        "project", type=Path, help="a generated project with the stack beegfs, without its client"
    )
    parser.add_argument("--nixpkgs", required=True, help="a checkout of nixpkgs")
    parser.add_argument("--keep-logs", type=Path, help="a new folder for the daemons' logs")
    wanted = parser.parse_args()
    missing = [p for p in ("beegfs-mgmtd", "beegfs-ctl", "ip", "setpriv") if not shutil.which(p)]
    if missing or os.geteuid() != 0:
        sys.exit(f"needs root and, on PATH: {', '.join(missing) or 'all is there'}")
    roles = evaluated(wanted.project.resolve(), wanted.nixpkgs)
    signal.alarm(SECONDS)
    with tempfile.TemporaryDirectory(prefix="beegfs-proof-") as name:
        folder = Path(name)
        with network(roles, folder) as hosts:
            try:
                management_comes_last(hosts)
                driver = {
                    "machines": list(hosts.values()),
                    "start_all": lambda: None,
                    "subtest": subtest,
                    **hosts,
                }
                text = (wanted.project / "test_script.py").read_text(encoding="utf-8")
                exec(compile(text, "test_script.py", "exec"), driver)
                crash_and_wrong_key(hosts)
                everything_ends(hosts)
            finally:
                if wanted.keep_logs:
                    wanted.keep_logs.mkdir()
                    for log in folder.glob("*/*.log"):
                        shutil.copy(log, wanted.keep_logs / f"{log.parent.name}-{log.name}")
    print("all claims hold")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"not done within {SECONDS} s"))
    main()
