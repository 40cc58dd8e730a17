"""Rust: which libraries the usual build of a project on Linux links."""

from pathlib import Path

import pytest

from scaffold.packages.detect import rust
from scaffold.packages.detect.cargo import _on_linux
from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import Project

PACKAGE = '[package]\nname = "harp"\nversion = "1.0.0"\n'


def lock(**crates: str) -> str:
    """Write a lock file: each crate with those that it depends on; harp is the project's own."""
    text = ""
    for key, depends in crates.items():
        name = key.replace("_", "-")
        listed = ", ".join(f'"{d}"' for d in depends.split())
        source = "" if name.startswith("harp") else 'source = "registry"\n'
        text += f'[[package]]\nname = "{name}"\nversion = "1.0.0"\n{source}'
        text += f"dependencies = [{listed}]\n\n"
    return text


def read(path: Path, manifest: str, locked: str) -> Project:
    (path / "Cargo.toml").write_text(PACKAGE + manifest)
    (path / "Cargo.lock").write_text(locked)
    return rust.read_project(Folder(path))


def libraries(project: Project) -> dict[str, bool]:
    """Return the libraries, and whether each is optional."""
    return {n.name: n.optional for n in project.needs if n.kind == "pkg-config"}


def test_crates_that_may_need_something_are_told(tmp_path: Path) -> None:
    depends = "openssl-sys tune-sys windows-sys bindgen serde"
    locked = lock(harp=depends, **{d.replace("-", "_"): "" for d in depends.split()})
    names = "\n".join(f'{d} = "1"' for d in depends.split())
    project = read(tmp_path, f"[dependencies]\n{names}\n", locked)
    assert project.unread == (
        "the crate bindgen, which calls a program,",
        "the crate tune-sys, which links a library,",
    )


@pytest.mark.parametrize(
    ("manifest", "found"),
    [
        ('[dependencies]\nweb = "1"\n', {"openssl": False}),
        ('[target."cfg(windows)".dependencies]\nweb = "1"\n', {}),
        ('[target."cfg(unix)".dependencies]\nweb = "1"\n', {"openssl": False}),
        ('[target."cfg(tuned)".dependencies]\nweb = "1"\n', {"openssl": True}),
        ('[dependencies]\nweb = { version = "1", optional = true }\n', {"openssl": True}),
        (
            '[dependencies]\nweb = { version = "1", optional = true }\n'
            '[features]\ndefault = ["net"]\nnet = ["dep:web"]\n',
            {"openssl": False},
        ),
        ('[dependencies]\nweb = "1"\n[features]\ntls = ["web/tls"]\n', {"openssl": True}),
        (
            '[dependencies]\nweb = "1"\n[features]\ndefault = ["tls"]\ntls = ["web/tls"]\n',
            {"openssl": False},
        ),
        ('[dependencies]\nspider = { package = "web", version = "1" }\n', {"openssl": False}),
    ],
)
def test_a_library_is_needed_where_the_usual_build_takes_the_crate(
    manifest: str, found: dict[str, bool], tmp_path: Path
) -> None:
    locked = lock(harp="web", web="openssl-sys", openssl_sys="")
    assert libraries(read(tmp_path, manifest, locked)) == found


def test_features_are_followed_through_the_packages_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "strings").mkdir()
    (tmp_path / "strings/Cargo.toml").write_text(
        '[package]\nname = "harp-strings"\n[features]\ntls = ["dep:web"]\nold = ["web/old"]\n'
        '[dependencies]\nweb = { version = "1", optional = true }\n'
    )
    manifest = '[dependencies]\nharp-strings = { path = "strings"FEATURES }\n'
    locked = lock(harp="harp-strings", harp_strings="web", web="alsa-sys", alsa_sys="")
    without = read(tmp_path, manifest.replace("FEATURES", ""), locked)
    assert libraries(without) == {"alsa": True}
    (tmp_path / "strings/Cargo.toml").write_text(
        '[package]\nname = "harp-strings"\n[features]\ntls = ["dep:web"]\n'
        '[dependencies]\nweb = { version = "1", optional = true }\n'
    )
    with_it = read(tmp_path, manifest.replace("FEATURES", ', features = ["tls"]'), locked)
    assert libraries(with_it) == {"alsa": False}


def test_a_crate_that_compiles_its_own_copy_needs_no_library(tmp_path: Path) -> None:
    locked = lock(
        harp="openssl-sys libsqlite3-sys zstd-sys libgit2-sys",
        openssl_sys="openssl-src",
        openssl_src="",
        libsqlite3_sys="cc pkg-config",
        zstd_sys="cc",
        libgit2_sys="cc",
        cc="",
        pkg_config="",
    )
    names = ("openssl-sys", "libsqlite3-sys", "zstd-sys", "libgit2-sys")
    manifest = "[dependencies]\n" + "".join(f'{n} = "1"\n' for n in names)
    assert libraries(read(tmp_path, manifest, locked)) == {"libgit2": True}


@pytest.mark.parametrize(
    ("system", "taken"),
    [
        ("cfg(windows)", "no"),
        ("x86_64-pc-windows-msvc", "no"),
        ("x86_64-unknown-linux-gnu", "yes"),
        ('cfg(any(windows, target_os = "macos"))', "no"),
        ('cfg(any(target_os = "android", target_os = "linux"))', "yes"),
        ("cfg(not(windows))", "yes"),
        ('cfg(not(any(target_os = "windows", target_os = "macos")))', "yes"),
        ('cfg(not(target_arch = "wasm32"))', "yes"),
        ('cfg(all(unix, not(target_os = "macos")))', "perhaps"),
        ('cfg(not(target_os = "linux"))', "perhaps"),
        ("cfg(any())", "perhaps"),
    ],
)
def test_systems_that_are_no_linux(system: str, taken: str) -> None:
    assert _on_linux(system) == taken
