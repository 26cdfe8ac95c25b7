"""What is known of mail providers, so that adding an account asks little (``agent/data/providers.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from agent.resources import data_file


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's IMAP server stands; ``note`` and ``refused`` are words for the user."""

    host: str
    port: int | None = None
    security: str | None = None
    note: str = ""
    refused: str = ""


def provider_of(address: str) -> Provider:
    """The provider of an address by its domain; ``imap.DOMAIN`` where it is not known."""
    domain = address.rpartition("@")[2].lower()
    for entry in tomllib.loads(data_file("providers.toml").read_text("utf-8"))["provider"]:
        if domain in entry.pop("domains"):
            return Provider(**entry)
    return Provider(f"imap.{domain}")
