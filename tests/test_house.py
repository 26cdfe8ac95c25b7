"""The house as a whole: what an installed wheel holds, what a command imports, and that nothing can send."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "agent" / "demo" / "mails" / "01-personal-note.eml"
SENDS = {"smtplib", "aiosmtplib"}
SENDING_CALLS = {"sendmail", "send_message", "SMTP", "SMTP_SSL"}


def modules() -> list[Path]:
    return sorted(path for package in ("agent", "connectors") for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_imports_or_calls_what_sends_mail(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        module = node.module if isinstance(node, ast.ImportFrom) else None
        assert not SENDS & {(name or "").partition(".")[0] for name in [*names, module]}
        assert not (isinstance(node, ast.Attribute) and node.attr in SENDING_CALLS)


def imported_by(*arguments: str) -> set[str]:
    """The top-level modules in memory after a command has run."""
    script = (
        "import sys, json\n"
        "from agent.cli import main\n"
        "try: main(sys.argv[1:], prog_name='cordially')\n"
        "except SystemExit: pass\n"
        "print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, check=True, text=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


HEAVY = {"sqlalchemy", "alembic", "pydantic", "jinja2", "imapclient", "keyring", "googleapiclient", "msal", "requests"}


def test_help_imports_nothing_heavy() -> None:
    assert not (HEAVY | {"selectolax", "icalendar", "tomllib"}) & imported_by("--help")


def test_classify_imports_nothing_that_only_a_mailbox_needs() -> None:
    assert not (HEAVY | {"icalendar"}) & imported_by("classify", "--json", str(SAMPLE))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The wheel, built and unpacked outside the checkout; gives the environment that runs it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = folder.glob("cordially-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return {**os.environ, "PYTHONPATH": str(folder / "site"), "HOME": str(folder)}


def run_installed(installed: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "agent", *arguments]
    done = subprocess.run(command, env=installed, cwd=installed["HOME"], capture_output=True, check=True, text=True)
    return done.stdout


def test_an_installed_wheel_is_what_runs(installed: dict[str, str]) -> None:
    where = [sys.executable, "-c", "import agent, agent.resources as r; print(agent.__file__, r.templates_folder())"]
    done = subprocess.run(where, env=installed, cwd=installed["HOME"], capture_output=True, check=True, text=True)

    assert all(path.startswith(installed["PYTHONPATH"]) for path in done.stdout.split())


def test_an_installed_wheel_reads_and_answers_mail(installed: dict[str, str]) -> None:
    assert json.loads(run_installed(installed, "classify", "--json", str(SAMPLE)))["kind"] == "invitation"
    run_installed(installed, "init", "--name", "Robin Ashdown", "--timezone", "Europe/Berlin")
    told = json.loads(run_installed(installed, "propose", "--json", "--at", "2026-06-09T09:00+02:00", str(SAMPLE)))

    assert told["draft"]["in_reply_to"] == "<5f0c71d2-88ab-4e3e@larkfield.example>"


def test_an_installed_wheel_shows_the_demo_with_its_own_migrations(installed: dict[str, str]) -> None:
    assert "Drafts" in run_installed(installed, "demo")
