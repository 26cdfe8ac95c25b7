"""What the commands share: where config and state lie, and whether people or programs read the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from agent.cli.terminal import stop

if TYPE_CHECKING:
    from agent.config import Config, Places

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def with_places(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--config`` and ``--state``; it is called with the ``Places`` they (or the environment) name."""

    @click.option("--config", metavar="FILE", help="The config file (CORDIALLY_CONFIG).")
    @click.option("--state", metavar="FOLDER", help="The state folder (CORDIALLY_STATE).")
    @click.pass_context
    @wraps(command)
    def placed(context: click.Context, /, **given: Any) -> None:
        from agent.config import places

        outer_config, outer_state = context.obj or (None, None)
        config, state = given.pop("config"), given.pop("state")
        command(where=places(config=config or outer_config, state=state or outer_state), **given)

    return placed


def configured(where: Places) -> Config:
    """The config, or every fault in it on standard error and the exit status for wrong use."""
    from agent.config import ConfigError, load

    try:
        return load(where.config)
    except ConfigError as wrong:
        stop(str(wrong), status=2)
