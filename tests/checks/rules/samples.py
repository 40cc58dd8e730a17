"""Texts of flakes, lock files, compositions and packages that tests of rules begin with."""

import json

from tests.survey.projects import FLAKE

#: A day of April 2022, as a lock file writes it.
OLD = "1650000000"
ROLE = "roles.web = { ... }: { };"


def lock(date_of_nxc="1753000000", **nodes):
    """Return a lock file whose nxc is of a day, with its nixpkgs following that of the flake."""
    document = {
        "nodes": {
            "nixpkgs": {"locked": {"type": "github", "owner": "NixOS", "repo": "nixpkgs"}},
            "nxc": {
                "inputs": {"nixpkgs": ["nixpkgs"]},
                "locked": {"type": "git", "url": "x", "lastModified": int(date_of_nxc)},
            },
            "root": {"inputs": {"nixpkgs": "nixpkgs", "nxc": "nxc"}},
            **nodes,
        },
        "root": "root",
        "version": 7,
    }
    return {"flake.lock": json.dumps(document, indent=2)}


def changed(*pairs):
    """Return the flake of the small project with texts replaced."""
    text = FLAKE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def release(name, *pairs):
    """Return the flake with another release of nixpkgs."""
    return changed(("nixos-25.05", f"nixos-{name}"), *pairs)


def kapack(ref):
    """Return the flake with a branch of kapack."""
    line = f'    kapack.url = "github:oar-team/nur-kapack/{ref}";\n    nxc.url'
    return changed(("    nxc.url", line), ("nxc }", "nxc, kapack }"))


def composition(inside, before=""):
    """Return a composition; what is inside begins on its third line."""
    return f"{{ pkgs, lib, nur, ... }}:\n{before}{{\n{inside}\n}}\n"


def role(inside):
    """Return a composition with one role; what is inside begins on its fourth line."""
    return composition(f"roles.web = {{ ... }}: {{\n{inside}\n}};")


def script(*lines):
    """Return a composition with one role and a test script, which begins on its fifth line."""
    body = "\n".join(f"    {line}" for line in lines)
    return composition(f"{ROLE}\n  testScript = ''\n{body}\n  '';")


# --- packages ------------------------------------------------------------------------------------

LIST = "{ pkgs ? import <nixpkgs> { } }: { a = pkgs.callPackage ./pkgs/a { }; }\n"
SOURCE = 'src = fetchurl { url = "https://x.org/a"; hash = "sha256-b"; };'
META = 'meta = { description = "a"; license = lib.licenses.mit; };'
#: What makes a Python package of :func:`package`.
PYTHON = {"builder": "python3Packages.buildPythonPackage", "head": "lib, python3Packages, fetchurl"}


def package(inside, builder="stdenv.mkDerivation", head="lib, stdenv, fetchurl"):
    """Return a package expression; what is inside begins on its third line."""
    return f"{{ {head} }}:\n{builder} {{\n{inside}\n}}\n"
