"""``nxc-scaffold phases``: list the phases of a package, run some, look inside, keep a patch."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import click

from scaffold.base.errors import Exit, InputError, Interrupted, Problem
from scaffold.commands import phases_report
from scaffold.commands.phases_options import Options, default_scratch
from scaffold.phases import derivation, keep_patch, load, phase_graph, runner
from scaffold.phases import state as state_of
from scaffold.phases.derivation import Derivation
from scaffold.phases.environment import function_text
from scaffold.phases.phases import Environment, differs, phases, skipped
from scaffold.phases.scratch import Scratch
from scaffold.phases.state import State
from scaffold.report.reporter import print_json
from scaffold.report.sentences import reporter, wanted
from scaffold.repository.find import Repository, find_repository
from scaffold.system import nix_builds, process


def run(options: Options) -> int:
    """Run the command and return its exit code."""
    repository = find_repository(options.repo, options.file)
    scratch = Scratch(options.scratch or default_scratch(repository, options.attr))
    if options.shell:
        return _shell(options, scratch)
    with scratch.owned():
        if options.reset:
            scratch.reset()
            if not options.runs:
                return int(Exit.OK)
        return _Session(options, repository, scratch).run()


class _Session:
    """One call of the command on a package: its derivation as it is now, and its scratch folder."""

    def __init__(self, options: Options, repository: Repository, scratch: Scratch) -> None:
        self.options, self.repository, self.scratch = options, repository, scratch
        quiet, self.plain = options.quiet or options.as_json, wanted(flag=options.plain)
        self.reporter = reporter(quiet=quiet, plain=self.plain)
        self.info = self._evaluate()
        self.drv = self._derivation(self.info)
        self.state = scratch.state()

    def run(self) -> int:
        if self.options.patch:
            return self._patch(self.options.patch)
        if self.options.show:
            return self._show(self.options.show)
        if self.options.runs:
            return self._run()
        return self._list()

    @property
    def loaded(self) -> bool:
        """Whether what is in the scratch folder is of the package as it is now."""
        return self.state is not None and self.state.drv == self.drv.path

    def _evaluate(self) -> nix_builds.PackageInfo:
        options = self.options
        if self.repository.is_flake:
            root = self.repository.root
            return nix_builds.of_flake(root, options.attr, [*options.nix, *options.flake])
        return nix_builds.of_file(self.repository.entry, options.attr, options.nix)

    def _derivation(self, info: nix_builds.PackageInfo) -> Derivation:
        drv = derivation.parse(info.drv, Path(info.drv).read_bytes())
        if drv.own_builder is not None:
            what = f"it is built by {drv.own_builder}, not by stdenv, so it has no phases"
            raise InputError(Problem(f"ATTR {self.options.attr}", what, "Build it with nix build"))
        phase_graph.check(drv, f"ATTR {self.options.attr}")
        return drv

    def _environment(self, number: int = 0) -> Environment:
        if self.state is not None and self.loaded:
            return runner.described(self.scratch, self.state, number)
        return Environment.of_derivation(self.drv.variables)

    def _list(self) -> int:
        if self.options.as_json:
            return self._document(Exit.OK)
        env = self._environment()
        phases_report.listing(self.drv.name, self.scratch, env, self._current(), plain=self.plain)
        if self.state is not None and not self.loaded:
            click.echo("  the package has changed since it ran: the next run loads it anew")
        elif not env.loaded:
            click.echo("  setup hooks may add, replace or skip phases: known after the first run")
        return int(Exit.OK)

    def _current(self) -> State | None:
        return self.state if self.loaded else None

    def _show(self, name: str) -> int:
        env = self._environment()
        names = [phase.name for phase in phases(env)]
        found = names[state_of.position(name, names)]
        text = env.variables.get(found) or ""
        # a text that is but the name of a function, such as cmakeConfigurePhase, says little
        called = text.strip() or found
        body = function_text(self.scratch.records(), called) if self.loaded else None
        text = "\n".join(part for part in (text, body) if part)
        if not text:
            what = "it is a function of stdenv or of a setup hook, which is not loaded"
            raise InputError(Problem(found, what, f"Run {self.options.command('next')} first"))
        click.echo(text.rstrip("\n"))
        return int(Exit.OK)

    def _run(self) -> int:
        state = self._load()
        off = [phase.name for phase in phases(self._environment()) if phase.skipped]
        wish = state_of.selected(
            state, off, self.options.what, self.options.start, self.options.until
        )
        for number in wish:
            state = self._one(state, number)
            if state.outcomes[number].status == state_of.FAILED:
                return self._failed(state, number)
        if self.options.as_json:
            return self._document(Exit.OK)
        if state.passed == len(state.order):
            self.reporter.field("done", f"every phase; the outputs are in {self.scratch.outputs}")
        else:
            coming = state.order[state.passed]
            self.reporter.field("next", f"{coming}: {self.options.command('next')}")
        return int(Exit.OK)

    def _load(self) -> State:
        """Return the state of the package as it is now; its environment is loaded when needed."""
        if self.state is not None and self.loaded:
            return self.state
        if self.state is not None:
            self.reporter.field("changed", self._changed(self.state))
        self.reporter.field("load", self.drv.name)
        options = self.options.nix
        options += ["--option", "substitute", "false"] if self.options.offline else []
        self.state = load.load(
            self.scratch, self.drv, self.state, self.options.attr, options, self._live
        )
        return self.state

    def _changed(self, state: State) -> str:
        """Say which of the phases that were run would do something else now."""
        done = state.order[: state.passed]
        other = [name for name in done if differs(name, state.given, self.drv.variables)]
        if not other:
            return "the package: its environment is loaded anew"
        again = self.options.command("--from", other[0])
        return f"the package: {', '.join(other)} would do something else now ({again})"

    @property
    def _live(self) -> Callable[[str], None] | None:
        return None if self.reporter.quiet else phases_report.live

    def _one(self, state: State, number: int) -> State:
        """Run one phase and tell what became of it. Raises Interrupted on Ctrl-C."""
        name = state.order[number]
        self.reporter.line(f"  {name}", style="bold cyan")
        try:
            state = runner.run_phase(self.scratch, state, number, self._live)
        except KeyboardInterrupt:
            what = "interrupted; what was done before it is kept"
            remedy = f"Go on with {self.options.command('--from', name)}"
            raise Interrupted(Problem(name, what, remedy)) from None
        self.state = state
        outcome = state.outcomes[number]
        if outcome.status == state_of.SKIPPED:
            why = skipped(name, self._environment(number).variables)
            self.reporter.field("skipped", why)
        else:
            self.reporter.field(outcome.status, f"{name} in {outcome.seconds:.1f} s")
        return state

    def _failed(self, state: State, number: int) -> int:
        if self.options.as_json:
            return self._document(
                Exit.CHECK_FAILED, phases_report.log_end(self.scratch, state, number)
            )
        name, command = state.order[number], self.options.command
        commands = {
            "look inside": command("--shell"),
            "its text": command("--show", name),
            "go on": command("--from", name),
            "keep edits": command("--patch", "NAME"),
        }
        phases_report.failure(self.scratch, state, number, commands, plain=self.plain)
        return int(Exit.CHECK_FAILED)

    def _patch(self, text: str) -> int:
        name = keep_patch.file_name(text)
        if self.state is None:
            problem = Problem("--patch", "no phase has been run", "Run unpackPhase first")
            raise InputError(problem)
        self.state, written = keep_patch.write_patch(
            self.scratch, self.state, name, self.repository, self.info.places,
            lambda: self._derivation(self._evaluate()),
        )  # fmt: skip
        if self.options.as_json:
            print_json({
                "exit": 0, "patch": str(written.patch), "package": str(written.package),
                "files": list(written.files), "also_changed": list(written.also_changed),
            })  # fmt: skip
        self.reporter.field("patch", f"{written.patch}: {', '.join(written.files)}")
        self.reporter.field("package", f"{written.package}: patches has ./{name}")
        if written.also_changed:
            files = ", ".join(written.also_changed)
            self.reporter.field("look at", f"phases changed these too, see the patch: {files}")
        return int(Exit.OK)

    def _document(self, code: Exit, last: list[str] | None = None) -> int:
        print_json({
            "exit": int(code), "attr": self.options.attr, "drv": self.drv.path,
            "scratch": str(self.scratch.root), "loaded": self.loaded,
            "source": self.state.source if self.state else "",
            "phases": phases_report.rows(self.scratch, self._environment(), self._current()),
            "last_lines": last or [],
        })  # fmt: skip
        return int(code)


def _shell(options: Options, scratch: Scratch) -> int:
    """Open a shell in the environment before a phase: the one given, else the failed or next."""
    state = scratch.state()
    if state is None:
        problem = Problem("--shell", "no phase has been run", f"Run {options.command('next')}")
        raise InputError(problem)
    name = options.what or state.order[min(state.passed, len(state.order) - 1)]
    number = state_of.position(name, state.order)
    words = ["shell", str(scratch.before(number)), state.order[number]]
    start = scratch.root / "shell.sh"
    start.write_text(f"set -- {shlex.join(words)}\nsource {scratch.driver}\n", encoding="utf-8")
    env = {key: os.environ[key] for key in ("TERM", "LANG") if key in os.environ}
    # the bash of a build has no line editing, so the user's own is taken when there is one
    shell = process.which("bash") or state.builder
    argv = [shell, "--noprofile", "--rcfile", str(start), "-i"]
    process.hand_over(argv, cwd=scratch.build, env=env)
    return int(Exit.OK)
