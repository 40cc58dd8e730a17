"""The image that the machines of ``beegfs_machines.py`` boot: Debian, BeeGFS, a project's units.

A host of the project takes its own files from /hosts/NAME of the image while it boots. Its units
are those of the project, byte for byte: the paths of the Nix store that they name are there as
links to what stands for them in Debian.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tests.tools import beegfs_build

#: Debian 12: its g++ builds BeeGFS without a warning, and it has both kernels.
SUITE = "bookworm"
#: Kernels of Debian 12 by the name of the package set of nixpkgs that a project's base.nix takes.
KERNELS = {"linuxPackages_6_1": "cloud-amd64", "linuxPackages_6_12": "6.12-cloud-amd64"}
BUILDER = (
    "g++ make pkg-config libnl-3-dev libnl-route-3-dev libblkid-dev uuid-dev zlib1g-dev"
    " libcurl4-openssl-dev xfslibs-dev kmod"
)
HOST = (
    "systemd-sysv udev dbus openssh-server iproute2 netcat-openbsd procps e2fsprogs kmod busybox"
    " initramfs-tools gawk libnl-3-200 libnl-route-3-200 libcurl4 zlib1g"
)
STORE = re.compile(r'/(?:[^\s":=/]+/)+?[0-9a-z]{32}-[^\s":/]+')
MODULES = "virtio_pci virtio_blk virtio_net virtio_rng ext4"
# What NixOS Compose's own first stage does: the host's name and files, and its address on eth1. All
# hosts have the same address on eth0, which is there for ssh.
FIRST_STAGE = """\
#!/bin/sh
[ "$1" = prereqs ] && exit 0
for word in $(cat /proc/cmdline); do
  case $word in
    project.host=*) host=${word#*=} ;;
    project.address=*) address=${word#*=} ;;
  esac
done
modprobe virtio_net
until [ -e /sys/class/net/eth1 ]; do sleep 0.1; done
busybox ip address add 10.0.2.15/24 dev eth0
busybox ip address add "$address/24" dev eth1
busybox ip link set lo up
busybox ip link set eth0 up
busybox ip link set eth1 up
cp -a "$rootmnt/hosts/$host/." "$rootmnt/"
"""


class Role(msgspec.Struct, frozen=True):
    """What host_units.nix tells of a role; texts and scripts are explained there."""

    count: int
    modules: list[str]
    users: list[dict[str, str | int]]
    files: dict[str, dict[str, str]]
    texts: dict[str, str]
    scripts: dict[str, str]


def roles(project: Path, nixpkgs: Path) -> dict[str, Role]:
    """Return what Nix evaluates of the roles of a project."""
    argv = ["nix-instantiate", "--eval", "--strict", "--json"]
    argv += [str(Path(__file__).with_name("host_units.nix")), "--argstr", "service", "beegfs"]
    argv += ["--arg", "nixpkgs", str(nixpkgs), "--arg", "project", str(project)]
    argv += ["--arg", "virtual", "true"]
    return msgspec.json.decode(subprocess.check_output(argv), type=dict[str, Role])


def hosts(found: Mapping[str, Role]) -> dict[str, str]:
    """Return the role of each host, by its name."""
    return {
        f"{name}{number}" if role.count > 1 else name: name
        for name, role in found.items()
        for number in range(1, role.count + 1)
    }


def debian(folder: Path, packages: str, *options: str) -> None:
    """Unpack a Debian root into a folder, unless it is there."""
    if folder.exists():
        return
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    sources = [
        f"deb http://deb.debian.org/debian {SUITE} main",
        f"deb http://deb.debian.org/debian-security {SUITE}-security main",
    ]
    argv = ["mmdebstrap", "--mode=root", "--variant=minbase", "--format=dir"]
    argv += ['--aptopt=APT::Install-Recommends "false"', *options]
    argv += [f"--include={','.join(packages.split())}", SUITE, str(part), *sources]
    subprocess.run(argv, check=True)
    part.rename(folder)


def release_of(root: Path) -> str:
    """Return the release of the kernel of a root, as ``uname -r`` prints it."""
    (kernel,) = (root / "lib/modules").iterdir()
    return kernel.name


def build(work: Path, project: Path, source: Path, nixpkgs: Path, kernel: str) -> Path:
    """Build BeeGFS and its module by the commands of the project, in a root of its own.

    What an earlier call has finished is taken; what it has not, make goes on with.

    Returns:
        The folder with the module, below lib/modules.

    """
    root, out = work / f"builder-{kernel}", work / f"builder-{kernel}/out"
    debian(root, f"{BUILDER} linux-headers-{kernel}")
    release = next((root / "usr/src").glob("linux-headers-*-amd64")).name
    release = release.removeprefix("linux-headers-")
    told = beegfs_build.commands(project, str(nixpkgs), release, "")
    if not (root / "src").exists():
        whole_copy(source, root / "src")
    inside = beegfs_build.Place(Path("/src"), Path("/out"), os.cpu_count() or 1, root)
    programs, module = work / "programs", work / f"module-{kernel}"
    if not programs.exists():
        beegfs_build.userland(told, inside)
        whole_copy(out / "beegfs", programs)
    if not module.exists():
        beegfs_build.kernel_module(told, inside)
        whole_copy(out / "module", module)
    return module


def whole_copy(source: Path, target: Path) -> None:
    """Copy a folder to a name that is there only once all of it is."""
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(source, part, symlinks=True)
    part.rename(target)


def first_stage(folder: Path) -> list[str]:
    """Return the options by which a root's initial ramdisk is small, and does FIRST_STAGE."""
    files = {
        "conf.d/small": "MODULES=list\nBUSYBOX=y\nCOMPRESS=gzip\n",
        "scripts/init-bottom/project": FIRST_STAGE,
        "hooks/project": '#!/bin/sh\n[ "$1" = prereqs ] && exit 0\n'
        f". /usr/share/initramfs-tools/hook-functions\nmanual_add_modules {MODULES}\n",
    }
    given = folder / "initramfs-tools"
    for name, text in files.items():
        path = given / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    copied = f'mkdir -p "$1/etc" && cp -r {shlex.quote(str(given))} "$1/etc/"'
    return [f"--essential-hook={copied}"]


def stand_ins(root: Path, found: Mapping[str, Role]) -> None:
    """Put what stands for the store paths that the units and files of a project name."""
    for role in found.values():
        texts = [*role.texts.values(), *(file["text"] for file in role.files.values())]
        for path in {path for text in texts for path in STORE.findall(text)}:
            name = path.rpartition("/")[2][33:]
            target = root / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if name.startswith("unit-script-"):
                program = target / "bin" / name.removeprefix("unit-script-")
                program.parent.mkdir(parents=True, exist_ok=True)
                text = role.scripts[program.name]
                program.write_text(f"#!/bin/bash\nset -e\n{text}\n", encoding="utf-8")
                program.chmod(0o755)
            elif not target.is_symlink():
                target.symlink_to("/opt/beegfs" if re.match(r"beegfs-\d", name) else "/usr")


def host_files(folder: Path, name: str, role: Role) -> None:
    """Write the files of a host, which it takes as it boots."""
    system, etc = folder / "etc/systemd/system", folder / "etc"
    (system / "multi-user.target.wants").mkdir(parents=True)
    for unit, text in role.texts.items():
        (system / unit).write_text(text, encoding="utf-8")
        (system / "multi-user.target.wants" / unit).symlink_to(f"/etc/systemd/system/{unit}")
    for path, file in role.files.items():
        (etc / path).parent.mkdir(parents=True, exist_ok=True)
        (etc / path).write_text(file["text"], encoding="utf-8")
        (etc / path).chmod(int(file["mode"], 8) if file["mode"].isdigit() else 0o644)
    (etc / "hostname").write_text(f"{name}\n", encoding="utf-8")
    (etc / "modules-load.d").mkdir()
    modules = "".join(f"{module}\n" for module in role.modules)
    (etc / "modules-load.d/project.conf").write_text(modules, encoding="utf-8")
    disk = "" if role.modules else "/dev/vdb /var/lib/beegfs ext4 defaults 0 0\n"
    (etc / "fstab").write_text(disk, encoding="utf-8")


def image(work: Path, found: Mapping[str, Role], kernel: str, module: Path) -> Path:
    """Make the image of a project's hosts, and return the root that is in it."""
    root = work / f"hosts-{kernel}"
    debian(root, f"{HOST} linux-image-{kernel}", *first_stage(work))
    for old in ("hosts", "opt/beegfs"):
        shutil.rmtree(root / old, ignore_errors=True)
    shutil.copytree(work / "programs", root / "opt/beegfs", symlinks=True)
    for program in (root / "opt/beegfs/bin").iterdir():
        link = root / "usr/local/bin" / program.name
        link.unlink(missing_ok=True)
        link.symlink_to(f"/opt/beegfs/bin/{program.name}")
    shutil.copytree(module / "lib/modules", root / "usr/lib/modules", dirs_exist_ok=True)
    subprocess.run(["chroot", str(root), "depmod", release_of(root)], check=True)
    stand_ins(root, found)
    for name, role in hosts(found).items():
        host_files(root / "hosts" / name, name, found[role])
    known = "".join(f"{address(n)} {name}\n" for n, name in enumerate(hosts(found), 1))
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n{known}", encoding="utf-8")
    users = {str(user["name"]): user["uid"] for role in found.values() for user in role.users}
    added = [
        f"id {n} >&2 || useradd --create-home --uid {uid} --gid users {n}"
        for n, uid in users.items()
    ]
    added.append("id beegfs >&2 || useradd --system --user-group beegfs")
    argv = ["chroot", str(root), "sh", "-ec", "\n".join(added)]
    subprocess.run(argv, stderr=subprocess.DEVNULL, check=True)
    key = work / "id"
    if not key.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (root / "root/.ssh").mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(f"{key}.pub", root / "root/.ssh/authorized_keys")
    out = work / "hosts.img"
    out.unlink(missing_ok=True)
    subprocess.run(["truncate", "--size=3G", str(out)], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-d", str(root), str(out)], check=True)
    return root


def address(number: int) -> str:
    """Return the address of a host, as NixOS Compose numbers its virtual machines."""
    return f"192.168.1.{number}"


def kernel_of(project: Path) -> str:
    """Return the kernel of Debian that a project's base.nix asks for.

    Raises:
        KeyError: Debian 12 does not have it.

    """
    text = (project / "base.nix").read_text(encoding="utf-8")
    (wanted,) = re.findall(r"boot\.kernelPackages = pkgs\.(\w+);", text)
    return KERNELS[wanted]
