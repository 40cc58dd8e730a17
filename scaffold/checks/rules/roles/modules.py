"""Options whose module is not there, or does not fit the release."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.role_options import each_role, once, option_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target

#: Modules of kapack and the options that only they declare.
_KAPACK_MODULES = {
    "oar": "services.oar",
    "cigri": "services.cigri",
    "ear": "services.ear",
    "bdpo": "services.bdpo",
    "batsky": "services.batsky",
    "examon": "services.examon",
}


@rule(
    "NXC424",
    "monika",
    "monika is on, and the release runs CGI programs in another way",
    severity=Severity.ERROR,
    level=Level.DEEP,
    why="kapack's module sets services.fcgiwrap.enable, which became services.fcgiwrap.instances "
    "in NixOS 24.11.",
    remedy="Set services.oar.web.monika.enable = false;",
    bad="services.oar.web.monika.enable = true;",
    good="services.oar.web.monika.enable = false;",
    since="nixpkgs 24.11",
)
def monika(target: Target) -> Iterator[Hit]:
    """Look for the option."""
    if not target.release_at_least("24.11"):
        return

    def found() -> Iterator[Hit]:
        for called, name, role, options in each_role(target):
            for option in options.options:
                if option.name == "services.oar.web.monika.enable" and option.value is True:
                    message = f"role {role} has monika, which NixOS {target.release} cannot run"
                    yield option_hit(target, called, name, option, message)

    yield from once(found())


@rule(
    "NXC425",
    "module-not-imported",
    "a role sets options of a module that nothing imports",
    severity=Severity.ERROR,
    level=Level.DEEP,
    why="Options of kapack exist only where its module is imported: without it they are unknown.",
    remedy="Add nur.repos.kapack.modules.<name> to imports, or kapack's module to "
    "extraConfigurations",
    bad="roles.a = { ... }: { services.oar.node.enable = true; };",
    good="roles.a = { ... }: {\n  imports = [ nur.repos.kapack.modules.oar ];\n"
    "  services.oar.node.enable = true;\n};",
    sure="Silent where a module of an input is imported of which nothing is known",
)
def module_not_imported(target: Target) -> Iterator[Hit]:
    """Compare the options with the modules that were reached."""

    def found() -> Iterator[Hit]:
        for called, name, role, options in each_role(target):
            if called.call is None or "extraConfigurations" in called.call.arguments:
                continue
            if not called.call.readable:
                continue
            for module, prefix in _KAPACK_MODULES.items():
                first = next(options.below(prefix), None)
                if first is None or any(
                    u == f"kapack.modules.{module}" or "modules." not in u for u in options.unknown
                ):
                    continue
                message = (
                    f"role {role} sets {first.name}, and kapack's module {module} is not there"
                )
                yield option_hit(target, called, name, first, message)

    yield from once(found())
