"""A connector to a Maildir on this machine, as mbsync, offlineimap, getmail or a mail server fill it.

What a Maildir is: each message is a file; ``new`` holds what no program has looked at, ``cur`` the rest, with the flags
behind ``:2,`` in the name; a change of flags renames the file, so a message is known by the part before. A file comes
to lie there by a rename, never half written.

**Reading.** Names may come in any order, and a tool that copies mail may give a file the modification time of the
original, so neither tells what is new. The time of the last status change (ctime) does: the kernel sets it when a file
is made or renamed, and nobody can set it back. A cursor holds the newest ctime seen, and the names of the messages
given of late, because a change of flags renews the ctime. A message whose name has dropped out of that list may be
given a second time; none is ever left out.

**Placing.** See :mod:`connectors.maildir.placing`.

``settings`` what the user wrote; ``tree`` files and folders; ``reading`` what is new; ``placing`` how a draft comes to
lie there; ``looking`` what lies in the drafts, sent and trash folders; ``connector`` the connector itself.
"""

from connectors.maildir.connector import MaildirConnector
from connectors.maildir.settings import Settings

__all__ = ["MaildirConnector", "Settings"]
