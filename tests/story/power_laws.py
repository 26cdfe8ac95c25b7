"""The power cut, as laws for any world: whatever call it strikes, one draft for each invitation and none lost.

Between the cut and the restart the user may edit, send or delete the draft, or answer by hand: then nothing is placed a
second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime
from pathlib import Path
from shutil import copytree
from typing import cast

import pytest

from agent.core.profile import Account, Profile
from agent.pipeline import remind, sweep
from agent.ports import Desk
from agent.store import open_store
from agent.wiring import desk_over
from connectors.base import Connector
from connectors.conformance import World
from tests.story.power import Fuse, Moment, PowerCut, wired_mail, wired_store

ME = "ines@example.test"
HIM = "mara.voss@northwind-labs.example"


INVITED, SECOND = "<invited@northwind-labs.example>", "<second@fernhill.example>"


def mail(head: tuple[str, ...], *lines: str) -> bytes:
    always = (f"To: Ines Example <{ME}>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8")
    return "\r\n".join((*head, *always, "", *lines, "")).encode()


def letters(now: datetime) -> tuple[bytes, ...]:
    """Two invitations and a look-alike that came this morning; the times on offer lie a few days ahead."""
    day, next_day = (f"{now + timedelta(days=days):%A %d %B %Y}" for days in (3, 4))
    date = f"Date: {format_datetime(now - timedelta(hours=3))}"
    invitation = mail(
        (f"From: Mara Voss <{HIM}>", "Subject: Interview for Platform Engineer", date, f"Message-ID: {INVITED}"),
        "Dear Ines,",
        "",
        "thank you for your application as Platform Engineer at Northwind Labs. We would like to invite you to an",
        f"interview by video. Would {day} at 10:00 or {next_day} at 14:00 suit you?",
        "",
        "Kind regards,",
        "Mara Voss",
    )
    newsletter = mail(
        (
            "From: Weekly <news@weekly.example>",
            "Subject: Ace your next interview",
            date,
            "Message-ID: <news@weekly.example>",
            "List-Id: <weekly.example>",
            "List-Unsubscribe: <https://weekly.example/u>",
            "Precedence: bulk",
        ),
        "Ten questions you will be asked. Register for our webinar. Unsubscribe any time.",
    )
    second = mail(
        (
            "From: Priya Raman <priya.raman@fernhill.example>",
            "Subject: Your application: first interview",
            date,
            f"Message-ID: {SECOND}",
        ),
        "Hello Ines,",
        "",
        "we would like to invite you to a first phone interview for the role of Data Engineer at Fernhill.",
        f"Are you available on {day} at 11:00?",
        "",
        "Best regards,",
        "Priya Raman",
    )
    return invitation, newsletter, second


def answers(octets: bytes) -> str:
    return str(message_from_bytes(octets)["In-Reply-To"])


def id_of(octets: bytes) -> str:
    return str(message_from_bytes(octets)["Message-ID"])


def by_hand(answering: str) -> bytes:
    """What the user writes or saves with a program that gives Message-IDs of its own and drops foreign headers."""
    lines = (
        f"From: Ines Example <{ME}>",
        f"To: {HIM}",
        "Subject: Re: Interview",
        "Date: Mon, 02 Mar 2026 11:00:00 +0100",
        f"Message-ID: <hand-{answering.strip('<>')}>",
        f"In-Reply-To: {answering}",
        f"References: {answering}",
        "",
        "In my own words.",
        "",
    )
    return "\r\n".join(lines).encode()


class House:
    """A world with a state folder: what is there after the process has died."""

    def __init__(self, world: World, state: Path) -> None:
        self.world = world
        self.state = state

    def run(self, fuse: Fuse) -> bool:
        """One process: a sweep and a look at the drafts, through a fuse; False where the power failed."""
        store = open_store(self.state)
        connector = self.world.connect()
        try:
            self._pass(wired_mail(connector, fuse), desk_over(wired_store(store, fuse), print, now=self.world.now))
        except PowerCut:
            return False
        finally:
            connector.close()
            store.close()
        return True

    def _pass(self, connector: Connector, desk: Desk) -> None:
        account = Account(name="here", addresses=(ME,), profile=Profile(name="Ines Example", zone="Europe/Berlin"))
        sweep(account, connector, desk)
        remind(account, connector, desk)

    def answered_by_drafts(self) -> list[str]:
        return sorted(map(answers, self.world.drafts()))


@dataclass(slots=True)
class Later:
    """The same world, a week later: every time that was on offer has passed."""

    world: World

    def now(self) -> datetime:
        return self.world.now() + timedelta(days=7)

    def __getattr__(self, name: str) -> object:
        return getattr(self.world, name)


Act = Callable[[World, bytes], None]


def edits(world: World, draft: bytes) -> None:
    world.user_edits_draft(id_of(draft), by_hand(answers(draft)))


def trashes(world: World, draft: bytes) -> None:
    world.user_trashes_draft(id_of(draft))


def destroys(world: World, draft: bytes) -> None:
    world.user_destroys_draft(id_of(draft))


def sends(world: World, draft: bytes) -> None:
    world.user_sends_draft(id_of(draft), by_hand(answers(draft)))


def sends_as_it_is(world: World, draft: bytes) -> None:
    world.user_sends_draft(id_of(draft), draft)


class PowerLaws:
    """Inherited by a test class that gives ``new_world``: a call that makes a fresh, empty world.

    ``arriving`` says which letters come: all three, or one where a world is slow.
    """

    arriving = slice(None)

    cuts_in_all = 400
    """More calls than a pass ever makes: a law that reaches this number has run away."""

    @pytest.fixture
    def new_world(self) -> Callable[[], World]:
        raise NotImplementedError

    def invited(self) -> list[str]:
        """The invitations among the letters that come."""
        return sorted([INVITED, SECOND] if self.arriving == slice(None) else [INVITED])

    def houses(self, new_world: Callable[[], World], folder: Path, moment: Moment) -> Iterator[House]:
        """For every n a house in which the power failed at the n-th call; ends where a pass makes fewer calls."""
        unused = folder / "unused"
        open_store(unused).close()
        for n in range(1, self.cuts_in_all):
            house = House(new_world(), copytree(unused, folder / f"{moment}-{n}"))
            for letter in letters(house.world.now())[self.arriving]:
                house.world.deliver(letter)
            if house.run(Fuse(n, moment)):
                assert n > 10, "the fuse is not wired to the story"
                return
            yield house
        pytest.fail("the story never came to its end")

    @pytest.mark.parametrize("moment", Moment)
    def test_a_restart_leaves_one_draft_for_each_invitation(
        self, new_world: Callable[[], World], tmp_path: Path, moment: Moment
    ) -> None:
        for house in self.houses(new_world, tmp_path, moment):
            assert house.run(Fuse())
            assert house.answered_by_drafts() == self.invited()
            assert house.run(Fuse())
            assert house.answered_by_drafts() == self.invited()

    @pytest.mark.parametrize("moment", Moment)
    @pytest.mark.parametrize("act", [edits, trashes, destroys, sends, sends_as_it_is])
    def test_what_the_user_did_to_a_draft_before_the_restart_stands(
        self, new_world: Callable[[], World], tmp_path: Path, moment: Moment, act: Act
    ) -> None:
        touched = 0
        for house in self.houses(new_world, tmp_path, moment):
            lying = list(house.world.drafts())
            if not lying:
                continue
            for draft in lying:
                act(house.world, draft)
            left = house.answered_by_drafts()
            assert house.run(Fuse())
            assert house.answered_by_drafts() == sorted([*left, *(set(self.invited()) - set(map(answers, lying)))])
            touched += len(lying)
        assert touched > 0

    @pytest.mark.parametrize("moment", Moment)
    def test_nothing_is_left_in_the_drafts_where_the_user_answered_by_hand(
        self, new_world: Callable[[], World], tmp_path: Path, moment: Moment
    ) -> None:
        for house in self.houses(new_world, tmp_path, moment):
            house.world.user_answers(by_hand(INVITED))
            assert house.run(Fuse())
            assert house.answered_by_drafts() == [letter for letter in self.invited() if letter != INVITED]

    @pytest.mark.parametrize("moment", Moment)
    def test_nothing_stale_is_placed_late(self, new_world: Callable[[], World], tmp_path: Path, moment: Moment) -> None:
        for house in self.houses(new_world, tmp_path, moment):
            before = set(map(id_of, house.world.drafts()))
            assert House(cast("World", Later(house.world)), house.state).run(Fuse())
            late = [draft for draft in house.world.drafts() if id_of(draft) not in before]
            assert not [draft for draft in late if re.search(rb"1[014]:00", draft.partition(b"\r\n\r\n")[2])]
