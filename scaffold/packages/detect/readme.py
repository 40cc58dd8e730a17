"""What a README says first of a project: a description to start from, never one to take unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.packages.detect.facts import Folder

#: What is no prose: headings, pictures, tables, lists, quotes, HTML, directives, code.
_NO_PROSE = re.compile(r"^\s*([#=<>|!:*+`~-]|\[!|\[\w|\.\. |\d+\.|\{|%|\t| {4})")
_LINK = re.compile(r"\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])|`([^`<]+)(?:<[^>]*>)?`_*")
_LONGEST, _WORDS = 160, 4
#: What points elsewhere says nothing of the project.
_POINTER = re.compile(r"(?i)\||\b(click here|read (this|it )?in|see) ")


def sentence(folder: Folder) -> str:
    """Return the first sentence of the first prose of a README, empty when none is found."""
    for name in folder.names():
        if re.match(r"(?i)^readme(\.(md|markdown|rst|txt|adoc|org))?$", name):
            for paragraph in _paragraphs(folder.text(name)):
                plain = _LINK.sub(lambda m: m[1] or m[3] or "", paragraph)
                plain = re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", plain)
                first = re.split(r"(?<=[\w)])(?:\.\s+(?=[A-Z])|[.:]\s*$)", plain)[0]
                if _POINTER.search(first):
                    continue
                if len(first) <= _LONGEST and len(first.split()) >= _WORDS:
                    return first
                return ""
    return ""


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the prose of the introduction: what stands before the second heading."""
    headings = 0
    fenced = re.sub(r"(?s)```.*?```|<!--.*?-->", "", text)
    for block in re.split(r"\n\s*\n", fenced):
        lines = block.strip("\n").splitlines()
        underlined = len(lines) > 1 and re.fullmatch(r"([=\-~^#*])\1{2,}\s*", lines[1])
        if lines and (underlined or re.match(r"(#+|=+)\s", lines[0])):
            headings += 1
            if headings > 1:
                return
        elif lines and not _NO_PROSE.match(lines[0]):
            yield " ".join(" ".join(lines).split())
