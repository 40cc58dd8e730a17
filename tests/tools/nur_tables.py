"""Tell which names of the packages' tables a nixpkgs lacks: dependencies and licences.

    python tests/tools/nur_tables.py NIXPKGS

One evaluation looks at every attribute of dependencies.toml, with aliases and without, and at
every licence of licences.toml.
"""

from __future__ import annotations

import json
import subprocess
import sys

from scaffold.packages.detect.needs import Need, attribute, tables
from scaffold.packages.licences import identifiers

EXPRESSION = """{ nixpkgs, names, known }:
let
  packages = allowAliases: import nixpkgs {
    system = "x86_64-linux"; overlays = [ ]; config = { inherit allowAliases; };
  };
  inherit (packages true) lib;
  lacking = pkgs: builtins.filter (name:
    let
      value = lib.attrByPath (lib.splitString "." name) null pkgs;
      found = builtins.tryEval (lib.isDerivation value);
    in !(found.success && found.value)) (builtins.fromJSON names);
in {
  attributes = lacking (packages true);
  aliases = lib.subtractLists (lacking (packages true)) (lacking (packages false));
  licences = builtins.filter (name: !(lib.licenses ? ${name})) (builtins.fromJSON known);
}
"""


def attributes() -> list[str]:
    """Return every attribute path of nixpkgs that the tables name."""
    found = set()
    for kind, table in tables().items():
        for name in table:
            path = attribute(Need(name, kind)) or name
            found.add(f"python3Packages.{path}" if kind == "python" and "." not in path else path)
    return sorted(found)


def main() -> int:
    """Print what is lacking, by table."""
    names, known = attributes(), sorted(set(identifiers().values()))
    argv = ["nix-instantiate", "--eval", "--strict", "--json", "-E", EXPRESSION]
    argv += ["--arg", "nixpkgs", sys.argv[1], "--argstr", "names", json.dumps(names)]
    argv += ["--argstr", "known", json.dumps(known)]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True)
    lacking = json.loads(done.stdout)
    for table, listed in lacking.items():
        print(f"{table}: {len(listed)}  {' '.join(listed)}")
    print(f"of {len(names)} attributes and {len(known)} licences")
    return 1 if lacking["attributes"] or lacking["licences"] else 0


if __name__ == "__main__":
    sys.exit(main())
