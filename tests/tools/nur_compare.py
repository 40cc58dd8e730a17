"""Compare what a NUR repository evaluates to before and after a change, attribute by attribute.

    python tests/tools/nur_compare.py BEFORE AFTER NIXPKGS [--allow-broken]

BEFORE and AFTER are two copies of the repository, NIXPKGS a folder. Every attribute that is or
holds derivations is evaluated; its verdict and the path of its derivation must be the same.
An error that Nix cannot catch ends an evaluation; the next one goes on behind that attribute, so
that a set of a hundred packages takes a few evaluations and not a hundred.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

EXPRESSION = r"""{ file, nixpkgs, done, allow }:
let
  pkgs = import nixpkgs {
    system = "x86_64-linux";
    overlays = [ ];
    config =
      if allow then
        { allowBroken = true; allowUnfree = true; allowInsecurePredicate = _: true; }
      else
        { };
  };
  imported = import file;
  args = { inherit pkgs; inherit (pkgs) lib; system = "x86_64-linux"; pkgs-2111 = pkgs; };
  repo =
    if builtins.isFunction imported then
      imported (builtins.intersectAttrs (builtins.functionArgs imported) args)
    else
      imported;
  skipped = [ "lib" "pkgs" "modules" "nixosModules" "overlays" "overlay" "homeModules" ];
  report = kind: path: text:
    builtins.trace "NUR ${builtins.toJSON [ kind path text ]}";
  derivation = path: value:
    let found = builtins.tryEval (builtins.deepSeq value.drvPath value.drvPath); in
    if found.success then report "ok" path (baseNameOf found.value) null
    else report "FAIL" path "" null;
  visit = path: value:
    if builtins.elem path done then null
    else builtins.seq (report "start" path "" null) (
      let found = builtins.tryEval (
        if !(builtins.isAttrs value) then "other"
        else if value.type or "" == "derivation" then "derivation"
        else if value.recurseForDerivations or false then "set"
        else "other"); in
      if !found.success then report "FAIL" path "" null
      else if found.value == "derivation" then derivation path value
      else if found.value == "set" then walk path value
      else report "other" path "" null);
  walk = prefix: set:
    builtins.foldl' (seen: name: builtins.seq seen (
      if prefix == "" && builtins.elem name skipped then null
      else visit (if prefix == "" then name else "${prefix}.${name}") set.${name}
    )) null (builtins.attrNames (removeAttrs set [ "recurseForDerivations" ]));
in
walk "" repo
"""
_FILES = ("default.nix", "nur.nix")


def evaluate(repo: Path, nixpkgs: str, *, allow: bool) -> dict[str, tuple[str, str]]:
    """Return the verdict and the derivation's name, or the error, of each attribute."""
    file = next(repo / name for name in _FILES if (repo / name).is_file())
    found: dict[str, tuple[str, str]] = {}
    while True:
        argv = ["nix-instantiate", "--eval", "--strict", "-E", EXPRESSION]
        argv += ["--arg", "file", str(file.resolve()), "--arg", "nixpkgs", nixpkgs]
        argv += ["--arg", "allow", str(allow).lower()]
        argv += ["--arg", "done", f"[ {' '.join(json.dumps(n) for n in found)} ]"]
        # The settings of nix are those of the environment; only the call is ours.
        run = subprocess.run(argv, capture_output=True, text=True, check=False, env=os.environ)
        started = ""
        for kind, path, text in _reports(run.stderr):
            if kind == "start":
                started = path
            else:
                found[path] = (kind, text)
        if run.returncode == 0:
            return {path: told for path, told in found.items() if told[0] != "other"}
        error = re.findall(r"^\s*error: (?!in|while)(.+)$", run.stderr, re.MULTILINE)
        if not started or started in found:
            sys.exit(f"{repo}: {run.stderr[-2000:]}")
        text = error[-1] if error else ""
        found[started] = ("FAIL", text.replace(str(repo.resolve()), "REPO"))


def _reports(stderr: str) -> Iterator[tuple[str, str, str]]:
    for line in stderr.splitlines():
        _, is_report, text = line.partition("trace: NUR ")
        if is_report:
            kind, path, told = json.loads(text)
            yield kind, path, told


def main() -> int:
    """Print what differs, and a line that counts."""
    before, after, nixpkgs = sys.argv[1:4]
    allow = "--allow-broken" in sys.argv
    old, new = (evaluate(Path(repo), nixpkgs, allow=allow) for repo in (before, after))
    worse = [path for path in old if new.get(path) != old[path]]
    for path in worse:
        print(f"differs  {path}: {old[path]} then {new.get(path)}")
    added = {path: told for path, told in new.items() if path not in old}
    for path, (verdict, text) in added.items():
        print(f"new      {path:<24} {verdict:<4} {text}")
    fine = sum(verdict == "ok" for verdict, _ in old.values())
    print(f"{len(old)} before ({fine} ok), {len(worse)} differ, {len(added)} new")
    return 1 if worse or any(verdict != "ok" for verdict, _ in added.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
