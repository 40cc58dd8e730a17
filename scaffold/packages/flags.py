"""The flags of the questions of ``nxc-scaffold package``; loaded by the parser, so light."""

from __future__ import annotations

from scaffold.asking.flag import Flag

FLAGS = (
    Flag(
        "from",
        "--from",
        "DIR|URL",
        "The source: a folder, a repository (GitHub, GitLab, Codeberg, SourceHut, git), an "
        "archive, or pypi:NAME, crates:NAME, gem:NAME.",
    ),
    Flag("builder", "--builder", "BUILDER", "How it is built (see `list builders`)."),
    Flag(
        "version", "--version", "VERSION", "The version; that of the newest release tag if known."
    ),
    Flag(
        "source",
        "--source",
        "URL",
        "Where the package fetches its source, when --from is a folder.",
    ),
    Flag("ref", "--ref", "REF", "The tag or commit that is fetched."),
    Flag("hash", "--hash", "HASH", "The hash of the source (sha256-…)."),
    Flag("description", "--description", "TEXT", "One line, without an article and a full stop."),
    Flag("homepage", "--homepage", "URL", "The homepage; that of the repository unless told."),
    Flag(
        "licence",
        "--licence",
        "SPDX",
        'The licence, such as MIT or "MIT OR Apache-2.0"; of several flags, all apply.',
        True,
    ),
    Flag("main_program", "--main-program", "NAME", "The program that `nix run` starts; or none."),
    Flag(
        "dependencies",
        "--dependency",
        "ATTR",
        "A further dependency, of nixpkgs or of the repository itself.",
        True,
    ),
    Flag(
        "build_dependencies",
        "--build-dependency",
        "ATTR",
        "A further program that runs at build time.",
        True,
    ),
    Flag("tests", "--tests", "yes|no", "Whether the build runs the tests."),
    Flag("maintainers", "--maintainer", "NAME", "An attribute of lib.maintainers.", True),
    Flag("platforms", "--platforms", "linux|unix|darwin|all", "Where it can be built."),
    Flag("file", "--file", "PATH", "Where the package's file goes; asked for in a plain flake."),
)
#: What the answers are called where there is little room, 12 columns at most.
LABELS = {
    "name": "name",
    "from": "source",
    "builder": "builder",
    "version": "version",
    "source": "source",
    "ref": "tag, commit",
    "hash": "hash",
    "description": "description",
    "homepage": "homepage",
    "licence": "licence",
    "main_program": "program",
    "dependencies": "inputs",
    "build_dependencies": "programs",
    "tests": "tests",
    "maintainers": "maintainers",
    "platforms": "platforms",
    "file": "file",
}
