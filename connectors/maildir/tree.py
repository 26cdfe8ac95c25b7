"""A Maildir in the file system: files, folders, and the tree they stand in."""

from __future__ import annotations

import base64
import errno
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from connectors.base import LARGEST_MESSAGE, Refused, Unavailable
from connectors.maildir.settings import INBOX

SETTLED_NS = 2 * 10**9
"""The modification time of a directory tells of a change only if it is older than the coarsest clock's tick."""
DEEPEST_FOLDER = 4
MOST_FOLDERS = 2000

_FLAGS = {
    "D": "\\Draft", "F": "\\Flagged", "P": "$Forwarded", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted",
}  # fmt: skip
_NAMED_AT = re.compile(r"\d{9,10}(?=\.)")
_YEAR_2000 = 946_684_800
_ENCODED_NAME = re.compile(r"&([A-Za-z0-9+,]*)-")
_NOT_AGAIN = frozenset({
    errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS, errno.EDQUOT, errno.EXDEV, errno.ENAMETOOLONG,
})  # fmt: skip


@contextmanager
def told(what: str) -> Iterator[None]:
    """Tell an error of the file system in the words of the connector contract."""
    try:
        yield
    except OSError as fault:
        where = f" ({shown(os.fsdecode(fault.filename))})" if isinstance(fault.filename, str | bytes) else ""
        text = f"{what}: {fault.strerror or type(fault).__name__}{where}"
        raise (Refused if fault.errno in _NOT_AGAIN else Unavailable)(text) from fault


@dataclass(frozen=True, slots=True)
class File:
    """One message's file, as its directory lists it."""

    directory: str
    name: str

    @property
    def path(self) -> str:
        return f"{self.directory}/{self.name}"

    @property
    def key(self) -> str:
        """What stays when flags change and when mbsync or Dovecot add ``,U=5`` or ``,S=1234``; valid UTF-8."""
        return shown(re.split("[:,]", self.name, maxsplit=1)[0])

    @property
    def flags(self) -> frozenset[str]:
        letters = self.name.rpartition(":2,")[2] if ":2," in self.name else ""
        return frozenset(_FLAGS[letter] for letter in letters if letter in _FLAGS)

    @property
    def named_at(self) -> float | None:
        """The time the unique name begins with, if it does."""
        found = _NAMED_AT.match(self.name)
        return float(found[0]) if found and int(found[0]) >= _YEAR_2000 else None

    def read(self, most: int = LARGEST_MESSAGE) -> tuple[bytes, int]:
        """The first octets, and the size of the whole."""
        with open(self.path, "rb", opener=_open_as_it_is) as file:
            return file.read(most), os.fstat(file.fileno()).st_size


def _open_as_it_is(path: str, flags: int) -> int:
    """Follow no link, wait for no pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


@dataclass(slots=True)
class Folder:
    """One folder: a directory with ``cur`` and ``new``."""

    name: str
    path: str

    @property
    def directories(self) -> tuple[str, str]:
        """``new`` and ``cur``."""
        return f"{self.path}/new", f"{self.path}/cur"

    def files(self) -> Iterator[File]:
        """Every message once. ``new`` is listed first: what is moved meanwhile is then met twice rather than never."""
        new, cur = self.directories
        unseen = list(_files_in(new))
        yield from unseen
        met = {file.key for file in unseen}
        yield from (file for file in _files_in(cur) if not met or file.key not in met)

    def stamps(self) -> tuple[int, ...]:
        """Numbers that change when a message comes, goes or changes its flags."""
        return tuple(os.stat(directory).st_mtime_ns for directory in self.directories)

    def again(self, key: str) -> File | None:
        """The file of a message, looked for anew: it may have been renamed."""
        return next((file for file in self.files() if file.key == key), None)

    def fetch(self, file: File) -> tuple[File, bytes, int] | None:
        """A message's file as it is called now, its first octets and its size; None where it is no longer here."""
        with suppress(FileNotFoundError):
            return file, *file.read()
        with suppress(FileNotFoundError):
            if renamed := self.again(file.key):
                return renamed, *renamed.read()
        return None


def _files_in(directory: str) -> Iterator[File]:
    """The plain files of a directory; links, directories and hidden files are no messages."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                yield File(directory, entry.name)


class Tree:
    """The folders of a Maildir, in either fashion: ``.Lists.Jobs`` (Maildir++) or ``Lists/Jobs`` (plain)."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        if not os.path.isdir(self.root):
            raise Refused(f"there is no Maildir at {self.root}")
        inbox = _inbox_of(self.root)
        if inbox is None:
            raise Refused(f"{self.root} is no Maildir: neither it nor a folder INBOX in it holds cur and new")
        folders = islice(_folders_under(self.root, "", DEEPEST_FOLDER), MOST_FOLDERS)
        self.folders = {folder.name: folder for folder in folders} | {INBOX: Folder(INBOX, inbox)}

    def find(self, *names: str) -> Folder | None:
        """The first of these folders that there is; only what was found in the tree can be named."""
        folded = {name.casefold(): folder for name, folder in self.folders.items()}
        for name in names:
            for written in (name, name.lstrip("."), name.lstrip(".").replace(".", "/")):
                if folder := self.folders.get(written) or folded.get(written.casefold()):
                    return folder
        return None

    def named(self, name: str) -> Folder:
        """A folder that must be there."""
        if folder := self.find(name):
            return folder
        raise Refused(f"there is no folder {name!r} in {self.root}; there are: {self.names}")

    @property
    def names(self) -> str:
        """The names of all folders, for an error text."""
        return ", ".join(sorted(self.folders))

    def create(self, name: str) -> Folder:
        """Make a folder in the fashion of those there are."""
        parts = name.lstrip(".").split("/")
        if any(part.startswith(".") or not part or not (part.isascii() and part.isprintable()) for part in parts):
            raise Refused(f"a folder called {name!r} is not made here; make it in your mail program")
        path = f"{self.root}/{'/'.join(parts) if self._is_plain() else '.' + '.'.join(parts)}"
        for directory in ("tmp", "new", "cur"):
            os.makedirs(f"{path}/{directory}", mode=0o700, exist_ok=True)
        if not self._is_plain():
            Path(path, "maildirfolder").touch(mode=0o600)
        self.folders[name] = Folder(name, path)
        return self.folders[name]

    def _is_plain(self) -> bool:
        others = [folder for folder in self.folders.values() if folder.path != self.root]
        return not _is_folder(self.root) or any(not os.path.basename(other.path).startswith(".") for other in others)


def _inbox_of(root: str) -> str | None:
    """The directory of the inbox: the top itself, or a folder of that name."""
    if _is_folder(root):
        return root
    named = (f"{root}/{name}" for name in sorted(os.listdir(root)) if name.casefold() == INBOX.casefold())
    return next(filter(_is_folder, named), None)


def _is_folder(path: str) -> bool:
    return os.path.isdir(f"{path}/cur") and os.path.isdir(f"{path}/new")


def _folders_under(path: str, above: str, depth: int) -> Iterator[Folder]:
    """The folders in a directory, with those in them."""
    with suppress(PermissionError), os.scandir(path) as entries:
        inside = [entry for entry in entries if entry.name not in {"cur", "new", "tmp"} and entry.is_dir()]
        for entry in sorted(inside, key=lambda entry: entry.name):
            dotted = entry.name.startswith(".")
            name = above + (_decoded(entry.name[1:]).replace(".", "/") if dotted else _decoded(entry.name))
            if _is_folder(entry.path):
                yield Folder(name, entry.path)
            if depth and not dotted and not entry.is_symlink():
                yield from _folders_under(entry.path, f"{name}/", depth - 1)


def _decoded(name: str) -> str:
    """A folder's name as people write it; servers keep it in modified UTF-7 (RFC 3501 section 5.1.3)."""
    with suppress(ValueError):
        name = _ENCODED_NAME.sub(lambda found: _utf16(found[1]) if found[1] else "&", name)
    return shown(name)


def shown(name: str) -> str:
    """A name from the file system as text that can be stored and printed, whatever its octets."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _utf16(encoded: str) -> str:
    padding = "=" * (-len(encoded) % 4)
    return base64.b64decode(encoded.replace(",", "/") + padding).decode("utf-16-be")


def stamps_of(folders: Iterable[Folder]) -> tuple[int, ...]:
    return tuple(stamp for folder in folders for stamp in folder.stamps())


def are_settled(stamps: Iterable[int], began: int) -> bool:
    """False where a directory changed so shortly before it was read that a later change may bear the same time."""
    return max(stamps, default=0) < began - SETTLED_NS
