"""What a user types. Each command is imported when it is called, so that ``--help`` and ``classify`` stay quick."""

from __future__ import annotations

from importlib import import_module

import click

from agent import __version__
from agent.cli import terminal

_COMMANDS = {
    "account": ("agent.cli.accounts:account", "Add, list, test and remove mail accounts."),
    "cases": ("agent.cli.cases:cases", "List the conversations Cordially knows of."),
    "classify": ("agent.cli.judge:classify", "Say what .eml files are; touches no mailbox and no state."),
    "demo": ("agent.cli.demo:demo", "Show the whole product on a sample mailbox, with no account."),
    "explain": ("agent.cli.cases:explain", "Show why: the lenses, the rules and the words that led to a decision."),
    "forget": ("agent.cli.cases:forget", "Erase what is remembered of a company, or of everything."),
    "init": ("agent.cli.accounts:init", "Make a config with every key explained."),
    "propose": ("agent.cli.propose:propose", "Say what would be done with .eml files; touches nothing."),
    "run": ("agent.cli.run:run", "Read the accounts and leave drafts."),
}


class _Lazy(click.Group):
    """A group that knows its commands by name and one line, and imports one only when it is called."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[name][0].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in sorted(_COMMANDS.items())])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option("--config", metavar="FILE", help="The config file (CORDIALLY_CONFIG).")
@click.option("--state", metavar="FOLDER", help="The state folder (CORDIALLY_STATE).")
@click.version_option(__version__, prog_name="cordially")
@click.pass_context
def main(context: click.Context, config: str | None, state: str | None) -> None:
    """Cordially reads your mail, finds interview invitations, and leaves a reply in Drafts. It never sends."""
    terminal.ready()
    context.obj = (config, state)
