"""Which folder is for what: by special use (RFC 6154), else by the names programs give, never by a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connectors.base import Refused
from connectors.outbox import sends

NAMES_SHOWN = 40
"""Names of folders an error text shows at the most."""


class Role(StrEnum):
    """What a folder is for; the value is the key in the config."""

    DRAFTS = "drafts"
    SENT = "sent"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class Folder:
    """One line of LIST; ``attributes`` are lower case, since some servers write ``\\drafts``."""

    name: str
    attributes: frozenset[str]
    delimiter: str

    @property
    def is_open(self) -> bool:
        """False for a node of the tree that holds no messages."""
        return not self.attributes & {"\\noselect", "\\nonexistent"}

    @property
    def place(self) -> tuple[str, str]:
        """The folder above, and its own name in it, for comparing."""
        above, _, name = self.name.rpartition(self.delimiter) if self.delimiter else ("", "", self.name)
        return above.casefold(), name.casefold()


_ROOTS = frozenset({"", "inbox", "[gmail]", "[google mail]"})
_USUAL_NAMES = {
    Role.DRAFTS: frozenset(
        {
            "drafts",
            "draft",
            "entwürfe",
            "brouillons",
            "borradores",
            "concepten",
            "bozze",
            "rascunhos",
            "utkast",
            "wersje robocze",
        }
    ),
    Role.SENT: frozenset(
        {"sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete objekte", "gesendete elemente"}
        | {"envoyés", "éléments envoyés", "messages envoyés", "enviados", "elementos enviados", "verzonden"}
        | {"verzonden items", "posta inviata", "inviata", "itens enviados", "skickat", "wysłane"}
    ),
    Role.TRASH: frozenset(
        {"trash", "deleted items", "deleted messages", "deleted", "bin", "papierkorb", "gelöschte elemente"}
        | {"gelöschte objekte", "corbeille", "éléments supprimés", "papelera", "elementos eliminados", "prullenbak"}
        | {"verwijderde items", "cestino", "posta eliminata", "lixeira", "itens excluídos", "papperskorg", "kosz"}
    ),
}


def folder_for(role: Role, folders: Sequence[Folder], named: str | None) -> str | None:
    """The folder for a role: the one the user named, the one the server marks, or the only one with a usual name."""
    if named is not None:
        return _the_named(role, folders, named)
    there = [folder for folder in folders if folder.is_open]
    if marked := [folder.name for folder in there if f"\\{role}" in folder.attributes]:
        return marked[0]
    usual = [folder.name for folder in there if folder.place[0] in _ROOTS and folder.place[1] in _USUAL_NAMES[role]]
    return usual[0] if len(usual) == 1 else None


def _the_named(role: Role, folders: Sequence[Folder], named: str) -> str:
    if not any(same_folder(folder.name, named) for folder in folders if folder.is_open):
        raise Refused(f'{role} = "{named}": the server has no such folder. {names_of(folders)}')
    return named


def drafts_folder(folders: Sequence[Folder], named: str | None) -> str:
    """The drafts folder; Refused where it cannot be told, for none is made without asking."""
    found = folder_for(Role.DRAFTS, folders, named)
    if found is None:
        raise Refused(
            f'The drafts folder cannot be told: name it in the config with drafts = "...". {names_of(folders)}'
        )
    if sends(found):
        raise Refused(f'drafts = "{found}": a server may send what is put there. {names_of(folders)}')
    return found


def same_folder(one: str, other: str) -> bool:
    """True for two names of one folder (INBOX in any case, RFC 3501 section 5.1)."""
    return one == other or one.upper() == other.upper() == "INBOX"


def names_of(folders: Sequence[Folder]) -> str:
    """The folders there are, as a sentence for an error text."""
    names = sorted(folder.name for folder in folders if folder.is_open)
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f"Folders there: {', '.join(names[:NAMES_SHOWN]) or 'none'}{more}."
