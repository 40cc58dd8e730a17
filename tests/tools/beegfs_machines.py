"""Boots the stack beegfs as Debian machines under QEMU, passes its test script, and cuts the power.

    sudo python -m tests.tools.beegfs_machines WORK --source BEEGFS --nixpkgs NIXPKGS

BEEGFS is a checkout of BeeGFS in the version that the generated package names (tag 7.4.7), NIXPKGS
one of nixpkgs, and WORK a folder for what is built, which another run takes again: 6 GB. Needs
root, Debian's archive, a nix that NIXPKGS accepts, and of Debian 12: `apt-get install mmdebstrap
qemu-system-x86 e2fsprogs openssh-client kmod nix-bin`. The first run takes an hour or two, most of
it for g++; without hardware virtualisation a later one takes half an hour. So CI does not run it.

What is shown: that the generated packages' commands build BeeGFS and its kernel module, that the
module is loaded, and that the generated units, configuration files and test script work, on empty
disks and from a fresh boot. Then a storage host loses its power and boots again: what was written
before is read. With ``--break`` each claim of the script is broken, and seen to fail. What is not
shown: builds by Nix, and the rest of NixOS, as the machines run Debian (see beegfs_image.py).

``--release`` is that of the project, which decides about the kernel: 25.05 takes Linux 6.12, 23.05
takes 6.1.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scaffold.answers import layers
from scaffold.asking.layers import Layer, merge
from scaffold.catalogue.reading import load_catalog
from tests.tools import beegfs_image, broken_claims, examples
from tests.tools.beegfs_loss import lost

QEMU = (
    "qemu-system-x86_64 -cpu qemu64 -smp 1 -display none"
    " -monitor none -no-reboot -nodefaults -device virtio-rng-pci"
)


class Hosts:
    """The machines of a project.

    Attributes:
        work: the folder of this run: disks, consoles, what ssh needs.
        names: of the hosts, in the order of their addresses.
        options: of QEMU, such as how much memory each machine has.

    """

    def __init__(self, work: Path, root: Path, names: list[str], options: list[str]) -> None:
        self.work, self.root, self.names, self.options = work, root, names, options
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.port = _free_port(socket.SOCK_DGRAM)
        self.ports = {name: _free_port(socket.SOCK_STREAM) for name in names}
        self.ssh = f"ssh -F {work}/ssh_config {{host}}"
        settings = "IdentityFile {0}\nUser root\nHostName 127.0.0.1\nStrictHostKeyChecking no\n"
        settings += "UserKnownHostsFile /dev/null\nLogLevel ERROR\nConnectTimeout 60\n"
        settings += "ControlMaster auto\nControlPersist yes\nControlPath {1}/%n.ssh\n"
        own = "".join(f"Host {name}\nPort {port}\n" for name, port in self.ports.items())
        text = f"{own}Host *\n{settings.format(work.parent / 'id', work)}"
        (work / "ssh_config").write_text(text, encoding="utf-8")

    def start(self, name: str) -> None:
        """Switch a machine on; its disk is made empty, if it has none yet."""
        number, disk = self.names.index(name) + 1, self.work / f"{name}.disk"
        if not disk.exists():
            subprocess.run(["truncate", "--size=2G", str(disk)], check=True)
            # BeeGFS makes tens of thousands of folders for metadata.
            subprocess.run(["mkfs.ext4", "-q", "-F", "-i", "4096", str(disk)], check=True)
        append = "root=/dev/vda rw console=ttyS0 net.ifnames=0 panic=-1 no_timer_check"
        append += f" project.host={name} project.address={beegfs_image.address(number)}"
        boot = self.root / "boot"
        release = beegfs_image.release_of(self.root)
        argv = [*QEMU.split(), *self.options, "-name", name]
        argv += ["-kernel", f"{boot}/vmlinuz-{release}", "-initrd", f"{boot}/initrd.img-{release}"]
        argv += ["-append", append, "-serial", f"file:{self.work}/{name}.console"]
        image = f"file={self.work.parent}/hosts.img,format=raw,if=virtio,snapshot=on"
        argv += ["-drive", image, "-drive", f"file={disk},format=raw,if=virtio"]
        forward = f"hostfwd=tcp:127.0.0.1:{self.ports[name]}-:22"
        argv += ["-netdev", f"user,id=own,restrict=on,{forward}"]
        argv += ["-device", "virtio-net-pci,netdev=own"]
        shared = f"socket,id=shared,mcast=230.0.0.1:{self.port},localaddr=127.0.0.1"
        argv += ["-netdev", shared]
        argv += ["-device", f"virtio-net-pci,netdev=shared,mac=52:54:00:12:01:{number:02x}"]
        with (self.work / f"{name}.qemu").open("wb") as log:
            self.processes[name] = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=log)

    def cut(self, name: str) -> None:
        """Take the power from a machine."""
        self.processes[name].kill()
        self.processes[name].wait()

    def wait(self, name: str) -> None:
        """Wait until a machine can be talked to.

        Raises:
            RuntimeError: it has stopped.

        """
        argv = [*self.ssh.replace("{host}", name).split(), "true"]
        while subprocess.run(argv, stderr=subprocess.DEVNULL, check=False).returncode:
            if self.processes[name].poll() is not None:
                raise RuntimeError(f"{name} has stopped: see {self.work}/{name}.console")
            time.sleep(5)

    def stop(self) -> None:
        """Switch all machines off."""
        for process in self.processes.values():
            process.kill()
            process.wait()


def _free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def generated(folder: Path, release: str) -> Path:
    """Write the project of the stack beegfs for a release, and return its folder."""
    catalog = load_catalog()
    own = {"name": "beegfs", "flavours": ["vm"], **({"release": release} if release else {})}
    given = [Layer("the command", own), *layers.stack_layers("beegfs", catalog)]
    given.insert(0, examples.consents(merge(given), catalog))
    shutil.rmtree(folder, ignore_errors=True)
    for file in examples.rendered(given, catalog).values():
        path = folder / str(file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return folder


@contextmanager
def told(name: str) -> Iterator[None]:
    """Tell what came of a subtest."""
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print(f"FAILED {time.monotonic() - began:6.1f} s  {name}", flush=True)
        raise
    print(f"ok     {time.monotonic() - began:6.1f} s  {name}", flush=True)


def tried(hosts: Hosts, project: Path, *, broken: bool) -> bool:
    """Run the test script, cut the power of a storage host, and break claims, if wanted.

    Returns:
        Whether each claim that was broken was seen to fail.

    """
    text = (project / "test_script.py").read_text(encoding="utf-8")
    script = broken_claims.by_ssh(text, hosts.names, hosts.ssh)
    script.scope["subtest"] = told
    script.run(script.tree.body, 3600)
    storage = "storage2"
    names = {"mgmt": "mgmt", "storage": storage, "writer": "client1", "reader": "client2"}
    with told(f"{storage} loses its power and boots again, with what it kept"):
        lost(
            names,
            "/mnt/beegfs",
            hosts.ssh,
            lambda: hosts.cut(storage),
            lambda: hosts.start(storage),
        )
    seen = {}
    for claim in broken_claims.of_stack("beegfs") if broken else ():
        name = str(claim["subtest"])
        seen[name] = broken_claims.failure(script, claim, 120)
        print(f"{'FAILS' if seen[name] else 'HOLDS'} {name}: {seen[name]}", flush=True)
    return all(seen.values())


def main() -> int:
    """Build what is missing, boot, and try."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("work", type=Path, metavar="WORK", help="a folder for what is built, 6 GB")
    parser.add_argument("--source", type=Path, required=True, metavar="BEEGFS")
    parser.add_argument("--nixpkgs", type=Path, required=True, metavar="NIXPKGS")
    parser.add_argument("--release", default="", help="of the project (its default)")
    parser.add_argument("--memory", type=int, default=512, metavar="MB", help="of each machine")
    parser.add_argument(
        "--accel", default="kvm:tcg", help="of QEMU; tcg where /dev/kvm does not work"
    )
    parser.add_argument("--break", action="store_true", dest="broken")
    parser.add_argument("--build-only", action="store_true", help="boot nothing")
    given = parser.parse_args()
    work: Path = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    project = generated(work / "project", given.release)
    nixpkgs = given.nixpkgs.resolve()
    kernel = beegfs_image.kernel_of(project)
    module = beegfs_image.build(work, project, given.source.resolve(), nixpkgs, kernel)
    found = beegfs_image.roles(project, nixpkgs)
    root = beegfs_image.image(work, found, kernel, module)
    if given.build_only:
        return 0
    run = work / "run"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir()
    options = ["-machine", f"pc,accel={given.accel}", "-m", str(given.memory)]
    hosts = Hosts(run, root, list(beegfs_image.hosts(found)), options)
    print(f"{', '.join(hosts.names)}: Linux {beegfs_image.release_of(root)}", flush=True)
    try:
        with told("every host has booted"):
            for name in hosts.names:
                hosts.start(name)
            for name in hosts.names:
                hosts.wait(name)
        return int(not tried(hosts, project, broken=given.broken))
    finally:
        hosts.stop()


if __name__ == "__main__":
    sys.exit(main())
