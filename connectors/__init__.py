"""The mail systems Cordially can watch; one module each.

To add one:

1. Read :mod:`connectors.base`: the protocol, its values, its three errors. Read :mod:`connectors.memory`, the shortest
   connector there is. :mod:`connectors.fate` knows a draft again wherever it lies; use it.
2. Write a class that takes an :class:`~connectors.base.Opening` and touches nothing before its first method is called.
   Import your client library where you use it: ``cordially --help`` must not pay for it.
3. Write a world for it (its server, real or fake) and let your test inherit
   :class:`~connectors.conformance.ConnectorLaws`. A law your mail system knows nothing of is named in the world, with
   the reason.
4. Name it in ``pyproject.toml`` (yours or ours) under the entry point group ``cordially.connectors``::

       [project.entry-points."cordially.connectors"]
       jmap = "somewhere.jmap:JmapConnector"

The name before the equals sign is the ``kind`` of an account in the config.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from connectors.base import ConnectorFactory

GROUP = "cordially.connectors"
"""The entry point group connectors are found by."""


class UnknownKindError(LookupError):
    """No connector of this kind is installed; the text lists those that are."""


def kinds() -> tuple[str, ...]:
    """The kinds of account there are connectors for, sorted."""
    from importlib.metadata import entry_points

    return tuple(sorted(entry_points(group=GROUP).names))


def find(kind: str) -> ConnectorFactory:
    """The connector for one kind of account."""
    from importlib.metadata import entry_points

    found = entry_points(group=GROUP, name=kind)
    if not found:
        raise UnknownKindError(f"there is no connector of the kind {kind!r}; known are: {', '.join(kinds())}")
    return cast("ConnectorFactory", next(iter(found)).load())
