"""``python -m agent`` is the command ``cordially``."""

from agent.cli import main

main(prog_name="cordially")
