"""Project files of single languages: forms that the fixtures do not have."""

import json
from pathlib import Path

import pytest

from scaffold.packages.detect import dune, haskell, languages, lua, maven, perl, python, r, zig
from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.needs import inputs
from scaffold.packages.detect.project import Need


def folder(path: Path, **files: str) -> Folder:
    for name, text in files.items():
        (path / name.replace("__", ".").replace("--", "-")).write_text(text)
    return Folder(path)


def test_the_packages_of_opam_files(tmp_path: Path) -> None:
    opam = """synopsis: "Strings"
license: "ISC"
depends: [
  "ocaml" {>= "4.14"}
  "fmt" {>= "0.9" & < "1.0"}
  "alcotest" {with-test & >= "1.0"}
  "conf-gmp"
]
"""
    (tmp_path / "harp.opam").write_text(opam)
    project = dune.read_project(folder(tmp_path, **{"dune-project": "(lang dune 3.0)\n"}))
    assert (project.name, project.licence) == ("harp", "ISC")
    assert project.needs == (
        Need("fmt", "ocaml", "propagated"),
        Need("alcotest", "ocaml", "check"),
        Need("gmp", "pkg-config", "build"),
    )


def test_several_packages_of_dune_are_not_decided(tmp_path: Path) -> None:
    text = "(lang dune 3.0)\n(package (name harp))\n(package (name lyre))\n"
    assert "harp, lyre" in dune.read_project(folder(tmp_path, **{"dune-project": text})).doubt


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("MIT + file LICENSE", "MIT"),
        ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("GPL-2 | GPL-3", "GPL-2.0-only OR GPL-3.0-only"),
        ("LGPL (>= 2.1)", "LGPL-2.1-or-later"),
        ("file LICENSE", "file LICENSE"),
    ],
)
def test_licences_of_r(said: str, licence: str, tmp_path: Path) -> None:
    text = f"Package: harp\nVersion: 1.0.0.9000\nLicense: {said}\n"
    project = r.read_project(folder(tmp_path, DESCRIPTION=text))
    assert (project.licence, project.version) == (licence, "")


def test_perl_by_its_build_script_and_cpanfile(tmp_path: Path) -> None:
    script = "use Module::Build;\nModule::Build->new(module_name => 'A::Harp', license => 'perl');"
    cpanfile = (
        "requires 'Moose';\non 'test' => sub {\n  requires 'Test::Most';\n};\nrequires 'POSIX';\n"
    )
    project = perl.read_project(folder(tmp_path, Build__PL=script, cpanfile=cpanfile))
    assert (project.name, project.extra["perl_module"]) == ("A-Harp", True)
    assert project.licence == "Artistic-1.0-Perl OR GPL-1.0-or-later"
    assert project.needs == (Need("Moose", "perl", "propagated"),)


def test_a_rockspec_of_a_branch_says_no_version(tmp_path: Path) -> None:
    (tmp_path / "harp-scm-1.rockspec").write_text('package = "harp"\nversion = "scm-1"\n')
    project = lua.read_project(Folder(tmp_path))
    assert (project.version, project.extra["rockspec_version"]) == ("", "scm-1")


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("<project><modules><module>a</module></modules></project>", "several modules: a"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><project/>", "cannot be read"),
        ("<project", "cannot be read"),
    ],
)
def test_a_pom_that_leaves_the_module_open(text: str, doubt: str, tmp_path: Path) -> None:
    assert doubt in maven.read_project(folder(tmp_path, pom__xml=text)).doubt


def test_of_several_licences_of_maven_one_may_be_chosen(tmp_path: Path) -> None:
    names = "".join(f"<license><name>{n}</name></license>" for n in ("MIT", "EPL-2.0"))
    text = f"<project><version>1.0-SNAPSHOT</version><licenses>{names}</licenses></project>"
    project = maven.read_project(folder(tmp_path, pom__xml=text))
    assert (project.licence, project.version) == ("MIT OR EPL-2.0", "")


def test_a_zig_project_without_dependencies(tmp_path: Path) -> None:
    project = zig.read_project(folder(tmp_path, build__zig="pub fn build() void {}\n"))
    assert (project.file, project.extra["zig_dependencies"]) == ("build.zig", [])


def test_perl_leaves_out_what_is_of_another_system(tmp_path: Path) -> None:
    item = "( $^O eq 'MSWin32' ? ('Win32::Tune' => '0.1') : () )"
    script = f"WriteMakefile(NAME => 'Harp', PREREQ_PM => {{ 'Moose' => 0, {item}, }});"
    cpanfile = "if ($^O eq 'MSWin32') {\n  requires 'Win32::Tune';\n}\n"
    needs = perl.read_project(folder(tmp_path, Makefile__PL=script, cpanfile=cpanfile)).needs
    assert [need.name for need in needs] == ["Moose"]


def test_libraries_that_go_links(tmp_path: Path) -> None:
    text = '// #cgo pkg-config: libzstd\n// #cgo LDFLAGS: -lm -lz\nimport "C"\n'
    project = languages.go(folder(tmp_path, go__mod="module x.org/harp\n", a__go=text))
    assert [need.name for need in project.needs] == ["pkg-config", "libzstd", "z"]


def test_what_a_setup_computes_is_told(tmp_path: Path) -> None:
    text = "setup(name='harp', install_requires=read(), ext_modules=[Extension('h', ['h.c'])])"
    project = python.read_project(folder(tmp_path, setup__py=text))
    assert project.unread == ("install_requires of setup.py", "the extension modules of setup.py")


@pytest.mark.parametrize(
    ("depends", "needed"),
    [("(ocamlfind (>= 1.7))", True), ("ocamlfind", True), ("(ocamlfind :build)", False)],
)
def test_findlib_is_needed_where_it_is_more_than_a_program(
    depends: str, needed: bool, tmp_path: Path
) -> None:
    text = f"(lang dune 3.0)\n(package (name harp) (depends {depends}))\n"
    needs = dune.read_project(folder(tmp_path, **{"dune-project": text})).needs
    assert [need.name for need in needs] == (["findlib"] if needed else [])


@pytest.mark.parametrize("depends", ["(cppo (>= 1.1))", "(menhir :build)", "(ppx_deriving :build)"])
def test_programs_of_ocaml_run_while_it_is_built(depends: str, tmp_path: Path) -> None:
    text = f"(lang dune 3.0)\n(package (name harp) (depends {depends}))\n"
    found = inputs(dune.read_project(folder(tmp_path, **{"dune-project": text})).needs)
    assert found.native == (f"ocamlPackages.{depends[1:].split()[0]}",)
    assert found.propagated == ()


def test_the_program_of_zig_is_the_one_that_is_installed(tmp_path: Path) -> None:
    text = """
    const demo = b.addExecutable(.{
        .name = "demo",
    });
    const exe = b.addExecutable(.{
        .name = "harp",
    });
    b.installArtifact(exe);
    """
    assert zig.read_project(folder(tmp_path, build__zig=text)).program == "harp"
    text = text.replace("installArtifact(exe)", "addRunArtifact(demo)")
    assert not zig.read_project(folder(tmp_path, build__zig=text)).program


def test_a_program_of_haskell_that_a_flag_turns_on_is_not_the_main_one(tmp_path: Path) -> None:
    text = "name: harp\nexecutable harp-demo\n  if !flag(demo)\n    buildable: False\n"
    assert not haskell.read_project(folder(tmp_path, **{"harp.cabal": text})).program
    text = text.replace("    buildable: False\n", "    ghc-options: -Wall\n")
    assert haskell.read_project(folder(tmp_path, **{"harp.cabal": text})).program == "harp-demo"


def test_perl_needs_what_its_metadata_and_the_runtime_part_of_a_cpanfile_say(
    tmp_path: Path,
) -> None:
    script = "WriteMakefile(NAME => 'Harp');"
    cpanfile = (
        "on 'runtime' => sub {\n  requires 'Moose';\n};\non test => sub { requires 'Moo'; };\n"
    )
    project = folder(tmp_path, Makefile__PL=script, cpanfile=cpanfile)
    assert [need.name for need in perl.read_project(project).needs] == ["Moose"]
    meta = {
        "runtime": {"requires": {"Try::Tiny": "0", "perl": "5.8", "strict": "0"}},
        "test": {"requires": {"Test::Deep": "0"}},
        "develop": {"requires": {"Moo": "0"}},
    }
    (tmp_path / "META.json").write_text(json.dumps({"name": "Harp", "prereqs": meta}))
    (tmp_path / "cpanfile").unlink()
    needs = perl.read_project(Folder(tmp_path)).needs
    assert [(need.name, need.role) for need in needs] == [
        ("Try::Tiny", "propagated"),
        ("Test::Deep", "check"),
    ]
