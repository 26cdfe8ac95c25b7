"""Our drafts in a real mail program: neomutt recalls one and shows the right people, subject, thread and words."""

from __future__ import annotations

import os
import shutil
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pexpect
import pytest

from tests.story.power import Fuse
from tests.story.power_laws import HIM, INVITED, ME, House, letters
from tests.worlds.maildir import MaildirWorld

CLIENT = shutil.which("neomutt") or shutil.which("mutt")

pytestmark = [
    pytest.mark.needs_client,
    pytest.mark.skipif(CLIENT is None and os.environ.get("CI") != "true", reason="neomutt or mutt is not installed"),
]


@pytest.fixture
def recalled(tmp_path: Path) -> EmailMessage:
    """What the program's editor is given when the user recalls the draft of a first invitation."""
    world = MaildirWorld(tmp_path / "Maildir")
    world.deliver(letters(world.now())[0])
    assert House(world, tmp_path / "state").run(Fuse())
    shown = tmp_path / "shown.eml"
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\ncp "$1" {shown}\n', "utf-8")
    editor.chmod(0o755)
    settings = tmp_path / "muttrc"
    settings.write_text(
        "\n".join(
            (
                f'set folder="{world.root}"',
                'set spoolfile="+"',
                'set postponed="+.Drafts"',
                'set record="+.Sent"',
                "set mbox_type=Maildir",
                f'set editor="{editor}"',
                "set edit_headers=yes",
                'set sendmail="/bin/false"',
                f'set from="{ME}"',
                "",
            )
        ),
        "utf-8",
    )
    environment = {**os.environ, "TERM": "xterm", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    program = pexpect.spawn(
        str(CLIENT), ["-n", "-F", str(settings), "-p"], env=environment, timeout=15, dimensions=(40, 120)
    )
    try:
        program.expect("y:Send")
    finally:
        program.close(force=True)
    return cast("EmailMessage", message_from_bytes(shown.read_bytes(), policy=policy.default))


def test_a_mail_program_opens_the_draft_with_the_right_people_and_subject(recalled: EmailMessage) -> None:
    assert HIM in str(recalled["To"])
    assert ME in str(recalled["From"])
    assert str(recalled["Subject"]) == "Re: Interview for Platform Engineer"


def test_a_mail_program_opens_the_draft_in_the_thread_of_the_invitation(recalled: EmailMessage) -> None:
    assert str(recalled["In-Reply-To"]) == INVITED


def test_a_mail_program_opens_the_draft_with_its_words(recalled: EmailMessage) -> None:
    words = recalled.get_content()

    assert words.startswith(("Hi Mara,", "Dear Mara"))
    assert words.rstrip().endswith("Ines Example")
