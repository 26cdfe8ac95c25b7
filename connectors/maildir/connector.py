"""The connector to a Maildir."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from threading import Event

from connectors.base import Answering, Batch, Cursor, DraftState, Handle, Mark, Opening, Refused, Trace
from connectors.fate import Look, answered, find, handle_of, look_at, look_in
from connectors.maildir.looking import Looking
from connectors.maildir.placing import Placing, remove, tidy
from connectors.maildir.reading import Position, Reading, ReadTo, Scan, position_in
from connectors.maildir.settings import KNOWN_DRAFTS, KNOWN_SENT, KNOWN_TRASH, Settings
from connectors.maildir.tree import File, Folder, Tree, are_settled, stamps_of, told
from connectors.outbox import sends

LOOK_EVERY = 1.0
"""Seconds between two looks while waiting."""


class MaildirConnector:
    """One Maildir. See :class:`~connectors.maildir.settings.Settings` for the account's keys.

    The tree is looked over anew at each call, for folders come and go; it costs about a millisecond.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._settings = Settings.of(opening.settings)
        self._looking = Looking()
        self._too_old: set[bytes] = set()
        self._nothing_new: tuple[Cursor, tuple[int, ...]] | None = None
        self._last_read: tuple[int, ...] | None = None
        self._closed = Event()

    # ------------------------------------------------------------------------------------------- reading

    def changes(self, since: Cursor | None) -> Iterator[Batch]:
        """Give the messages that came into the watched folders since the cursor, oldest first."""
        with told("the Maildir cannot be read"):
            began, tree = time.time_ns(), Tree(self._settings.path)
            self._last_read = stamps_of(self._told_by(tree))
            watched = [tree.named(name) for name in self._settings.folders]
            stamps = stamps_of(watched)
            reading = self._look_over(since, watched, began) if self._nothing_new != (since, stamps) else None
        if reading is None:
            yield Batch((), Cursor(since or ""))
            return
        for part in reading.parts():
            with told("the Maildir cannot be read"):
                batch = reading.batch(part, self._opening.account)
            if reading.is_done and are_settled(stamps, began):
                self._nothing_new = (batch.cursor, stamps)
            yield batch

    def _look_over(self, since: Cursor | None, watched: Sequence[Folder], began: int) -> Reading:
        """Look over the watched folders; one that the cursor does not know is read from the look-back."""
        position = position_in(since) if since is not None else None
        lost = since is not None and position is None
        floor = (self._opening.clock() - self._opening.look_back).timestamp()
        known = position or Position({}, ())
        start = Position(
            {folder.name: known.folders.get(folder.name, ReadTo(floor)) for folder in watched}, known.given
        )
        if position is None:
            self._too_old.clear()
        given = frozenset(start.given)
        scans = [Scan(folder, start.folders[folder.name], given, self._too_old, began) for folder in watched]
        return Reading(start, scans, restarted=lost)

    # ------------------------------------------------------------------------------------------- placing

    def mark(self) -> Mark:
        """The witness of a placing tells all that a mark is for; here only the drafts folder must be there."""
        with told("the drafts folder cannot be read"):
            self._drafts(Tree(self._settings.path))
            return Mark("witness")

    def put_draft(self, octets: bytes, *, key: str, answering: Answering) -> Handle:  # noqa: ARG002 - see the docstring
        """Leave one draft, unless it lies there untouched; it is known by its octets, which say as much as the key."""
        with told("the draft cannot be placed"):
            drafts, ours = self._drafts(Tree(self._settings.path)), look_at(octets)
            found = self._find(ours, answering, drafts)
            if found is None or found[1] is not DraftState.WAITING:
                tidy(drafts)
                Placing(drafts, ours.digest).place(octets)
            return handle_of(ours)

    def trace(self, octets: bytes, *, key: str, answering: Answering, since: Mark | None) -> Trace:  # noqa: ARG002
        """Look for the draft, for an answer, and for the witness of a draft that was placed."""
        with told("the drafts folder cannot be read"):
            tree, ours = Tree(self._settings.path), look_at(octets)
            placed = since is not None and self._was_placed(ours, answering, tree)
            return self._fate(ours, answering, tree, missing=DraftState.GONE if placed else DraftState.ABSENT)

    def draft_state(self, handle: Handle, *, answering: Answering) -> DraftState:
        """Look for the draft and for an answer."""
        with told("the drafts folder cannot be read"):
            tree = Tree(self._settings.path)
            return self._fate(look_in(handle), answering, tree, missing=DraftState.GONE).state

    def withdraw(self, handle: Handle) -> bool:
        """Remove the file with just these octets, if it is there."""
        with told("the draft cannot be removed"):
            drafts, digest = self._drafts(Tree(self._settings.path)), look_in(handle).digest
            untouched = [file for file, look in self._looking.drafts(drafts) if look.digest == digest]
            for file in untouched:
                remove(file.path)
            return bool(untouched)

    def _fate(self, ours: Look, answering: Answering, tree: Tree, *, missing: DraftState) -> Trace:
        found = self._find(ours, answering, self._drafts(tree))
        handle = handle_of(ours) if found else None
        if self._is_answered(ours, answering, tree):
            return Trace(DraftState.SENT, handle)
        return Trace(found[1] if found else missing, handle)

    def _find(self, ours: Look, answering: Answering, drafts: Folder) -> tuple[File, DraftState] | None:
        """Where our draft lies; looked for twice, for a file renamed at the wrong moment is missing from a listing."""
        return find(ours, answering, self._looking.drafts(drafts)) or find(
            ours, answering, self._looking.drafts(drafts)
        )

    def _is_answered(self, ours: Look, answering: Answering, tree: Tree) -> bool:
        source = tree.find(answering.ref.folder)
        if source and self._looking.is_answered(source, answering.ref.key):
            return True
        sent = _those(self._settings.sent, KNOWN_SENT, tree)
        return answered(ours.head, answering, self._looking.heads(sent, answering.received_at))

    def _was_placed(self, ours: Look, answering: Answering, tree: Tree) -> bool:
        if Placing(self._drafts(tree), ours.digest).took_effect:
            return True
        trash = _those(self._settings.trash, KNOWN_TRASH, tree)
        trashed = self._looking.heads(trash, answering.received_at)
        return ours.head.message_id is not None and any(head.message_id == ours.head.message_id for head in trashed)

    # ------------------------------------------------------------------------------------------- waiting

    def wait(self, seconds: float) -> None:
        """Look at the times of the directories until one differs from when they were last read."""
        until = time.monotonic() + seconds
        with told("the Maildir cannot be read"):
            folders = self._told_by(Tree(self._settings.path))
            before = self._last_read or stamps_of(folders)
            while stamps_of(folders) == before and (left := until - time.monotonic()) > 0:
                if self._closed.wait(min(left, LOOK_EVERY)):
                    return

    def close(self) -> None:
        """End a wait; nothing else is held."""
        self._closed.set()

    # ------------------------------------------------------------------------------------------- folders

    def _drafts(self, tree: Tree) -> Folder:
        """The folder for drafts; none is made without leave."""
        wanted = self._settings.drafts
        if wanted and sends(wanted):
            raise Refused(f'drafts = "{wanted}": a program may send what is put there; there are: {tree.names}')
        if folder := tree.find(*([wanted] if wanted else KNOWN_DRAFTS)):
            return folder
        if self._settings.create_folders:
            return tree.create(wanted or KNOWN_DRAFTS[0])
        missing = f"there is no drafts folder {wanted!r}" if wanted else "there is no drafts folder"
        raise Refused(
            f"{missing} in {tree.root}: make one in your mail program, "
            f'name it by drafts = "...", or allow create_folders = true; there are: {tree.names}'
        )

    def _told_by(self, tree: Tree) -> list[Folder]:
        """The folders whose change is worth a look: those watched, the drafts and what was sent."""
        watched = [tree.named(name) for name in self._settings.folders]
        others = (self._settings.drafts, *KNOWN_DRAFTS, self._settings.sent, *KNOWN_SENT)
        found = [tree.find(name) for name in others if name]
        return [*watched, *(folder for folder in found if folder)]


def _those(wanted: str | None, known: Iterable[str], tree: Tree) -> list[Folder]:
    """The folder that the user named, else all of the known ones that there are."""
    if wanted:
        return [tree.named(wanted)]
    found = [tree.find(name) for name in known]
    return list({folder.path: folder for folder in found if folder}.values())
