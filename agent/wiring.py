"""The only place that knows every part: a Config becomes accounts, connectors and a Desk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from agent.config import AccountConfig, Config
from agent.core.model import Case, Matter, Slot
from agent.core.profile import Account
from agent.drafters.template import TemplateDrafter
from agent.notify import LineMessenger
from agent.pipeline import each_of, rehearse, remind, sweep, where
from agent.ports import Desk, Messenger, Store
from agent.resources import lexicons, templates_folder
from agent.secrets import SecretError, open_vault
from agent.store import StoreError
from agent.store.lock import only_one
from connectors import find
from connectors.base import Connector, ConnectorError, Opening, SignInNeeded

log = logging.getLogger(__name__)


class NoCalendar:
    """An Availability that knows of no appointments: the user has named no calendar."""

    def busy(self, matter: Matter) -> tuple[Slot, ...]:  # noqa: ARG002
        return ()


def utc_now() -> datetime:
    return datetime.now(UTC)


def _unwatched(case: Case) -> None:
    """Nobody watches."""


@cache
def _drafter() -> TemplateDrafter:
    """Our own letters; compiled once for all desks of the process."""
    return TemplateDrafter(templates_folder())


def desk_over(
    store: Store,
    say: Callable[[str], None],
    *,
    messenger: Messenger | None = None,
    now: Callable[[], datetime] = utc_now,
    seen: Callable[[Case], None] = _unwatched,
) -> Desk:
    """A desk with our own templates and languages over any store and clock; ``say`` takes lines for the user.

    ``messenger`` tells the nudges where lines will not do.
    """
    return Desk(
        store=store,
        drafter=_drafter(),
        availability=NoCalendar(),
        messenger=messenger or LineMessenger(say),
        lexicons=lexicons(),
        now=now,
        seen=seen,
    )


@contextmanager
def connected(
    entry: AccountConfig, config: Config, secret: Callable[[], str], *, now: Callable[[], datetime] = utc_now
) -> Iterator[Connector]:
    """The connector of one account, closed at the end. Connects with its first call, not here."""
    opening = Opening(
        account=entry.account.name,
        addresses=entry.account.addresses,
        settings=entry.settings,
        secret=secret,
        clock=now,
        look_back=config.look_back,
    )
    mail = find(entry.kind)(opening)
    try:
        yield mail
    finally:
        mail.close()


def _secret(entry: AccountConfig, config: Config, state: Path) -> str:
    name = entry.account.name
    try:
        vault = open_vault(config.secret_store, state, keyring_backend=config.keyring_backend)
        secret = vault.get(name)
    except SecretError as fault:
        raise SignInNeeded(f"{name}: {fault}") from None
    if secret is None:
        raise SignInNeeded(
            f"{name}: no password in {vault.describe()}; set one with: cordially account password {name}"
        )
    return secret


@dataclass(frozen=True, slots=True)
class Trouble:
    """An account whose pass could not be finished, and what is wrong, in words for the user."""

    account: str
    words: str


def one_pass(config: Config, state: Path, desk: Desk) -> tuple[Trouble, ...]:
    """Sweep every account once, if nobody else is at it; an account that fails does not stop the next."""
    with only_one(state):
        return _over_accounts(config, state, desk, _sweep_and_remind)


def rehearsal(config: Config, state: Path, desk: Desk) -> tuple[Trouble, ...]:
    """Follow what is new in every account, over a desk whose store is a scratch copy; nothing is written anywhere."""
    return _over_accounts(config, state, desk, rehearse)


def check_account(entry: AccountConfig, config: Config, state: Path, *, secret: str | None = None) -> Trouble | None:
    """Sign in, find the drafts folder and begin to read; change nothing. None where all is well.

    ``secret`` is tried in the place of the one that is kept.
    """

    def look(_: Account, mail: Connector) -> None:
        mail.mark()
        next(iter(mail.changes(None)), None)

    given = secret
    return _attempt(entry, config, lambda: _secret(entry, config, state) if given is None else given, utc_now, look)


def _over_accounts(
    config: Config, state: Path, desk: Desk, work: Callable[[Account, Connector, Desk], None]
) -> tuple[Trouble, ...]:
    attempts = (
        _attempt(
            entry,
            config,
            partial(_secret, entry, config, state),
            desk.now,
            lambda account, mail: work(account, mail, desk),
        )
        for entry in config.accounts
    )
    return tuple(trouble for trouble in attempts if trouble)


def _sweep_and_remind(account: Account, mail: Connector, desk: Desk) -> None:
    """A pass over one account: where a draft is refused, what became of the others is asked all the same."""
    each_of((partial(sweep, account, mail, desk), partial(remind, account, mail, desk)))


def _attempt(
    entry: AccountConfig,
    config: Config,
    secret: Callable[[], str],
    now: Callable[[], datetime],
    work: Callable[[Account, Connector], None],
) -> Trouble | None:
    """Do something with one account; whatever goes wrong there is told and stays there."""
    try:
        with connected(entry, config, secret, now=now) as mail:
            work(entry.account, mail)
    except (ConnectorError, StoreError) as fault:
        return Trouble(entry.account.name, str(fault))
    except Exception as fault:
        log.error("account=%s fault=%s at=%s", entry.account.name, type(fault).__name__, where(fault))
        return Trouble(entry.account.name, f"a fault in Cordially itself ({type(fault).__name__}); please report it")
    return None
