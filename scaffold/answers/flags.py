"""What each question is called on the command line: the part of a question that ``--help`` needs.

Kept apart from ``scaffold.answers.questions`` so that the parser does not load the catalogue's
code.
"""

from __future__ import annotations

from scaffold.asking.flag import Flag

FLAGS = (
    Flag("name", "--name", "NAME", "Name of the composition; that of DIR unless told otherwise."),
    Flag("description", "--description", "TEXT", "One line for flake.nix and the README."),
    Flag(
        "roles",
        "--role",
        "NAME[:COUNT][=PART,…]",
        "A kind of machine, how many of it, and the parts it runs. Changes that role of the stack, "
        "or adds it.",
        repeatable=True,
    ),
    Flag(
        "options",
        "--set",
        "KEY=VALUE",
        "Any key of the answers file, such as nfs.server.export=/data or roles.node.count=4.",
        repeatable=True,
    ),
    Flag("flavours", "--flavour", "FLAVOUR", "How the hosts are built and started.", True),
    Flag(
        "default_flavour",
        "--default-flavour",
        "FLAVOUR",
        "What nxc builds when no flavour is named; the first flavour unless told otherwise.",
    ),
    Flag("release", "--release", "RELEASE", "Which versions of the inputs go together."),
    Flag(
        "pins",
        "--pin",
        "INPUT=REF",
        "A branch, tag or revision of one input, in place of the release's.",
        repeatable=True,
    ),
    Flag(
        "packages_from",
        "--package-from",
        "NAME=DIR|URL",
        "A package that nixpkgs lacks, made from its source; roles then name it as any other.",
        repeatable=True,
    ),
    Flag("extras", "--extra", "EXTRA", "Optional files: justfile, ci, setup; or none.", True),
    Flag(
        "kept",
        "--kept",
        "PATH",
        "A file that is yours alone: it is never written, merged or deleted; or none.",
        repeatable=True,
    ),
    Flag(
        "variants",
        "--variant",
        "NAME:KEY=VALUE",
        "What `nxc build --setup NAME` changes: a role's count, an input's ref, or the source of a "
        "package, as in large:node=8, next:kapack=master, dev:kapack.oar=github:oar-team/oar3/REV.",
        repeatable=True,
    ),
)
#: What `multi` has in the place of the roles, and of the name of one composition.
COMPOSITIONS = Flag(
    "compositions",
    "--composition",
    "NAME[=STACK]",
    "A composition and the stack that it is made of; give two or more.",
    repeatable=True,
)
PROJECT = Flag("name", "--name", "NAME", "Name of the project; that of DIR unless told otherwise.")
