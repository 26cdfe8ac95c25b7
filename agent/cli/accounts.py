"""``init`` and ``account``: make a config, add, list, test and remove the accounts in it."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import click

from agent.cli.common import configured, json_option, with_places
from agent.cli.providers import Provider, provider_of
from agent.cli.terminal import say, say_json, stop
from agent.config import AccountConfig, Config, ConfigError, Places, config_from
from agent.config.edit import EditError, change, started, with_account, without_account, write
from agent.resources import example_config
from agent.secrets import SecretError, Vault, open_vault
from agent.wiring import check_account

_WHERE_IN_CONFIG = re.compile(r"^[^ ]*: (?:accounts\.\d+\.)?")
"""What a fault begins with that says nothing while the text it speaks of is not written yet."""

_NAME = click.argument("name")
_PASSWORD = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.command()
@click.option("--name", help="Your name, as drafts are signed.")
@click.option("--timezone", help="Your time zone, such as Europe/Berlin.")
@with_places
def init(where: Places, name: str | None, timezone: str | None) -> None:
    """Make a config with every key explained. Nothing that exists is changed."""
    if where.config.exists():
        stop(f"{where.config} is there already; edit it, or add an account with: cordially account add imap", status=2)
    _begin(where, name, timezone)
    say("Next: write down there what you want, then: cordially account add imap")


@click.group()
def account() -> None:
    """Add, list, test and remove mail accounts."""


@account.group()
def add() -> None:
    """Add an account: asks little, signs in at once, and says what is wrong."""


@add.command()
@click.option("--address", prompt="Your address", help="The mail address; drafts are written from it.")
@click.option("--name", help="A short name for the account (default: made from the address).")
@click.option("--host", help="The IMAP server (default: found by the address).")
@click.option("--port", type=int, help="The port (default: 993, or 143 for starttls).")
@click.option("--security", type=click.Choice(["tls", "starttls", "plain"]), help="plain: to this machine only.")
@click.option("--user", help="The login name, where it is not the address.")
@click.option("--ca-file", help="A certificate authority of your own.")
@click.option("--drafts", help="The drafts folder, where the server does not say which it is.")
@_PASSWORD
@with_places
def imap(where: Places, address: str, name: str | None, *, password_stdin: bool, **given: Any) -> None:
    """Add an IMAP account (any standard server, with a password)."""
    provider = Provider(given["host"]) if given["host"] else provider_of(address)
    if provider.refused:
        stop(provider.refused)
    keys = {"name": name or _name_from(address), "kind": "imap", "addresses": [address], **_server(provider, given)}
    candidate = _candidate(where, keys)
    vault = _vault(candidate.config, where)
    if provider.note and not password_stdin:
        say(provider.note)
    secret = _ask_password(address, from_stdin=password_stdin)
    hint = "" if given["host"] else f" The server was taken to be {provider.host}; another is named with --host."
    _try(candidate, where, hint, secret=secret)
    _keep(vault, candidate.name, secret)
    try:
        _write_down(where, candidate)
    except BaseException:
        vault.delete(candidate.name)
        raise
    _added(candidate, f" The password is in {vault.describe()}.")


@add.command()
@click.option("--address", prompt="Your address", help="The mail address; drafts are written from it.")
@click.option("--path", prompt="The Maildir's folder", help="The folder that holds cur, new and tmp.")
@click.option("--name", help="A short name for the account (default: made from the address).")
@click.option("--drafts", help="The drafts folder, where its name is unusual.")
@click.option("--create-folders", is_flag=True, help="Make the drafts folder where there is none.")
@with_places
def maildir(
    where: Places, address: str, path: str, name: str | None, *, drafts: str | None, create_folders: bool
) -> None:
    """Add a local Maildir."""
    keys: dict[str, Any] = {
        "name": name or _name_from(address),
        "kind": "maildir",
        "addresses": [address],
        "path": str(Path(path).expanduser().absolute()),
    }
    candidate = _candidate(where, keys | _written(drafts=drafts, create_folders=create_folders or None))
    _try(candidate, where)
    _write_down(where, candidate)
    _added(candidate)


@account.command(name="list")
@json_option
@with_places
def list_accounts(where: Places, *, as_json: bool) -> None:
    """List the accounts of the config."""
    config = configured(where)
    for entry in config.accounts:
        record = _record(entry)
        say_json(record) if as_json else say(f"{record['name']:16} {record['kind']:8} {', '.join(record['addresses'])}")
    if not as_json and not config.accounts:
        say("No accounts yet; add one with: cordially account add imap")


@account.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@json_option
@with_places
@click.pass_context
def test(context: click.Context, where: Places, names: tuple[str, ...], *, as_json: bool) -> None:
    """Sign in to the accounts named (or to all), look at the folders, and change nothing."""
    config = configured(where)
    entries = [_entry(config, name) for name in names] or list(config.accounts)
    checks = [(entry, check_account(entry, config, where.state)) for entry in entries]
    for entry, trouble in checks:
        if as_json:
            say_json(_record(entry) | {"ok": trouble is None, "error": trouble.words if trouble else None})
        else:
            say(f"{entry.account.name}: {trouble.words if trouble else 'all is well'}")
    context.exit(1 if any(trouble for _, trouble in checks) else 0)


@account.command()
@_NAME
@with_places
def remove(where: Places, name: str) -> None:
    """Take an account out of the config and forget its password. Its mail and drafts stay as they are."""
    config = configured(where)
    entry = _entry(config, name)
    _edit(where, lambda text: without_account(text, name))
    if entry.kind == "imap":
        _forget_password(config, where, name)
    say(f"Removed {name}. What is remembered of its mail goes with: cordially forget --all")


@account.command()
@_NAME
@_PASSWORD
@with_places
def password(where: Places, name: str, *, password_stdin: bool) -> None:
    """Set a new password for an account, once it has been seen to work; else the old one stays."""
    config = configured(where)
    entry = _entry(config, name)
    if entry.kind != "imap":
        stop(f"{name} is a {entry.kind} account and takes no password", status=2)
    vault = _vault(config, where)
    secret = _ask_password(entry.account.addresses[0], from_stdin=password_stdin)
    trouble = check_account(entry, config, where.state, secret=secret)
    if trouble:
        stop(f"{name}: {trouble.words}\nNothing was changed.")
    _keep(vault, name, secret)
    say(f"{name}: all is well; the password is in {vault.describe()}")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An account that is not written down yet, and the config as it would be with it."""

    keys: Mapping[str, Any]
    config: Config

    @property
    def name(self) -> str:
        return str(self.keys["name"])

    @property
    def entry(self) -> AccountConfig:
        return _entry(self.config, self.name)


def _candidate(where: Places, keys: Mapping[str, Any]) -> _Candidate:
    """The account as the config would have it; makes the config where there is none."""
    if not where.config.exists():
        _begin(where, None, None)
    config = configured(where)
    if any(entry.account.name == keys["name"] for entry in config.accounts):
        stop(f"there is an account {keys['name']!r} already; give this one another name with --name", status=2)
    try:
        return _Candidate(keys, config_from(with_account(where.config.read_text("utf-8-sig"), keys), "config.toml"))
    except EditError as fault:
        stop(f"{where.config}: {fault}", status=2)
    except ConfigError as wrong:
        stop("\n".join(_WHERE_IN_CONFIG.sub("", fault) for fault in wrong.faults), status=2)


def _try(candidate: _Candidate, where: Places, hint: str = "", *, secret: str | None = None) -> None:
    """Sign in and look at the folders, before anything is kept."""
    trouble = check_account(candidate.entry, candidate.config, where.state, secret=secret)
    if trouble:
        stop(f"{trouble.words}{hint}\nNothing was added.")


def _write_down(where: Places, candidate: _Candidate) -> None:
    def added(text: str) -> str:
        if any(account.get("name") == candidate.name for account in tomllib.loads(text).get("accounts", [])):
            raise EditError(f"an account {candidate.name!r} was added meanwhile; give this one another --name")
        return with_account(text, candidate.keys)

    _edit(where, added)


def _added(candidate: _Candidate, kept: str = "") -> None:
    say(f"Added {candidate.name}: the inbox and the drafts folder were found.{kept}")
    say("Next: cordially run --once --dry-run")


def _edit(where: Places, edit: Callable[[str], str]) -> None:
    try:
        change(where.config, edit)
    except EditError as fault:
        stop(f"{where.config}: {fault}")
    except OSError as fault:
        stop(f"{where.config} cannot be written: {fault.strerror}")


def _begin(where: Places, name: str | None, timezone: str | None) -> None:
    """Write the first config; asks for what was not given."""
    name = name or click.prompt("Your name")
    zone = timezone or click.prompt("Your time zone", default=_this_zone())
    text = started(name, zone, example_config().read_text("utf-8"))
    try:
        config_from(text, where.config.name)
        write(where.config, text)
    except ConfigError as wrong:
        stop("\n".join(_WHERE_IN_CONFIG.sub("", fault) for fault in wrong.faults), status=2)
    except OSError as fault:
        stop(f"{where.config} cannot be written: {fault.strerror}")
    say(f"Written: {where.config}")


def _this_zone() -> str | None:
    """The machine's own zone by its IANA name, where it tells."""
    _, _, linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    return next((zone for zone in (os.environ.get("TZ"), linked) if zone in available_timezones()), None)


def _server(provider: Provider, given: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of the server: what was given, else what is known of the provider; defaults stay unwritten."""
    known = _written(host=provider.host, port=provider.port, security=provider.security)
    return known | _written(**given)


def _written(**keys: Any) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value is not None}


def _name_from(address: str) -> str:
    """A short name for an account: the first label of the domain, such as "fastmail"."""
    return address.rpartition("@")[2].partition(".")[0] or "mail"


def _ask_password(address: str, *, from_stdin: bool) -> str:
    secret = (
        sys.stdin.readline().rstrip("\r\n") if from_stdin else click.prompt(f"Password for {address}", hide_input=True)
    )
    if not secret:
        stop("no password was given", status=2)
    return str(secret)


def _keep(vault: Vault, name: str, secret: str) -> None:
    try:
        vault.set(name, secret)
    except SecretError as fault:
        stop(str(fault))


def _vault(config: Config, where: Places) -> Vault:
    try:
        return open_vault(config.secret_store, where.state, keyring_backend=config.keyring_backend)
    except SecretError as fault:
        stop(f"{fault}\nThe config is {where.config}")


def _forget_password(config: Config, where: Places, name: str) -> None:
    try:
        open_vault(config.secret_store, where.state, keyring_backend=config.keyring_backend).delete(name)
    except SecretError as fault:
        say(f"The password could not be forgotten: {fault}", err=True)


def _entry(config: Config, name: str) -> AccountConfig:
    found = next((entry for entry in config.accounts if entry.account.name == name), None)
    if found is None:
        known = ", ".join(entry.account.name for entry in config.accounts) or "none"
        stop(f"there is no account {name!r} in the config; there is: {known}", status=2)
    return found


def _record(entry: AccountConfig) -> dict[str, Any]:
    return {"name": entry.account.name, "kind": entry.kind, "addresses": list(entry.account.addresses)}
