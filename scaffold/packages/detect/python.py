"""Python projects: PEP 621 tables, Poetry's and Flit's own, and setup.cfg; setup.py is not run."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.packages.detect import make, meson
from scaffold.packages.detect.facts import Folder, table, text_of
from scaffold.packages.detect.project import Need, Project, main_of
from scaffold.packages.detect.requirements import normalised, of_poetry, required

#: The backend's module (PEP 517) and the package that has it.
BACKENDS = {
    "setuptools.build_meta": "setuptools",
    "setuptools.build_meta:__legacy__": "setuptools",
    "hatchling.build": "hatchling",
    "flit_core.buildapi": "flit-core",
    "flit.buildapi": "flit-core",
    "poetry.core.masonry.api": "poetry-core",
    "poetry.masonry.api": "poetry-core",
    "pdm.backend": "pdm-backend",
    "mesonpy": "meson-python",
    "scikit_build_core.build": "scikit-build-core",
    "maturin": "maturin",
    "uv_build": "uv-build",
    "jupyter_packaging.build_api": "jupyter-packaging",
}


#: What PyPI has too, and nixpkgs as programs that are no Python packages.
_TOOLS = ("cmake", "ninja")


def read_project(folder: Folder) -> Project:
    """Read what the project says; a setup.py is read only for literal arguments."""
    document = folder.toml("pyproject.toml")
    project, poetry = table(document, "project"), table(document, "tool", "poetry")
    needs = [*_backend(folder, document), *_dependencies(project, poetry), *_tests(folder)]
    old = _setup(folder)
    scripts = table(project, "scripts") or table(poetry, "scripts") or old.scripts
    urls = {k.lower(): v for k, v in table(project, "urls").items()}
    version = text_of(project.get("version")) or text_of(poetry.get("version")) or old.version
    if not version:
        version = _dynamic_version(folder, document)
    name = text_of(project.get("name")) or text_of(poetry.get("name")) or old.name
    if not (project or poetry):
        needs += [Need(n, "python", "propagated") for n in old.requires]
    return Project(
        file="pyproject.toml" if document else old.file,
        name=name,
        version="" if version.startswith("0.0.0") else version,
        description=text_of(project.get("description"))
        or text_of(poetry.get("description"))
        or old.description,
        homepage=text_of(
            urls.get("homepage") or urls.get("home") or urls.get("source") or urls.get("repository")
        )
        or text_of(poetry.get("homepage"))
        or old.url,
        licence=_licence(project) or text_of(poetry.get("license")) or old.licence,
        program=main_of(scripts, name),
        tests=any(n.role == "check" for n in needs),
        needs=tuple(needs),
        extra={
            "library": not scripts,
            "module": _module(folder, project),
            "cmake": _runs_cmake(document),
            "cargo": any(n.name.endswith("cargoSetupHook") for n in needs),
        },
        unread=tuple(_not_read(folder, bool(project or poetry), old)),
        accounts_for=_files_run_by_backend(folder, document, name),
        doubt="the Makefile compiles too" if make.compiles(folder) else "",
    )


def _requires(document: dict[str, object]) -> list[str]:
    listed = table(document, "build-system").get("requires")
    return [n for r in listed if (n := required(str(r)))] if isinstance(listed, list) else []


def _runs_cmake(document: dict[str, object]) -> bool:
    return bool({"scikit-build-core", "scikit-build", "py-build-cmake"} & set(_requires(document)))


def _not_read(folder: Folder, declared: bool, old: _Setup) -> Iterator[str]:
    """Say what a setup.py computes, and that it compiles: both may need what nobody named."""
    text = folder.text("setup.py")
    if re.search(r"\binstall_requires\s*=", text) and not (declared or old.requires):
        yield "install_requires of setup.py"
    if re.search(r"\bext_modules\s*=|\bExtension\s*\(", text):
        yield "the extension modules of setup.py"


def _files_run_by_backend(
    folder: Folder, document: dict[str, object], name: str
) -> tuple[str, ...]:
    """Return build files that the backend runs itself, where they say that they make modules.

    A Meson project of another name is a library or a program that has bindings.
    """
    cmake = r"(?i)\b(nanobind_add_module|pybind11_add_module|python3?_add_library)\b|\bSKBUILD_"
    modules = r"\.extension_module\s*\(|\bimport\s*\(\s*'python'"
    below = [f for f in folder.walk(deepest=2) if f.endswith("meson.build")]
    if _runs_cmake(document) and re.search(cmake, folder.text("CMakeLists.txt")):
        return ("CMakeLists.txt",)
    project = meson.read_project(folder).name
    if (
        "meson-python" in _requires(document)
        and normalised(project) == normalised(name)
        and any(re.search(modules, folder.text(f)) for f in below)
    ):
        return ("meson.build",)
    return ()


def _licence(project: dict[str, object]) -> str:
    value = project.get("license")
    if isinstance(value, dict):
        value = value.get("text")
    text = text_of(value)
    if text and len(text) < 60:
        return text
    return ""


def _backend(folder: Folder, document: dict[str, object]) -> Iterator[Need]:
    """Yield the real build backend and what else building needs (PEP 518)."""
    system = table(document, "build-system")
    backend = text_of(system.get("build-backend")) or "setuptools.build_meta:__legacy__"
    named = BACKENDS.get(backend)
    if system.get("backend-path"):
        named = None  # the project builds itself
    if named:
        yield Need(named, "python", "backend")
    required = _requires(document)
    for name in required:
        if name and name not in (named, "wheel", *_TOOLS):
            yield Need(name, "python", "backend")
    for tool in _TOOLS:
        if tool in required or _runs_cmake(document):
            yield Need(tool, "tools", "native")
    rust = {"maturin", "setuptools-rust"} & {*required, named}
    if rust and folder.text("Cargo.lock"):
        yield Need("rustPlatform.cargoSetupHook", "tools", "native")
        if "setuptools-rust" in rust:
            yield Need("cargo", "tools", "native")
            yield Need("rustc", "tools", "native")


def _dependencies(project: dict[str, object], poetry: dict[str, object]) -> Iterator[Need]:
    listed = project.get("dependencies")
    names = [required(str(r)) for r in listed] if isinstance(listed, list) else []
    for name in [*names, *of_poetry(table(poetry, "dependencies"))]:
        if name:
            yield Need(name, "python", "propagated")


def _tests(folder: Folder) -> Iterator[Need]:
    """Yield pytest where the project uses it: only then it is certain how tests are run."""
    names = folder.names()
    has_tests = any(name in names for name in ("tests/", "test/"))
    text = folder.text("pyproject.toml") + folder.text("setup.cfg") + folder.text("tox.ini")
    if has_tests and re.search(r"\bpytest\b", text):
        yield Need("pytest", "python", "check")


def _dynamic_version(folder: Folder, document: dict[str, object]) -> str:
    """Return the version that hatchling, flit or setuptools read from a module's text."""
    path = text_of(table(document, "tool", "hatch", "version").get("path"))
    files = [path] if path else []
    project = table(document, "project")
    for name in {text_of(project.get("name")), text_of(project.get("name")).replace("-", "_")}:
        files += [f"{name}/__init__.py", f"src/{name}/__init__.py", f"{name}/_version.py"]
    for file in files:
        match = re.search(r"""(?m)^__version__\s*=\s*["']([^"']+)["']""", folder.text(file))
        if match:
            return match[1]
    return ""


def _module(folder: Folder, project: dict[str, object]) -> str:
    """Return the module to import as a test, when its folder or file is there."""
    name = text_of(project.get("name")).replace("-", "_").lower()
    files = (f"{name}/__init__.py", f"src/{name}/__init__.py", f"{name}.py", f"src/{name}.py")
    return name if name and any(folder.has(f) for f in files) else ""


@dataclass(frozen=True)
class _Setup:
    """What setup.cfg or setup.py says; ``scripts`` are the programs by name."""

    file: str
    name: str
    version: str
    description: str
    url: str
    licence: str
    requires: list[str]
    scripts: dict[str, str]


def _setup(folder: Folder) -> _Setup:
    """Return what setup.cfg and the literal arguments of setup.py say."""
    config = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        config.read_string(folder.text("setup.cfg"))
    except configparser.Error:
        config = configparser.ConfigParser(interpolation=None)
    found: dict[str, object] = dict(_setup_arguments(folder.text("setup.py")))
    cfg = dict(config["metadata"]) if config.has_section("metadata") else {}
    requires = config.get("options", "install_requires", fallback="").split("\n")
    scripts = config.get("options.entry_points", "console_scripts", fallback="").split("\n")

    def one(key: str) -> str:
        value = text_of(cfg.get(key)) or text_of(found.get(key))
        return "" if value.startswith(("attr:", "file:")) else value

    given = found.get("install_requires")
    listed = [r for r in requires if r.strip()] or (given if isinstance(given, list) else [])
    points = found.get("entry_points")
    named = points.get("console_scripts") if isinstance(points, dict) else None
    if isinstance(named, (list, tuple)):
        scripts = [str(s) for s in named] or scripts
    return _Setup(
        file="setup.cfg" if cfg else "setup.py",
        name=one("name"),
        version=one("version"),
        description=one("description"),
        url=one("url"),
        licence=one("license"),
        requires=[name for r in listed if isinstance(r, str) and (name := required(r))],
        scripts={s.partition("=")[0].strip(): s for s in scripts if "=" in s},
    )


def _setup_arguments(text: str) -> Iterator[tuple[str, object]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        name = node.func if isinstance(node, ast.Call) else None
        called = getattr(name, "id", None) or getattr(name, "attr", None)
        if isinstance(node, ast.Call) and called == "setup":
            for keyword in node.keywords:
                try:
                    yield str(keyword.arg), ast.literal_eval(keyword.value)
                except (ValueError, TypeError, RecursionError):
                    continue
