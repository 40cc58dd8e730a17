"""Addresses of git repositories as users write them: abbreviations, ``git+``, ``#REF``."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

#: The abbreviations of cookiecutter.
FORGES = {
    "gh:": "https://github.com/",
    "gl:": "https://gitlab.com/",
    "bb:": "https://bitbucket.org/",
}
_SCP = re.compile(r"[\w.-]+@[\w.-]+:")


@dataclass(frozen=True)
class GitAddress:
    """A repository, and a branch, tag or revision of it; ``HEAD`` means its default branch."""

    url: str
    ref: str = "HEAD"

    @classmethod
    def of(cls, text: str) -> GitAddress | None:
        """Return what a text such as ``gh:lab/catalogue#v2`` names, None when it is no address."""
        head, _, ref = text.partition("#")
        url = git_url(head)
        return None if url is None else cls(url, ref or "HEAD")

    @property
    def folder_name(self) -> str:
        """A readable name for a folder that holds a clone, another one for each address and ref."""
        last = re.sub(r"[^\w.-]", "-", self.url.rstrip("/").rpartition("/")[2].removesuffix(".git"))
        whole = f"{self.url}#{self.ref}".encode()
        return f"{last[:40]}-{hashlib.sha256(whole).hexdigest()[:12]}"


def git_url(text: str) -> str | None:
    """Return the URL that git takes, or None when the text is no address of a repository."""
    for short, long in FORGES.items():
        if text.startswith(short):
            return long + text.removeprefix(short)
    plain = text.removeprefix("git+")
    return plain if "://" in plain or _SCP.match(plain) else None
