"""The data folder: one run at a time, and what has to be the same next time (ports, keys)."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import Any

from local.errors import CannotRun


class Folder:
    """A data folder that this process holds, until it ends however it ends.

    `memory` is a small dict for what must outlive a restart; `remember()` writes it.
    """

    def __init__(self, path: Path, memory: dict[str, Any], lock: int) -> None:
        self.path = path
        self.memory = memory
        self._lock = lock  # the open file is the lock, and closes with the process

    @classmethod
    def take(cls, path: Path) -> Folder:
        """Create the folder if need be and hold it. Raises CannotRun."""
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotRun(
                f"The data folder {path} cannot be written ({error.strerror}); "
                "choose another one with DATA_DIR."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise CannotRun(
                f"Contact Sheet is already running on the data folder {path}; "
                "end that run or choose another folder with DATA_DIR."
            ) from None
        return cls(path, cls._recall(path / "memory.json"), lock)

    @staticmethod
    def _recall(file: Path) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(file.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise CannotRun(
                f"{file} cannot be read ({error}); 'make clean-data' starts afresh."
            ) from None
        return found

    def remember(self, **values: Any) -> None:
        """Keep these values for this run and the next; only the owner may read them."""
        self.memory.update(values)
        new = self.path / "memory.json.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self.memory, file, indent=1)
        new.replace(self.path / "memory.json")

    def forget(self) -> None:
        """Delete everything in the folder, and the folder where that leaves it empty."""
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        with contextlib.suppress(OSError):
            self.path.rmdir()
