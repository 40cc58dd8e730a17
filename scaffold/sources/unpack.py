"""A local archive, unpacked to be looked at; what was unpacked goes when the program ends."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

#: An archive that unpacks to more is not looked at.
MOST_BYTES, MOST_FILES = 2_000_000_000, 200_000
_kept: list[TemporaryDirectory[str]] = []


def unpacked(archive: Path) -> tuple[Path | None, str]:
    """Return the one folder of an archive, or all of it; or why it cannot be unpacked.

    Nothing is written outside of a temporary folder, whatever the archive says.
    """
    target = TemporaryDirectory(prefix="nxc-scaffold-")
    _kept.append(target)
    folder = Path(target.name)
    try:
        reason = _unpack(archive, folder)
    except (OSError, EOFError, ValueError, RuntimeError, tarfile.TarError, zipfile.BadZipFile) as e:
        reason = f"{archive.name} cannot be unpacked: {e}"
    if reason:
        return None, reason
    inside = list(folder.iterdir())
    return (inside[0] if len(inside) == 1 and inside[0].is_dir() else folder), ""


def _unpack(archive: Path, folder: Path) -> str:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as file:
            infos = file.infolist()
            if too_much := _too_much(len(infos), sum(i.file_size for i in infos)):
                return f"{archive.name} {too_much}"
            file.extractall(folder)  # noqa: S202 - zipfile drops .. and absolute paths
            return ""
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
        if too_much := _too_much(len(members), sum(m.size for m in members)):
            return f"{archive.name} {too_much}"
        tar.extractall(folder, filter="data")
    return ""


def _too_much(files: int, size: int) -> str:
    over = files > MOST_FILES or size > MOST_BYTES
    return f"holds {files} files of {size // 1_000_000} MB, which is not looked at" if over else ""
