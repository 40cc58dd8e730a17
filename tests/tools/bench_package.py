"""How long ``package`` takes on a repository of many packages before nix runs, by layout.

    python tests/tools/bench_package.py [--packages N]

Each repository has N packages, and a library of as many lines as packages that leads to them. The
time is that of the whole command, from its start to its end, with a source on disk and without
checks (which are what runs nix); the processor's time is what a busy machine changes least. Beside
it are the reading alone and the number of Nix files read.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scaffold.nixlang import parser
from scaffold.repository.layouts import find_layout
from scaffold.repository.register import Entry, registration

SOURCE = Path(__file__).parents[1] / "fixtures" / "sources" / "cmake"
PACKAGE = """{ lib, stdenv, fetchFromGitHub }:

stdenv.mkDerivation (finalAttrs: {
  pname = "%s";
  version = "1.0";
  src = fetchFromGitHub {
    owner = "someone";
    repo = "%s";
    rev = finalAttrs.version;
    hash = lib.fakeHash;
  };
})
"""
FLAKE = """{
  outputs = { self, nixpkgs }: let
    all = nixpkgs.lib.genAttrs [ "x86_64-linux" "aarch64-linux" ];
  in {
    packages = all (system: import ./. { pkgs = nixpkgs.legacyPackages.${system}; });
  };
}
"""
LOADER = """{ pkgs }:
pkgs.lib.mapAttrs (name: _: pkgs.callPackage (./pkgs + "/${name}") { }) (builtins.readDir ./pkgs)
"""


def repository(root: Path, count: int, *, loaded: bool) -> None:
    """Write a repository of so many packages."""
    names = [f"package-{number:04}" for number in range(count)]
    for name in names:
        folder = root / "pkgs" / name
        folder.mkdir(parents=True)
        (folder / "default.nix").write_text(PACKAGE % (name, name))
    calls = "".join(f"  {name} = pkgs.callPackage ./pkgs/{name} {{ }};\n" for name in names)
    (root / "default.nix").write_text(LOADER if loaded else f"{{ pkgs }}:\nrec {{\n{calls}}}\n")
    (root / "flake.nix").write_text(FLAKE)


def main() -> None:
    """Print a line for each layout."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--packages", type=int, default=500)
    count = arguments.parse_args().packages
    for loaded in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            repository(root, count, loaded=loaded)
            parser._parsed.cache_clear()
            start = time.perf_counter()
            layout = find_layout(root)
            registration(Entry("new", layout.package_file("new")), layout)
            reading = time.perf_counter() - start
            argv = [sys.executable, "-m", "scaffold", "package", "new", "--repo", folder]
            argv += ["--from", str(SOURCE), "--source", "github:someone/new", "--ref", "v1"]
            before, start = os.times(), time.perf_counter()
            done = subprocess.run(
                [*argv, "--defaults", "--offline", "--no-check"],
                capture_output=True,
                check=False,
                timeout=120,
            )
            whole, after = time.perf_counter() - start, os.times()
            busy = sum(after[2:4]) - sum(before[2:4])
            read = len(layout.files.trees())
        print(
            f"{count} packages {'loaded' if loaded else 'listed'}: {whole:.2f} s the command, "
            f"{busy:.2f} s of the processor (exit {done.returncode}); "
            f"reading {read} Nix files: {reading:.2f} s"
        )


if __name__ == "__main__":
    main()
