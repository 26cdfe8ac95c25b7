"""Cordially: finds interview invitations in a mailbox and leaves a reply in Drafts. It never sends.

The map of the house
====================

The story is ``pipeline``: ``sweep`` reads what is new in an account and places drafts, ``consider`` follows one
message, ``remind`` asks what became of the drafts. It runs through pure stages (``core``), asks the world through
``ports``, and knows no mail system, no database and no template by name.

::

    cli/          what a user types; each command is imported when it is called
    wiring        the only place that knows every part: a Config becomes connectors and a Desk
    store/        what is remembered: SQLite through SQLAlchemy Core; migrations; the journal
    drafters/     the words of a reply: templates in Jinja2
    config/       config.toml, read once, every fault at once       secrets   where passwords are kept
    notify        tells the user what is due                        resources finds the data files
    pipeline      the story
    ports         what the story asks of the world, gathered in a Desk
    core/         values in, values out; no clock, no disk, no network, no randomness
        parse     octets become a ParsedMessage; never raises
        classify  what the mail is         extract  what it is about
        decide    what to answer, rule by rule through four lenses
        compose   the reply as a message   remind   what to tell the user, and when
    languages/    the words of each language, one table a stage     data/     senders, providers
    demo/         the sample mailbox

    connectors/   the mail systems, beside this package: they know mail and nothing of interviews
    templates/    the letters

Imports point downward in that order; the contracts in ``pyproject.toml`` hold them to it. Connectors import only
``connectors.base`` and what they share.

Why no crash can lose an invitation or double a draft
=====================================================

A message is *kept* in one transaction with the proposal it led to; then the *cursor* moves; then the draft is
*placed*. Each step may run twice: ``keep`` is first-writer-wins by constraint, and a draft has a key of its own. Before
a draft is placed, how the drafts stood (a mark) is stored; after a crash the connector tells from it whether the draft
came to lie there, and whether the user has edited, sent or deleted it since. What went stale meanwhile is weighed anew.
"""

__version__ = "0.1.0"
