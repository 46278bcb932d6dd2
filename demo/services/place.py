"""A folder that a server's own user can reach, wherever the project lies.

Root's home is closed to others. A server under another user then gets a folder in
/var/tmp, and a link named `elsewhere` in the project's folder says where.
"""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from demo.services.users import can_enter, can_read


@dataclass(frozen=True, slots=True)
class Place:
    """The folder that was asked for, made if need be, and the user whose files go there."""

    folder: Path
    user: int | None

    def __post_init__(self) -> None:
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.folder.chmod(0o711)

    @property
    def home(self) -> Path:
        """Where the user can keep files: `folder`, or one elsewhere, made when first asked for."""
        if self.user is None or can_enter(self.folder, self.user):
            return self.folder
        if not self._link.is_dir():
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(tempfile.mkdtemp(prefix="mtm-", dir="/var/tmp"))
        home = self._link.resolve()
        home.chmod(0o711)
        return home

    def program(self, path: Path, *, root: Path) -> Path:
        """Return a program that the user can execute: itself, or its copy in `home`.

        `root` is the folder or file that has to be copied for the program to work.
        """
        if self.user is None or can_read(path, self.user):
            return path
        copy = self.home / f"copy-of-{root.name}"
        if not copy.exists():
            _copy(root, copy)
        return copy / path.relative_to(root)

    def remove(self) -> None:
        """Remove all that is in the folder, here and elsewhere."""
        if self._link.is_dir():
            shutil.rmtree(self._link.resolve(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _link(self) -> Path:
        return self.folder / "elsewhere"


def _copy(root: Path, copy: Path) -> None:
    """Copy whole or not at all, readable by everyone whatever the mask was at installing."""
    part = copy.with_name(f"{copy.name}.part")
    if root.is_dir():
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(root, part, symlinks=True)
    else:
        shutil.copy2(root, part)
    for path in (part, *part.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
    part.rename(copy)
