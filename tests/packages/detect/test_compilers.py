"""Compilers, MPI, a project's own macros, and programs that a build calls."""

from pathlib import Path

import pytest

from scaffold.packages.builders import load_builders
from scaffold.packages.detect.needs import Inputs, inputs
from scaffold.packages.detect.source import detect

BUILDERS = load_builders()
Files = dict[str, str]


def facts_of(folder: Path, files: Files, builder: str) -> tuple[Inputs, str]:
    """Return the inputs of a source, and what was not understood."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    facts = detect(folder, BUILDERS, builder)
    return inputs(facts.needs), " ".join(facts.unread)


CMAKE = [
    ("project(x LANGUAGES C Fortran)", "native", "gfortran"),
    ("project(x C CUDA)", "native", "cudaPackages.cuda_nvcc"),
    ("project(x VERSION 1 LANGUAGES CUDA)", "build", "cudaPackages.cuda_cudart"),
    ("project(x)\nenable_language(Fortran)", "native", "gfortran"),
    ("project(x)\nfind_package(MPI REQUIRED)", "native", "mpi"),
    ("project(x)\nfind_package(MPI REQUIRED)", "build", "mpi"),
    ("project(x)\nif(WITH_MPI)\nfind_package(MPI REQUIRED)\nendif()", "optional", "mpi"),
    ("project(x)\nfind_package(Curses REQUIRED)", "build", "ncurses"),
    ("project(x)\nfind_package(Qt6 REQUIRED COMPONENTS Core)", "build", "qt6Packages.qtbase"),
    ("project(x)\nfind_package(Qt6 REQUIRED COMPONENTS Pdf)", "unknown", "Qt6Pdf (cmake)"),
    ("project(x)\nfind_library(Z NAMES z)", "optional", "zlib"),
    ("project(x)\nfind_library(Z NAMES z REQUIRED)", "build", "zlib"),
]


@pytest.mark.parametrize(("text", "role", "name"), CMAKE)
def test_cmake(text: str, role: str, name: str, tmp_path: Path) -> None:
    found, _ = facts_of(tmp_path, {"CMakeLists.txt": text}, "cmake")
    assert name in getattr(found, role)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("find_package(${NAME})", "find_package(${NAME}) of CMakeLists.txt"),
        ("find_program(GEN frobnicate)", "the program frobnicate of CMakeLists.txt"),
        ("FetchContent_Declare(zither GIT_TAG x)", "zither, which CMake would fetch,"),
        ("CPMAddPackage(NAME zither GIT_TAG x)", "zither, which CMake would fetch,"),
        ("find_package(OpenMP REQUIRED)", ""),
    ],
)
def test_what_cmake_asks_for_and_nobody_understands(text: str, told: str, tmp_path: Path) -> None:
    found, unread = facts_of(tmp_path, {"CMakeLists.txt": f"project(x)\n{text}\n"}, "cmake")
    assert unread.startswith(told)
    assert bool(told) == bool(unread)
    assert found.build == ()


def test_cmake_below_the_root(tmp_path: Path) -> None:
    files = {
        "CMakeLists.txt": "project(x)\nadd_subdirectory(src)\n",
        "src/CMakeLists.txt": "find_package(ZLIB REQUIRED)\n",
        "tests/CMakeLists.txt": "find_package(GTest REQUIRED)\n",
    }
    assert facts_of(tmp_path, files, "cmake")[0].build == ("zlib",)


def test_modules_of_the_project_that_cmake_includes(tmp_path: Path) -> None:
    files = {
        "CMakeLists.txt": "project(x)\nINCLUDE(SetupTune)\ninclude(GNUInstallDirs)\n",
        "cmake/SetupTune.cmake": "find_package(MPI REQUIRED)\ninclude(cmake/more.cmake)\n",
        "cmake/more.cmake": "find_package(ZLIB REQUIRED)\n",
        "cmake/other.cmake": "find_package(CURL REQUIRED)\n",
    }
    assert facts_of(tmp_path, files, "cmake")[0].build == ("mpi", "zlib")


AUTOTOOLS = [
    ("AC_PROG_FC", "native", "gfortran"),
    ("AX_PROG_CC_MPI", "native", "mpi"),
    ("CC=mpicc", "build", "mpi"),
    ("AC_CHECK_LIB([z], [inflate], [], [AC_MSG_ERROR([no zlib])])", "build", "zlib"),
    ("AC_CHECK_LIB([z], [inflate], [HAVE_Z=1])", "optional", "zlib"),
    ("AC_SEARCH_LIBS([inflate], [z], [], [AC_MSG_ERROR(no)])", "build", "zlib"),
    (
        'if test "x$z" = xyes; then\nAC_CHECK_LIB(z, inflate, , AC_MSG_ERROR(no))\nfi',
        "optional",
        "zlib",
    ),
    (
        "AC_ARG_WITH([z], [], [AC_CHECK_LIB(z, inflate, , AC_MSG_ERROR(no))])",
        "optional",
        "zlib",
    ),
    ("PKG_CHECK_MODULES([SSL], [libssl >= 1.1.1g])", "build", "openssl"),
    ("PKG_CHECK_MODULES([SSL], [libssl], [ok=1], [ok=0])", "optional", "openssl"),
    ("PKG_CHECK_MODULES([SSL], [libssl], [], [AC_MSG_ERROR([no])])", "build", "openssl"),
    ("AX_WITH_CURSES", "build", "ncurses"),
    ("AX_WITH_CURSES", "native", "autoconf-archive"),
    ("AM_PATH_PYTHON([3.6])", "native", "python3"),
    ("DX_INIT_DOXYGEN([x], [Doxyfile])", "optional", "doxygen"),
    ("PKG_CHECK_MODULES(SSL, libssl >= $SSL_VERSION)", "build", "openssl"),
]


def test_a_version_that_autotools_compares_with_is_no_library(tmp_path: Path) -> None:
    text = "PKG_CHECK_MODULES(HARP, harp-2.0 >= $HARP_VERSION)"
    files = {"configure.ac": f"AC_INIT([x], [1.0])\n{text}\nAC_OUTPUT\n"}
    assert facts_of(tmp_path, files, "autotools")[0].unknown == ("harp-2.0 (pkg-config)",)


def test_headers_of_the_c_library_are_there(tmp_path: Path) -> None:
    asks = "AC_CHECK_HEADERS([{}], [], [AC_MSG_ERROR([no])])\n"
    text = f"AC_INIT([x], [1.0])\n{asks.format('math.h')}{asks.format('harp.h')}"
    _, unread = facts_of(tmp_path, {"configure.ac": text}, "autotools")
    assert unread == "the header harp.h"


def test_a_sign_in_a_string_of_cmake_begins_no_comment(tmp_path: Path) -> None:
    text = (
        "project(x)\nfunction(tune)\n"
        'if(line MATCHES "#define X_(A|B) +([0-9]+)$")\nset(x 1)\nendif()\n'
        "find_package(ZLIB REQUIRED)\nendfunction()\n"
    )
    found, _ = facts_of(tmp_path, {"CMakeLists.txt": text}, "cmake")
    assert (found.build, found.optional) == ((), ("zlib",))


def test_what_a_makefile_links_on_a_condition_is_optional(tmp_path: Path) -> None:
    text = (
        "all: x.c\n\t$(CC) -o x x.c -lz $(LIBS)\n"
        "ifdef CONFIG_HTTP\n  ifeq ($(A),1)\n  endif\nLIBS += -lcurl -lz\nendif\nL = -lxml2\n"
    )
    files = {"Makefile": text, "x.c": "int main(void) { return 0; }"}
    found, _ = facts_of(tmp_path, files, "make")
    assert (found.build, found.optional) == (("libxml2", "zlib"), ("curl",))


@pytest.mark.parametrize(("text", "role", "name"), AUTOTOOLS)
def test_autotools(text: str, role: str, name: str, tmp_path: Path) -> None:
    files = {"configure.ac": f"AC_INIT([x], [1.0])\n{text}\nAC_OUTPUT\n"}
    assert name in getattr(facts_of(tmp_path, files, "autotools")[0], role)


def test_macros_of_the_project_are_read_where_they_are_called(tmp_path: Path) -> None:
    files = {
        "configure.ac": "AC_INIT([x], [1.0])\nX_AC_CRYPTO\nAX_HELP\n",
        "m4/crypto.m4": "AC_DEFUN([X_AC_CRYPTO], [\n"
        "AC_CHECK_LIB([crypto], [EVP_sha1], [], [AC_MSG_ERROR([no crypto])])\n"
        "X_AC_CURSES\n])\n",
        "m4/curses.m4": "AC_DEFUN([X_AC_CURSES], [AC_CHECK_LIB([ncurses], [initscr])])\n",
        "m4/other.m4": "AC_DEFUN([X_AC_OTHER], [AC_CHECK_LIB([z], [i], [], [AC_MSG_ERROR(x)])])\n",
        "m4/ax.m4": "AC_DEFUN([AX_HELP], [AC_MSG_NOTICE([help])])\n",
    }
    found, unread = facts_of(tmp_path, files, "autotools")
    assert (found.build, found.optional, found.native) == (("openssl",), ("ncurses",), ())
    assert unread == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("AC_CHECK_HEADER([tune.h], [], [AC_MSG_ERROR([no])])", "the header tune.h"),
        ("AC_PATH_PROG([TUNE], [tuner])", "the program tuner"),
        ("AX_LIB_TUNE", "AX_LIB_TUNE of configure.ac"),
        ("AC_PATH_PROG([SED], [sed])", ""),
    ],
)
def test_what_configure_asks_for_and_nobody_understands(
    text: str, told: str, tmp_path: Path
) -> None:
    files = {"configure.ac": f"AC_INIT([x], [1.0])\n{text}\n"}
    assert facts_of(tmp_path, files, "autotools")[1] == told


MAKE = [
    ("all:\n\tmpicc -o x x.c\n", "native", "mpi"),
    ("CC = mpicc\n", "build", "mpi"),
    ("x: x.cu\n\tnvcc -o x x.cu\n", "native", "cudaPackages.cuda_nvcc"),
    ("NVCC := ${CUDA}/bin/nvcc\n", "native", "cudaPackages.cuda_nvcc"),
    ("FC = gfortran\n", "native", "gfortran"),
    ("LDLIBS = -lm -lncurses -lcrypto\n", "build", "ncurses"),
    ("LDLIBS = -lm -ltune\n", "unknown", "tune (library)"),
    ("CFLAGS = $(shell pkg-config --cflags libzstd)\n", "build", "zstd"),
    ("y.c: y.y\n\t@bison -o y.c y.y && flex y.l\n", "native", "flex"),
]


@pytest.mark.parametrize(("text", "role", "name"), MAKE)
def test_makefiles(text: str, role: str, name: str, tmp_path: Path) -> None:
    assert name in getattr(facts_of(tmp_path, {"Makefile": text, "x.c": "x"}, "make")[0], role)


def test_programs_of_a_makefile_that_nobody_knows_are_told(tmp_path: Path) -> None:
    text = "x:\n\ttuner x.in > x; cp x y\n\t./own x\n\t$(CC) x.c\n"
    assert facts_of(tmp_path, {"Makefile": text}, "make")[1] == "the program tuner of Makefile"


MESON = [
    ("project('x', 'c', 'fortran')", "native", "gfortran"),
    ("project('x', 'c')\nadd_languages('cuda')", "native", "cudaPackages.cuda_nvcc"),
    ("project('x', 'c')\ndependency('mpi', language: 'c')", "build", "mpi"),
    ("project('x', 'c')\nif o\ndependency('zlib')\nendif", "optional", "zlib"),
    ("project('x', 'c')\ncc.find_library('z')", "build", "zlib"),
    ("project('x', 'c')\nfind_program('python3')", "native", "python3"),
]


@pytest.mark.parametrize(("text", "role", "name"), MESON)
def test_meson(text: str, role: str, name: str, tmp_path: Path) -> None:
    assert name in getattr(facts_of(tmp_path, {"meson.build": text}, "meson")[0], role)


def test_programs_of_meson_that_nobody_knows_are_told(tmp_path: Path) -> None:
    text = "project('x', 'c')\nfind_program('tuner')\nfind_program('gen.py')\nfind_program('sed')\n"
    assert facts_of(tmp_path, {"meson.build": text}, "meson")[1] == "the program tuner"


@pytest.mark.parametrize("call", ["mpig++", "mpiicpx", "mpiicx", "mpicc", "mpifort", "mpif08"])
def test_every_compiler_of_mpi_is_known(call: str, tmp_path: Path) -> None:
    found, _ = facts_of(tmp_path, {"Makefile": f"CXX = {call}\n\nall:\n\t$(CXX) x.cc\n"}, "make")
    assert "mpi" in found.native
    assert "mpi" in found.build


@pytest.mark.parametrize(
    "call", ["make -C src -f rules TARGET=x", "cd src && $(MAKE)", "$(MAKE) -j2 -C src"]
)
def test_a_makefile_that_another_one_calls_is_read_too(call: str, tmp_path: Path) -> None:
    files = {"Makefile": f"all:\n\t{call}\n\t$(MAKE) -C nowhere\n", "src/a.c": "x"}
    files |= {f"src/{name}": "all:\n\tmpicc a.c -lz\n" for name in ("rules", "Makefile")}
    found, unread = facts_of(tmp_path, files, "make")
    assert {"mpi", "zlib"} <= set(found.build)
    assert unread == "what is made in nowhere"


@pytest.mark.parametrize(
    ("root", "role"),
    [
        ("add_subdirectory(app)", "build"),
        ("if(APPS)\nadd_subdirectory(app)\nendif()", "optional"),
        ("add_subdirectory(${where})", "build"),
        ("# add_subdirectory(app)", ""),
    ],
)
def test_a_folder_of_cmake_counts_as_it_is_reached(root: str, role: str, tmp_path: Path) -> None:
    files = {
        "CMakeLists.txt": f"project(x C)\n{root}\n",
        "app/CMakeLists.txt": "find_package(ZLIB REQUIRED)\n",
    }
    found, _ = facts_of(tmp_path, files, "cmake")
    assert [r for r in ("build", "optional") if "zlib" in getattr(found, r)] == [
        r for r in [role] if r
    ]


@pytest.mark.parametrize(
    ("macro", "roles"),
    [
        ("AC_PROG_FC", ["native"]),
        ("AC_REQUIRE([AC_PROG_F77])", ["native"]),
        ("AC_LANG_CASE([C], [AC_PROG_CC], [Fortran], [AC_REQUIRE([AC_PROG_FC])])", ["optional"]),
    ],
)
def test_fortran_in_a_branch_of_a_macro_is_optional(
    macro: str, roles: list[str], tmp_path: Path
) -> None:
    files = {
        "configure.ac": "AC_INIT([x], [1])\nHARP_FIND\n",
        "m4/find.m4": f"AC_DEFUN([HARP_FIND], [\n{macro}\n])\n",
    }
    found, _ = facts_of(tmp_path, files, "autotools")
    assert [r for r in ("native", "optional") if "gfortran" in getattr(found, r)] == roles
