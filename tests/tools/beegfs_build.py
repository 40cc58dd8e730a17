"""Builds BeeGFS by the commands of a generated project, without the packages of nixpkgs.

    python tests/tools/beegfs_build.py PROJECT SOURCE OUT --nixpkgs NIXPKGS --kernel RELEASE

PROJECT is a generated project with a BeeGFS client, SOURCE the source of BeeGFS in the version that
its package names, which is built in place, NIXPKGS a checkout (only its lib is read). OUT gets
`beegfs/`, the programs with their wrappers, and `module/`, the kernel module below lib/modules.
RELEASE is the kernel's, `uname -r`; its headers are in /lib/modules/RELEASE/build, or below another
folder with ``--kernel-folder``. Needs nix, a compiler, and the libraries that the package names.

Seen with Debian 12: `apt-get install g++ make pkg-config libnl-3-dev libnl-route-3-dev libblkid-dev
uuid-dev zlib1g-dev libcurl4-openssl-dev xfslibs-dev linux-headers-RELEASE`. An hour on one core.

The programs and the module then run on hosts whose other programs are Debian's: where the units of
the project expect the package beegfs, and where modprobe looks.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

# What the phases call of nixpkgs' own builder.
BUILDER = r"""
set -eu
runHook() { :; }
wrapProgram() {
  program=$1
  shift
  test "$1 $2 $3" = "--prefix PATH :"
  mv "$program" "$(dirname "$program")/.$(basename "$program")-wrapped"
  printf '#!/bin/bash\nexport PATH="%s:$PATH"\nexec -a "$0" "%s" "$@"\n' \
    '$(dirname "$(readlink --canonicalize "$0")")' \
    '$(dirname "$(readlink --canonicalize "$0")")/.'"$(basename "$program")-wrapped" > "$program"
  chmod +x "$program"
}
"""


def commands(project: Path, nixpkgs: str, release: str, folder: str) -> dict[str, object]:
    """Return what the packages of a project would run."""
    argv = ["nix-instantiate", "--eval", "--strict", "--json", str(HERE / "package_commands.nix")]
    for name, value in (
        ("nixpkgs", nixpkgs),
        ("project", str(project)),
        ("release", release),
        ("kernelFolder", folder),
    ):
        argv += ["--argstr", name, value]
    found: dict[str, object] = json.loads(subprocess.check_output(argv))
    return found


@dataclass(frozen=True)
class Place:
    """Where something is built.

    Attributes:
        source: the source of BeeGFS, which is built in place.
        out: what gets the results.
        cores: how many jobs of make run at once.
        root: the root of another system whose compiler and libraries build; paths are then in it.

    """

    source: Path
    out: Path
    cores: int
    root: Path | None = None

    def run(self, out: str, flags: Sequence[str], phases: Sequence[str]) -> None:
        """Run phases in the source, with the output in a folder of ``out``."""
        script = "\n".join((BUILDER, f"cd {shlex.quote(str(self.source))}", *phases))
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "out": str(self.out / out)}
        env |= {"NIX_BUILD_CORES": str(self.cores), "makeFlags": " ".join(flags)}
        inside = ["chroot", str(self.root)] if self.root else []
        subprocess.run([*inside, "bash", "-c", script], env=env, check=True)


def userland(told: Mapping[str, object], place: Place) -> None:
    """Build the programs, with their wrappers, into `beegfs`."""
    package = told["userland"]
    assert isinstance(package, dict)
    phases = [package[name] for name in ("buildPhase", "installPhase", "postFixup")]
    place.run("beegfs", package["makeFlags"], phases)


def kernel_module(told: Mapping[str, object], place: Place) -> None:
    """Build the kernel module into `module`, below lib/modules."""
    package = told["kernelModule"]
    assert isinstance(package, dict)
    if package["broken"]:
        sys.exit("the package says that it cannot be built for this kernel")
    # As nixpkgs' default build phase does.
    build = f'make -j"$NIX_BUILD_CORES" $makeFlags {" ".join(package["buildFlags"])}'
    place.run("module", package["makeFlags"], [build, package["installPhase"]])


def main() -> int:
    """Build the programs, then the module."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("project", type=Path, help="a generated project with a BeeGFS client")
    parser.add_argument("source", type=Path, help="the source of BeeGFS, which is built in place")
    parser.add_argument("out", type=Path, help="where programs and kernel module go")
    parser.add_argument("--nixpkgs", required=True)
    parser.add_argument("--kernel", required=True, metavar="RELEASE")
    parser.add_argument("--kernel-folder", default="", metavar="FOLDER")
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--only", choices=("userland", "module"))
    given = parser.parse_args()
    told = commands(given.project.resolve(), given.nixpkgs, given.kernel, given.kernel_folder)
    print(f"BeeGFS {told['version']}, from {told['src']}", flush=True)
    place = Place(given.source.resolve(), given.out.resolve(), given.cores)
    if given.only != "module":
        userland(told, place)
    if given.only != "userland":
        kernel_module(told, place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
