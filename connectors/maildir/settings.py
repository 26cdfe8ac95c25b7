"""The keys of a Maildir account, and the names its folders usually have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.base import Refused

INBOX = "INBOX"

KNOWN_DRAFTS = (
    "Drafts", "Draft", "INBOX/Drafts", "[Gmail]/Drafts", "[Google Mail]/Drafts", "Entwürfe", "Brouillons", "Borradores",
    "Bozze", "Concepten", "Rascunhos", "Utkast", "Kladder", "Szkice",
)  # fmt: skip
KNOWN_SENT = (
    "Sent", "Sent Items", "Sent Messages", "Sent Mail", "INBOX/Sent", "[Gmail]/Sent Mail", "[Google Mail]/Sent Mail",
    "Gesendet", "Gesendete Elemente", "Envoyés", "Éléments envoyés", "Enviados", "Elementos enviados", "Inviata",
    "Posta inviata", "Verzonden", "Verzonden items", "Itens enviados", "Skickat", "Sendt", "Wysłane",
)  # fmt: skip
KNOWN_TRASH = (
    "Trash", "Deleted Items", "Deleted Messages", "INBOX/Trash", "[Gmail]/Trash", "[Google Mail]/Trash", "Papierkorb",
    "Gelöschte Elemente", "Corbeille", "Papelera", "Cestino", "Prullenbak", "Lixeira", "Papperskorgen", "Kosz",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys of a Maildir account in the config.

    ``path``: the Maildir. ``folders``: those to watch. ``drafts``, ``sent``, ``trash``: their names, where they are not
    among the known ones. ``create_folders``: a missing drafts folder may be made.
    """

    path: Path
    folders: tuple[str, ...] = (INBOX,)
    drafts: str | None = None
    sent: str | None = None
    trash: str | None = None
    create_folders: bool = False

    @classmethod
    def of(cls, keys: Mapping[str, Any]) -> Settings:
        """Read the account's keys; other keys are passed over."""
        if not keys.get("path"):
            raise Refused("the account has no path: name its Maildir")
        return cls(
            path=Path(keys["path"]).expanduser(),
            folders=tuple(keys.get("folders") or (INBOX,)),
            drafts=keys.get("drafts"),
            sent=keys.get("sent"),
            trash=keys.get("trash"),
            create_folders=bool(keys.get("create_folders", False)),
        )
