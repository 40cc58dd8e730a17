"""Compilers and libraries that come as one: what a build needs for a language or for MPI.

What the compiler of ``stdenv`` brings along (C, C++, OpenMP, threads) needs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scaffold.packages.detect.project import Need

PKG_CONFIG = Need("pkg-config", "tools", "native")
#: By the name that CMake and Meson give a language, in small letters.
_LANGUAGES: dict[str, tuple[Need, ...]] = {
    "fortran": (Need("gfortran", "tools", "native"),),
    "cuda": (Need("nvcc", "tools", "native"), Need("cudart", "cuda")),
    "hip": (Need("hip", "cuda"),),
    "vala": (Need("vala", "tools", "native"),),
    "cython": (Need("cython", "tools", "native"),),
    "rust": (Need("rustc", "tools", "native"), Need("cargo", "tools", "native")),
    "d": (Need("ldc", "tools", "native"),),
    "java": (Need("jdk", "tools", "native"),),
    "cs": (Need("mono", "tools", "native"),),
    "swift": (Need("swift", "tools", "native"),),
    "asm_nasm": (Need("nasm", "tools", "native"),),
    "nasm": (Need("nasm", "tools", "native"),),
}
#: Libraries that every C library has, or the compiler.
_NAMES_OF_SYSTEM_LIBRARIES = """
    anl atomic c crypt dl gcc gfortran gomp m nsl pthread quadmath resolv rt socket stdc++
    stdc++fs util
"""
SYSTEM_LIBRARIES = frozenset(_NAMES_OF_SYSTEM_LIBRARIES.split())
#: Compilers by the command that a build calls.
_COMMANDS = {
    "gfortran": "fortran",
    "f77": "fortran",
    "f95": "fortran",
    "ifort": "fortran",
    "nvcc": "cuda",
    "valac": "vala",
    "nasm": "nasm",
    "javac": "java",
    "ldc2": "d",
    "rustc": "rust",
    "cargo": "rust",
}
_MPI_COMMANDS = r"mpi(?:cc|gcc|cxx|c\+\+|g\+\+|CC|i?ic[cx]|i?icp[cx]|f77|f90|f08|i?ifort|ifx|fort)"


def mpi(*, optional: bool = False) -> Iterator[Need]:
    """Yield MPI twice: its compilers run at build time, its libraries are linked."""
    yield Need("mpi", "tools", "native", optional)
    yield Need("mpi", "library", "build", optional)


def of_languages(names: Iterable[str], *, optional: bool = False) -> Iterator[Need]:
    """Yield what the languages of a project need, by CMake's or Meson's names."""
    for name in names:
        for need in _LANGUAGES.get(name.lower(), ()):
            yield Need(need.name, need.kind, need.role, optional)


def of_commands(text: str) -> Iterator[Need]:
    """Yield the compilers whose commands a Makefile names."""
    if re.search(rf"(?<![\w.-]){_MPI_COMMANDS}(?![\w-])", text):
        yield from mpi()
    for command, language in _COMMANDS.items():
        if re.search(rf"(?<![\w.$-]){command}(?![\w-])", text):
            yield from of_languages([language])
