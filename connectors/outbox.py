"""Folders from which mail leaves: some servers (Courier's Outbox) and some programs send whatever is put there."""

from __future__ import annotations

import re

_SENDING = frozenset({
    "outbox", "outgoing", "postausgang", "boîte d'envoi", "bandeja de salida", "posta in uscita", "postvak uit",
    "caixa de saída", "utkorg", "utboks", "udbakke", "lähtevät", "skrzynka nadawcza",
})  # fmt: skip
_SEPARATORS = re.compile(r"[./\\|]")


def sends(folder: str) -> bool:
    """True where a message stored in a folder of this name may be sent by whoever watches it."""
    return _SEPARATORS.split(folder.casefold())[-1].strip() in _SENDING
