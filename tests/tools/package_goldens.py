"""Write the goldens of ``nxc-scaffold package`` anew: one per layout, one per builder.

Run from the top of the repository: python tests/tools/package_goldens.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "fixtures"
REPOS, SOURCES, GOLDENS = HERE / "repos", HERE / "sources", HERE / "goldens"
QUIET = ("--defaults", "--offline", "--no-check", "--no-git", "--quiet")

#: Builder by source folder; the address of each is that of a forge or registry of its own.
ADDRESSES = {
    "autotools": "https://git.example.org/harp.git",
    "bundle": "https://codeberg.org/orchestra/sinatra-app",
    "cmake": "https://gitlab.inria.fr/orchestra/pulse",
    "data": "https://git.sr.ht/~orchestra/themes",
    "gem": "gem:bongo",
    "go": "https://github.com/orchestra/oboe",
    "haskell": "https://github.com/orchestra/tuba",
    "kernel": "https://github.com/orchestra/drum",
    "make": "https://example.org/bell-0.9.tar.gz",
    "meson": "https://framagit.org/orchestra/group/flute",
    "node": "https://github.com/orchestra/lute",
    "python": "pypi:viola",
    "rust": "crates:cello",
    "dune": "https://github.com/orchestra/spinet",
    "r": "https://github.com/orchestra/marimba",
    "perl": "https://github.com/orchestra/zither",
    "zig": "https://github.com/orchestra/kazoo",
    "lua": "https://github.com/orchestra/ocarina",
    "maven": "https://github.com/orchestra/sousaphone",
    "pnpm": "https://github.com/orchestra/bugle",
    "yarn": "https://github.com/orchestra/fife",
}
#: What a source does not say by itself.
MORE = {
    "autotools": ("--description", "Harp"),
    "bundle": ("--description", "Application of Sinatra", "--version", "1.0"),
    "data": ("--description", "Colours", "--version", "1.0", "--ref", "r1"),
    "go": ("--description", "Oboe", "--version", "2.0.0"),
    "kernel": ("--description", "Drum"),
    "make": ("--description", "Bell",),
    "meson": ("--description", "Flute"),
    "zig": ("--description", "Kazoo"),
}  # fmt: skip
#: The tags of those that are fetched by one; the sources themselves are no repositories.
TAGS = {
    "autotools": "v2.3",
    "bundle": "v1.0",
    "cmake": "v1.2.0",
    "dune": "v0.4.0",
    "go": "v2.0.0",
    "haskell": "v0.2.0.1",
    "kernel": "v1.1",
    "lua": "v1.2.0",
    "maven": "v2.2.0",
    "meson": "v0.4.1",
    "node": "v4.4.0",
    "perl": "v2.07",
    "pnpm": "v1.1.0",
    "r": "v1.4.2",
    "yarn": "v0.9.3",
    "zig": "v0.3.1",
}
#: Flags of the goldens of layouts.
LAYOUTS = {
    "kapack": ("pulse", "--from", "cmake", "--module", "--dependency", "procset"),
    "template": ("pulse", "--from", "cmake", "--module", "--dependency", "example"),
    "auto": ("pulse", "--from", "cmake", "--module"),
    "by-name": ("pulse", "--from", "cmake"),
    "flake": ("pulse", "--from", "cmake", "--file", "nix/pulse.nix"),
    "parts": ("pulse", "--from", "cmake", "--file", "nix/pulse.nix"),
    "overlay": ("pulse", "--from", "cmake", "--dependency", "reed"),
    "inherited": ("pulse", "--from", "cmake", "--module", "--dependency", "reed"),
}


def arguments(layout: str) -> list[str]:
    """Return the arguments of the golden of a layout."""
    return [str(SOURCES / a) if a in ADDRESSES else a for a in LAYOUTS[layout]] + [
        "--source", ADDRESSES["cmake"], "--ref", "v1.2.0", *QUIET
    ]  # fmt: skip


def builder_arguments(source: str) -> list[str]:
    """Return the arguments of the golden of a builder, in the repository of kapack's layout."""
    tag = ("--ref", TAGS[source]) if source in TAGS else ()
    return [f"new-{source}", "--from", str(SOURCES / source), "--source", ADDRESSES[source],
            *tag, *MORE.get(source, ()), *QUIET]  # fmt: skip


def main() -> None:
    """Write every golden."""
    shutil.rmtree(GOLDENS, ignore_errors=True)
    env = {**os.environ, "PYTHONPATH": str(HERE.parent.parent)}
    for layout in LAYOUTS:
        target = GOLDENS / "layouts" / layout
        shutil.copytree(REPOS / layout, target)
        command = [sys.executable, "-m", "scaffold", "package", "--repo", str(target)]
        subprocess.run([*command, *arguments(layout)], check=True, env=env)
    for source in ADDRESSES:
        with tempfile.TemporaryDirectory() as folder:
            repo = Path(folder) / "repo"
            shutil.copytree(REPOS / "kapack", repo)
            command = [sys.executable, "-m", "scaffold", "package", "--repo", str(repo)]
            subprocess.run([*command, *builder_arguments(source)], check=True, env=env)
            shutil.copytree(repo / "pkgs" / f"new-{source}", GOLDENS / "builders" / source)


if __name__ == "__main__":
    main()
