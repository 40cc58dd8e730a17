"""Rust projects: Cargo.toml, and the libraries that crates of Cargo.lock link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scaffold.packages.detect.cargo import Crate, crates_taken
from scaffold.packages.detect.compilers import PKG_CONFIG
from scaffold.packages.detect.facts import Folder, table, text_of
from scaffold.packages.detect.project import Need, Project, main_of

#: Crates that link against a library of the system, and the pkg-config name of it.
_NATIVE_CRATES = {
    "openssl-sys": "openssl",
    "libgit2-sys": "libgit2",
    "alsa-sys": "alsa",
    "libdbus-sys": "dbus-1",
    "libudev-sys": "libudev",
    "libsqlite3-sys": "sqlite3",
    "fontconfig-sys": "fontconfig",
    "yeslogic-fontconfig-sys": "fontconfig",
}
#: Of these, those that compile a copy of their own where pkg-config does not know the library.
_HAS_A_COPY = frozenset({"libgit2-sys"})
#: Crates that end in -sys and link nothing that is not there: bindings of the C library, of the
#: web, or of other systems, and those that compile the source they bring along.
_HARMLESS_CRATES = re.compile(
    r"(windows|linux-raw|js|web|core-foundation|security-framework|coreaudio|iana-time-zone|fsevent"
    r"|winapi|mach|objc|libc|cc|ittapi|onig|libz-ng|libz|zstd-safe|zstd|lzma|bzip2|libbz2-rs|netlink"
    r"|tikv-jemalloc|jemalloc|libmimalloc|mimalloc|psm|ring|schannel|inotify|kqueue|nu-ansi|wasm\w*"
    r"|system-configuration|libssh2|dirs|libfuzzer|nvml-wrapper"
    r"|android\w*|ndk|jni|metal|cocoa|io-kit|iokit|mac-notification|libproc|redox\w*|wasi\w*)-sys"
)
#: Crates whose build script calls a program that has to be there.
_CALLERS = frozenset({"cmake", "bindgen", "autotools", "prost-build", "protobuf-src"})


def read_project(folder: Folder) -> Project:
    """Read Cargo.toml; a workspace is named by its one package, when it has one."""
    document = folder.toml("Cargo.toml")
    shared = table(document, "workspace", "package")
    package = table(document, "package")

    def value(key: str) -> str:
        said = package.get(key)
        inherited = isinstance(said, dict) and said.get("workspace") is True
        return text_of(shared.get(key) if inherited or said is None else said)

    listed = document.get("bin")
    binaries = listed if isinstance(listed, list) else []
    programs = {text_of(b.get("name")) for b in binaries if isinstance(b, dict)}
    if folder.has("src/main.rs") and not programs:
        programs = {value("name")}
    crates = crates_taken(folder, value("name"))
    return Project(
        file="Cargo.toml",
        name=value("name"),
        version=value("version"),
        description=value("description"),
        homepage=value("homepage") or value("repository"),
        licence=value("license").replace("/", " OR "),
        program=main_of(programs - {""}, value("name")),
        tests=True,
        needs=tuple(_needs(crates)),
        extra={"lock": bool(folder.text("Cargo.lock"))},
        unread=tuple(_strange_crates(crates)),
    )


def _needs(crates: Mapping[str, Crate]) -> Iterator[Need]:
    """Yield the libraries that crates link, unless the crate compiles its own copy."""
    for name in sorted(crates.keys() & _NATIVE_CRATES.keys()):
        crate = crates[name]
        if f"{name.removesuffix('-sys')}-src" in crates or _is_bundled(crate):
            continue
        optional = crate.taken == "perhaps" or name in _HAS_A_COPY or "dlib" in crate.dependencies
        if not optional:
            yield PKG_CONFIG
        yield Need(_NATIVE_CRATES[name], "pkg-config", "build", optional=optional)


def _is_bundled(crate: Crate) -> bool:
    """Say whether a crate was locked with the compiler that its feature ``bundled`` takes."""
    return crate.name in ("libsqlite3-sys", "libdbus-sys") and "cc" in crate.dependencies


def _strange_crates(crates: Mapping[str, Crate]) -> Iterator[str]:
    """Yield in words the crates that may need a library or a program that nobody named."""
    for name in sorted(crates.keys() - _NATIVE_CRATES.keys()):
        if name.endswith("-sys") and not _HARMLESS_CRATES.fullmatch(name):
            yield f"the crate {name}, which links a library,"
        elif name in _CALLERS:
            yield f"the crate {name}, which calls a program,"
