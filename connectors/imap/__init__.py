"""Mail over IMAP (RFC 3501, RFC 9051), with the extensions a server offers and without those it does not.

``settings`` what the user wrote; ``errors`` what went wrong, in words; ``folders`` which folder is for what;
``answers`` what a server says, as values; ``session`` the commands it is given; ``signing_in`` how a connection comes
about; ``reading`` what is new; ``drafts`` what becomes of a draft; ``connector`` the connector itself, which signs in
again when a connection turns out dead.
"""

from connectors.imap.connector import ImapConnector

__all__ = ["ImapConnector"]
