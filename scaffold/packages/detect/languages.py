"""Projects of Go, Node and Ruby, read from their manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.packages.detect.compilers import PKG_CONFIG, SYSTEM_LIBRARIES
from scaffold.packages.detect.facts import Folder, table, text_of
from scaffold.packages.detect.project import (
    BuilderValues,
    Need,
    Project,
    first,
    main_of,
    only,
    without_comments,
)
from scaffold.packages.update.gemset import gemset


def go(folder: Folder) -> Project:
    """Read go.mod; the program is certain when the root is the one main package."""
    text = folder.text("go.mod")
    module = first(r"^module\s+(\S+)", text).strip('"')
    parts = [p for p in module.split("/") if not re.fullmatch(r"v\d+", p)]
    mains = [f for f in folder.names() if f.endswith(".go") and not f.endswith("_test.go")]
    is_main = any(re.search(r"^package main\b", folder.text(f), re.MULTILINE) for f in mains)
    commands = {
        match[1] for f in folder.walk() if (match := re.fullmatch(r"cmd/([^/]+)/[^/]+\.go", f))
    }
    last = parts[-1] if parts else ""
    program = last if is_main and "cmd/" not in folder.names() else main_of(commands, last)
    requires = re.search(r"^require\b", text, re.MULTILINE) is not None
    vendored = "vendor/" in folder.names()
    return Project(
        file="go.mod",
        name=last,
        homepage=f"https://{'/'.join(module.split('/')[:3])}" if "." in module else "",
        program=program if is_main or "cmd/" in folder.names() else "",
        tests=True,
        needs=tuple(_cgo(folder)),
        extra={"vendor_hash": "null" if vendored or not requires else ""},
    )


def _cgo(folder: Folder) -> Iterator[Need]:
    """Yield the libraries that files of the project itself link by cgo."""
    for file in (f for f in folder.walk() if f.endswith(".go") and not f.endswith("_test.go")):
        text = folder.text(file)
        if 'import "C"' not in text:
            continue
        lines = re.findall(r"#cgo(?:\s+linux)?\s+(pkg-config|LDFLAGS):\s*(.*)", text)
        for kind, words in lines:
            if kind == "pkg-config":
                yield PKG_CONFIG
                for name in re.findall(r"(?<![\w-])[A-Za-z][\w.+-]*", words):
                    yield Need(name, "pkg-config")
            else:
                for name in re.findall(r"(?<![\w-])-l([A-Za-z][\w+.-]*)", words):
                    if name not in SYSTEM_LIBRARIES:
                        yield Need(name, "library")


def node(folder: Folder) -> Project:
    """Read package.json."""
    document = folder.json("package.json")
    binaries: object = document.get("bin")
    name = text_of(document.get("name"))
    program = name.rpartition("/")[2] if isinstance(binaries, str) else main_of(binaries, name)
    licence = document.get("license")
    repository = document.get("repository")
    url = repository.get("url") if isinstance(repository, dict) else repository
    scripts = table(document, "scripts")
    return Project(
        file="package.json",
        name=name,
        version=text_of(document.get("version")),
        description=text_of(document.get("description")),
        homepage=text_of(document.get("homepage")) or _address(text_of(url)),
        licence=text_of(licence.get("type") if isinstance(licence, dict) else licence),
        program=program,
        tests=False,
        filler=licence == "ISC",  # npm init writes it
        extra={
            "build": "build" in scripts,
            "lock": bool(folder.text("package-lock.json") or folder.text("npm-shrinkwrap.json")),
            "other_lock": only({"pnpm-lock.yaml", "yarn.lock"} & set(folder.names())),
        },
    )


def _address(url: str) -> str:
    """Return a repository address of package.json as a page: ``git+https://…​.git``, ``a/b``."""
    if re.fullmatch(r"(github:)?[\w.-]+/[\w.-]+", url):
        return f"https://github.com/{url.removeprefix('github:')}"
    match = re.fullmatch(r"(?:git\+|git:)?(?:https?:)?//(.+?)(?:\.git)?", url)
    return f"https://{match[1]}" if match else ""


def ruby(folder: Folder) -> Project:
    """Read the gemspec, when there is one, as text: it is a program and is not run."""
    specs = [n for n in folder.names() if n.endswith(".gemspec")]
    text = without_comments(folder.text(specs[0])) if len(specs) == 1 else ""

    def value(key: str) -> str:
        return first(rf"""\.{key}\s*=\s*(?:%q\w?[{{(\[]|["'])([^"'}}\])]+)""", text)

    listed = re.findall(
        r"\.executables\s*(?:=|<<|\+=)\s*(?:%w\W([^)\]}]*)|\[([^\]]*)\]|([\"'][^\"']+[\"']))", text
    )
    executables = re.findall(r"[\w-]+", " ".join(part for parts in listed for part in parts))
    version = value("version")
    if not version:
        files = [f for f in folder.walk() if f.endswith("version.rb")]
        versions = {first(r"""\bVERSION\s*=\s*["']([^"']+)""", folder.text(f)) for f in files}
        version = only(versions - {""})
    return Project(
        file=specs[0] if specs else "Gemfile",
        name=value("name"),
        version=version,
        description=value("summary") or value("description"),
        homepage=value("homepage"),
        licence=value("license") or first(r"""\.licenses\s*=\s*\[["']([^"']+)["']\]""", text),
        program=main_of(executables, value("name")),
        tests=False,
        needs=tuple(_gems(text)),
        extra=_bundle(folder, bool(specs)),
        doubt="" if specs else _gem_below(folder),
    )


def _gem_below(folder: Folder) -> str:
    """Say which gem lies in a folder of its own: a Gemfile beside it then serves developers."""
    for file in folder.walk():
        if file.endswith(".gemspec") and not re.search(r"(^|/)(tests?|spec|fixtures?)/", file):
            return f"the gem is {file}"
    return ""


def _gems(text: str) -> Iterator[Need]:
    """Yield what a gemspec needs to run."""
    pattern = r"""\.add_(?:runtime_)?dependency[\s(]+["']([\w.-]+)["']"""
    for name in dict.fromkeys(re.findall(pattern, text)):
        yield Need(name, "gem", "propagated")


def _bundle(folder: Folder, is_gem: bool) -> BuilderValues:
    """Return what the template needs: a bundle where the gems are locked, else the gem alone."""
    lock, gemfile = folder.text("Gemfile.lock"), folder.text("Gemfile")
    if not (lock and gemfile) or (is_gem and re.search(r"^PATH\n", lock, re.MULTILINE)):
        return {"arguments": ["buildRubyGem"], "self": "rec", "files": {}, "gem": is_gem}
    files = {"Gemfile": gemfile, "Gemfile.lock": lock, "gemset.nix": gemset(lock)}
    return {"arguments": ["bundlerEnv", "stdenv"], "self": "finalAttrs", "files": files}
