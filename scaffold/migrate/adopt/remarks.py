"""Comments of the user's: whether each of them is still there when a project was taken over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from scaffold.migrate.adopt.original import Original
from scaffold.nixlang.lexer import comments
from scaffold.survey.found import Project
from scaffold.survey.nix_file import NixFile


def lost(
    project: Project, before: Sequence[Original], texts: Mapping[PurePosixPath, str]
) -> Iterator[str]:
    """Yield a line for each comment that none of the new ``texts`` has, nor any other file."""
    files = {one.text.file.path: one.text.file for one in before}
    edited = [file for file in project.nix_files if _path(project, file) in texts]
    files |= {file.path: file for file in edited}
    every = [*texts.values(), *(w.text for w in _untouched(project, before, texts))]
    there = {token.text for text in every for token in comments(text)}
    for file in files.values():
        tops = [one.text.top for one in before if one.text.file is file]
        for token in comments(file.text):
            inside = not tops or any(
                file.tree is top or top.start <= token.start < top.end for top in tops
            )
            if inside and token.text not in there:
                where = f"{_path(project, file)}:{file.place(token.start)[0]}"
                yield f"{where}: this comment is left out: {token.text[:60]}"


def _path(project: Project, file: NixFile) -> PurePosixPath:
    return PurePosixPath(project.relative(file.path))


def _untouched(
    project: Project, before: Sequence[Original], texts: Mapping[PurePosixPath, str]
) -> Iterator[NixFile]:
    own = {one.text.file.path for one in before}
    for file in project.nix_files:
        if file.path not in own and _path(project, file) not in texts:
            yield file
