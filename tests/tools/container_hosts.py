"""The hosts of a composition as containers of this machine, as its test script sees them.

containers.sh makes the root folder of each and starts it; this module gives it a network, finds its
first process, runs commands in it and ends it. See containers.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

SETUP = Path(__file__).with_name("containers.sh")
#: The first 24 bits of addresses: for nspawn those that NixOS Compose's own script takes.
NETWORKS = {"docker": "10.77.3", "nspawn": "10.0.3"}
#: Namespaces that unshare makes around containers.sh.
NAMESPACES = {
    "docker": ("--mount", "--uts", "--ipc", "--pid", "--cgroup"),
    "nspawn": ("--mount", "--pid", "--cgroup"),
}
PATH = "/bin:/usr/bin:/run/current-system/sw/bin"
#: What a container may take until a shell in it answers, in seconds.
LONG = 600
# What dhcpcd would tell resolvconf, which may write that file at any time: it must not.
NAME_SERVER = """
echo nameserver GATEWAY > /run/name-server
rm -f /etc/resolv.conf
touch /etc/resolv.conf
mount --bind /run/name-server /etc/resolv.conf
mount -o remount,bind,ro /etc/resolv.conf
"""
# slurmd refuses a machine that has control groups of version 1 beside version 2.
WITHOUT_GROUPS = """
systemctl cat slurmctld slurmd 2>/dev/null | grep -q . || exit 0
echo CgroupPlugin=disabled > /run/cgroup.conf
program=$(readlink -f "$(command -v sinfo)")
for folder in $(grep -aoh '/nix/store/[^ "/]*etc-slurm[^ "/]*' "$program" | sort -u)
do mount --bind /run/cgroup.conf "$folder/cgroup.conf"; done
systemctl restart --no-block slurmd
"""


@cache
def machine_module() -> ModuleType:
    """Return the module of NixOS Compose's class Machine, without what its client needs besides.

    Raises:
        RuntimeError: nixos-compose is not installed.

    """
    found = find_spec("nixos_compose")
    if found is None or found.origin is None:
        raise RuntimeError("install nixos-compose (pip), whose driver runs test scripts")
    folder = Path(found.origin).parent
    for name in ("nixos_compose", "nixos_compose.driver", "nixos_compose.flavours"):
        package = ModuleType(name)
        package.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
    # Decorates methods that a flavour may replace; containers.py's hosts do so by themselves.
    vars(sys.modules["nixos_compose.flavours"])["use_flavour_method_if_any"] = lambda method: method
    try:
        import_module("colorama")
    except ImportError:
        colours = ModuleType("colorama")
        vars(colours)["Style"] = SimpleNamespace(DIM="", RESET_ALL="")
        sys.modules["colorama"] = colours
    module = import_module("nixos_compose.driver.machine")
    module.rootlog._print_serial_logs = False
    return module


def run(*argv: object, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run a program of this machine."""
    return subprocess.run([str(a) for a in argv], check=check, capture_output=not check)


def group_folder() -> Path:
    """Return where control groups of version 2 are mounted."""
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, folder, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(folder)
    raise RuntimeError("this machine has no control groups of version 2")


class Systems:
    """What was built of a composition.

    Attributes:
        flavour: docker or nspawn.
        store: the folder of this machine that is /nix/store of the hosts.
        root: a Debian root, or empty.
        inits: the init of each host, by the host's name.
        roles: the role of each host.
        script: the text of the test script.

    """

    def __init__(self, flavour: str, store: Path, root: str) -> None:
        self.flavour = flavour
        self.store = store
        self.root = root
        self.inits: dict[str, str] = {}
        self.roles: dict[str, str] = {}
        self.script = ""

    def text(self, path: str) -> str:
        """Return the content of a file in the store."""
        return (self.store / Path(path).relative_to("/nix/store")).read_text(encoding="utf-8")

    @classmethod
    def read(cls, store: Path, root: str, info: str, flavour: str) -> Systems:
        """Read the information that NixOS Compose builds for the flavour of a composition."""
        systems = cls(flavour, store, root)
        told = json.loads(systems.text(info))
        if "compositions_info" in told:
            (told,) = told["compositions_info"].values()
        if flavour == "docker":
            services = json.loads(systems.text(told["docker-compose-file"]))["services"]
            inits = {role: service["command"][0] for role, service in services.items()}
        else:
            inits = {role: built["init"] for role, built in told["composition"].items()}
        for role, init in inits.items():
            given = told.get("roles_distribution", {}).get(role, 0)
            numbered = [f"{role}{i + 1}" for i in range(given)] if isinstance(given, int) else given
            for name in numbered or [role]:
                systems.inits[name], systems.roles[name] = init, role
        systems.script = systems.text(told["test_script"])
        return systems


class Network:
    """A bridge of this machine, and for nspawn a name server on it."""

    def __init__(self, flavour: str, names: Sequence[str], state: Path) -> None:
        self.flavour = flavour
        self.state = state
        self.key = f"{os.getpid() % 100000:05}"
        self.bridge = f"nxc{self.key}"
        self.addresses = {n: f"{NETWORKS[flavour]}.{i}" for i, n in enumerate(names, 2)}
        self.namespaces: list[str] = []
        self.server: subprocess.Popen[bytes] | None = None
        run("ip", "link", "add", self.bridge, "type", "bridge")
        run("ip", "link", "set", self.bridge, "up")
        if flavour == "nspawn":
            self.serve()

    def namespace(self, name: str, number: int, address: str) -> str:
        """Make a network namespace with a device on the bridge, and return its name."""
        space, device = f"{self.bridge}-{name}", f"nxc{self.key}v{number}"
        run("ip", "netns", "add", space)
        self.namespaces.append(space)
        run("ip", "link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", space)
        run("ip", "link", "set", device, "master", self.bridge, "up")
        run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        run("ip", "-n", space, "link", "set", "eth0", "up")
        return space

    def serve(self) -> None:
        """Start the name server, as the script that NixOS Compose starts the network by."""
        own = f"{NETWORKS[self.flavour]}.1"
        space = self.namespace("names", 1, own)
        records = [f"--host-record={name},{ip}" for name, ip in self.addresses.items()]
        told = ("--log-facility=-", "--keep-in-foreground", f"--pid-file={self.state}/names.pid")
        ours = ("--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root")
        argv = ["dnsmasq", *ours, "--bind-interfaces", f"--listen-address={own}", *records, *told]
        with (self.state / "names.log").open("wb") as log:
            self.server = subprocess.Popen(
                ["ip", "netns", "exec", space, *argv], stdout=log, stderr=subprocess.STDOUT
            )

    def stop(self) -> None:
        """End what was started, and remove the devices."""
        if self.server:
            self.server.terminate()
            self.server.wait()
        for space in self.namespaces:
            run("ip", "netns", "del", space, check=False)
        run("ip", "link", "del", self.bridge, check=False)


class Hosts:
    """All hosts of a composition.

    Attributes:
        machines: one for each host, with the methods that test scripts call.

    """

    def __init__(self, systems: Systems, state: Path) -> None:
        self.systems = systems
        self.state = state
        (state / "shared").mkdir()
        self.network = Network(systems.flavour, list(systems.inits), state)
        self.groups = group_folder()
        roles = {name: {"role": role} for name, role in systems.roles.items()}
        told = {"nodes": list(roles), "deployment": roles if systems.flavour == "docker" else {}}
        (state / "deployment.json").write_text(json.dumps(told), encoding="utf-8")
        lines = [f"{ip} {name}" for name, ip in self.network.addresses.items()]
        text = "\n".join(["127.0.0.1 localhost", *lines, ""])
        (state / "hosts").write_text(text, encoding="utf-8")
        self.machines = [host_class()(self, name) for name in systems.inits]

    def start_all(self) -> None:
        """Start every host, and wait until all of them answer."""
        for machine in self.machines:
            machine.start()
        for machine in self.machines:
            machine.connect()

    def keep(self) -> None:
        """Tell a shell for each host, and wait until somebody asks to stop."""
        for machine in self.machines:
            print(machine.name, *machine.shell(), file=sys.stderr, flush=True)
        while not (self.state / "stop").exists():
            time.sleep(2)

    def stop(self) -> None:
        """End every host, and remove what was made for it."""
        for machine in self.machines:
            machine.end()
        self.network.stop()
        for machine in self.machines:
            for folder in sorted([*machine.group.rglob("*/"), machine.group], reverse=True):
                run("rmdir", folder, check=False)


@cache
def host_class() -> type:
    """Return the class of hosts: NixOS Compose's Machine, with commands run in containers."""

    class Host(machine_module().Machine):  # type: ignore[misc]
        """A host, as the test script sees it."""

        def __init__(self, hosts: Hosts, name: str) -> None:
            self.hosts = hosts
            self.name = name
            self.flavour = hosts.systems.flavour
            self.console = hosts.state / f"{name}.console"
            self.group = hosts.groups / f"{hosts.network.bridge}-{name}"
            self.process: subprocess.Popen[bytes] | None = None
            self.leader: int | None = None
            self.booted = self.connected = False
            self.began = 0.0
            self.ctx = None

        def start(self) -> None:
            """Start the container, unless it runs."""
            if self.process:
                return
            self.began = time.monotonic()
            self.console.touch()
            self.group.mkdir()
            network, state = self.hosts.network, self.hosts.state
            target = state / f"{self.name}.root"
            target.mkdir()
            address = network.addresses[self.name]
            enter = []
            if self.flavour == "docker":
                space = network.namespace(self.name, int(address.rpartition(".")[2]), address)
                enter = ["ip", "netns", "exec", space]
            told = {
                "FLAVOUR": self.flavour,
                "NAME": self.name,
                "INIT": self.hosts.systems.inits[self.name],
                "TARGET": target,
                "STORE": self.hosts.systems.store,
                "DEBIAN": self.hosts.systems.root,
                "HOSTS": state / "hosts",
                "DEPLOYMENT": state / "deployment.json",
                "SHARED": state / "shared",
                "CONSOLE": self.console,
                "BRIDGE": network.bridge,
            }
            group = 'echo $$ > "$0/cgroup.procs"; exec "$@"'
            argv = ["sh", "-c", group, str(self.group), *enter, "unshare"]
            argv += [*NAMESPACES[self.flavour], "--fork", "--kill-child", "bash", str(SETUP)]
            with (state / f"{self.name}.out").open("wb") as out:
                self.process = subprocess.Popen(
                    argv,
                    env={**os.environ, **{key: str(value) for key, value in told.items()}},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                )
            self.booted = True

        def first_process(self) -> int | None:
            """Return the process that is the first of the container, as this machine counts."""
            assert self.process is not None
            # The namespaces of processes that it is in: this machine's, containers.sh's, its own.
            depth = 2 if self.flavour == "docker" else 3
            todo = [self.process.pid]
            while todo:
                pid = todo.pop(0)
                try:
                    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
                    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
                except OSError:  # it has ended meanwhile
                    continue
                numbers = next(s for s in status if s.startswith("NSpid:")).split()[1:]
                if len(numbers) == depth and numbers[-1] == "1":
                    return pid
                todo += [int(child) for child in children.split()]
            return None

        def connect(self) -> None:
            """Wait until the container runs commands.

            Raises:
                RuntimeError: it has ended, or does not answer.

            """
            self.start()
            assert self.process is not None
            while not self.connected:
                self.leader = self.first_process()
                up = b"systemctl is-system-running | grep -E 'running|degraded|starting'"
                if self.process.poll() is not None:
                    text = (self.hosts.state / f"{self.name}.out").read_text(errors="replace")
                    raise RuntimeError(f"{self.name}: the container has ended: {text[-500:]}")
                if self.leader and self.fed(up).returncode == 0:
                    self.connected = True
                    self.adapt()
                elif time.monotonic() - self.began > LONG:
                    raise RuntimeError(f"{self.name}: no shell after {LONG} s")
                else:
                    time.sleep(1)

        def adapt(self) -> None:
            """Do what the container cannot do by itself on this machine."""
            if self.flavour == "nspawn":
                # dhcpcd may not change its root directory there: the address that it would ask for.
                own, gateway = self.hosts.network.addresses[self.name], f"{NETWORKS['nspawn']}.1"
                enter = ("nsenter", "--target", self.leader, "--net", "ip")
                run(*enter, "link", "set", "host0", "up", check=False)
                run(*enter, "addr", "add", f"{own}/24", "dev", "host0", check=False)
                run(*enter, "route", "add", "default", "via", gateway, check=False)
                self.fed(NAME_SERVER.replace("GATEWAY", gateway).encode())
            if self.hosts.groups != Path("/sys/fs/cgroup"):
                self.fed(WITHOUT_GROUPS.encode())

        def shell(self) -> list[str]:
            """Return the command line of a shell in the container."""
            kind = "docker" if self.flavour == "docker" else "systemd-nspawn"
            # Not --wd: that is a folder of this machine, in which programs do not find themselves.
            spaces = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root")
            clean = ("env", "-i", f"container={kind}", "HOME=/root", f"PATH={PATH}")
            bash = ("/run/current-system/sw/bin/bash", "-l")
            return ["nsenter", "--target", str(self.leader), *spaces, "--wdns=/", *clean, *bash]

        def fed(
            self, command: bytes, timeout: float | None = 900
        ) -> subprocess.CompletedProcess[bytes]:
            """Feed a command to a shell of the container."""
            return subprocess.run(
                self.shell(), input=command, capture_output=True, timeout=timeout, check=False
            )

        def execute(
            self, command: str, check_return: bool = True, timeout: int | None = 900
        ) -> tuple[int, str]:
            """Feed a command to a login shell, which is what NixOS Compose's driver does."""
            self.connect()
            try:
                done = self.fed(command.encode(), timeout)
            except subprocess.TimeoutExpired:
                return -1, ""
            since = time.monotonic() - self.began
            with (self.hosts.state / "commands.log").open("ab") as log:
                log.write(f"--- {self.name} {since:.0f} s, {done.returncode}: {command}\n".encode())
                log.write(done.stdout + done.stderr)
            return (done.returncode if check_return else -1), done.stdout.decode()

        def failed_units(self) -> dict[str, list[str]]:
            """Return the last lines of the journal of each unit that has failed."""
            if not self.connected:
                return {}
            lines = self.execute("systemctl --failed --plain --no-legend", timeout=120)[1]
            units = [line.split()[0] for line in lines.splitlines() if line.strip()]
            asked = "journalctl -b -o cat -n 8 -u"
            return {u: self.execute(f"{asked} {u}", timeout=120)[1].splitlines() for u in units}

        def end(self) -> None:
            """End the container at once."""
            if self.leader:
                run("kill", "-KILL", self.leader, check=False)
            if self.process and self.process.poll() is None:
                self.process.terminate()
                self.process.wait()

    return Host
