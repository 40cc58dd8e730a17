"""What one run has read: each file of a project once, whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scaffold.survey.nix_file import NixFile

#: Larger files are not read: no Nix that a person wrote is that long.
LARGEST = 4_000_000  # bytes


@dataclass
class Session:
    """The files that were read; ``unread`` says of which a reason is known why not.

    ``words`` are the identifiers of every Nix file that was read, of use to stand-ins.
    """

    unread: dict[Path, str] = field(default_factory=dict)
    _texts: dict[Path, str | None] = field(default_factory=dict)
    _files: dict[Path, NixFile] = field(default_factory=dict)

    def text(self, path: Path) -> str | None:
        """Return the text of a file, or None when it cannot be read as text."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def nix(self, path: Path) -> NixFile | None:
        """Return a Nix file, or None when it is not there or no text."""
        text = self.text(path)
        if text is None:
            return None
        if path not in self._files:
            self._files[path] = NixFile(path, text)
        return self._files[path]

    def _read(self, path: Path) -> str | None:
        try:
            if not path.is_file():  # never wait for a pipe or a device
                return None
            if path.stat().st_size > LARGEST:
                self.unread[path] = "it is larger than 4 MB"
                return None
            return path.read_bytes().decode()
        except UnicodeDecodeError as error:
            self.unread[path] = f"it is no UTF-8 (byte {error.start})"
        except (OSError, ValueError) as error:
            self.unread[path] = f"it cannot be read: {getattr(error, 'strerror', None) or error}"
        return None
