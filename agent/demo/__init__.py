"""The sample mailbox of ``cordially demo``: mails of one week in June 2026, written for it, and Robin's config."""
