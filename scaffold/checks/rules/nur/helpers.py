"""Functions of nixpkgs that take their arguments in another form now."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import NUR, calls_in, package_files, pinned_release
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target

#: Arguments of makeDesktopItem that were one text, and what they are called now.
_LISTS = {"categories": "categories", "keywords": "keywords", "mimeType": "mimeTypes"}
_TEXTS = ("string", "indented string")


@rule(
    "NUR131",
    "desktop-item-lists",
    "an entry of a menu is given its categories as one text",
    severity=Severity.ERROR,
    kinds=NUR,
    why="From nixpkgs 22.05 on makeDesktopItem takes lists, and calls mimeType mimeTypes: the "
    "package does not evaluate.",
    remedy="Write a list",
    bad='makeDesktopItem { categories = "Network;WebBrowser;"; }',
    good='makeDesktopItem { categories = [ "Network" "WebBrowser" ]; }',
    since="nixpkgs 22.05",
)
def desktop_item_lists(target: Target) -> Iterator[Hit]:
    """Look for the arguments with a text, or by their old name, in calls of the function."""
    if pinned_release(target) < "22.05":
        return
    for file in package_files(target):
        for name, _, given in calls_in(file) if "makeDesktopItem" in file.text else ():
            for key, new in _LISTS.items() if name == "makeDesktopItem" else ():
                binding = given.binding(key)
                value = file.resolve(binding.value) if binding and binding.value else None
                if binding is None or value is None:
                    continue
                if key != new:
                    yield target.hit(file, binding.start, f"{key} is now {new}, a list")
                elif value.kind in _TEXTS:
                    yield target.hit(file, binding.start, f"{key} is a text, and has to be a list")


@rule(
    "NUR132",
    "docker-contents",
    "an image of Docker is given contents",
    severity=Severity.NOTE,
    kinds=NUR,
    why="dockerTools.buildImage calls it copyToRoot from nixpkgs 22.11 on, and warns of the old "
    "name.",
    remedy="Write copyToRoot",
    bad="dockerTools.buildImage { contents = [ hello ]; }",
    good="dockerTools.buildImage { copyToRoot = [ hello ]; }",
    since="nixpkgs 22.11",
)
def docker_contents(target: Target) -> Iterator[Hit]:
    """Look for the argument in calls of the function; layered images still call it so."""
    if pinned_release(target) < "22.11":
        return
    for file in package_files(target):
        for name, _, given in calls_in(file) if "buildImage" in file.text else ():
            binding = given.binding("contents") if name == "buildImage" else None
            if binding is not None:
                yield target.hit(file, binding.start, "contents is copyToRoot now")
