"""How the store forgets: rows, letters, drafts, nudges and journal go, and nothing readable stays in its files.

Of each letter only a digest of its identity stays, so that a forgotten letter that is read again (a cursor was lost)
does not come back to life. The drafts that lie in the user's drafts folder are the user's and stay there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, func, insert, or_, select

from agent.store.cases import matter_of
from agent.store.names import company_form, words_of
from agent.store.schema import cases, forgotten, journal, messages, proposals, stuck
from connectors.base import DraftState

_AT_ONCE = 500

_MAY_LIE = or_(
    proposals.c.state.in_((DraftState.WAITING, DraftState.EDITED)),
    and_(proposals.c.state == DraftState.ABSENT, proposals.c.mark.is_not(None)),
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, and how many drafts still lie in the user's drafts folders."""

    cases: int
    letters: int
    drafts_left: int


def forget_company(work: Connection, company: str) -> Forgotten:
    """Erase every case of a company, by its name in any spelling, and what unsure letters name it."""
    wanted = company_form(company)
    if not wanted:
        return Forgotten(0, 0, 0)
    return _erase(work, _cases_of(work, wanted), _caseless_of(work, wanted))


def forget_everything(work: Connection) -> Forgotten:
    """Erase all that was ever kept of any letter; how far each account was read stays known."""
    every = list(work.execute(select(cases.c.id)).scalars())
    caseless = list(work.execute(select(messages.c.id).where(messages.c.case_id.is_(None))).scalars())
    erased = _erase(work, every, caseless)
    work.execute(delete(stuck))
    work.execute(delete(journal))
    return erased


def _cases_of(work: Connection, wanted: str) -> list[int]:
    """The cases a company is the employer in, or that a letter of it belongs to."""
    said = [(row.id, row.company) for row in work.execute(select(cases.c.id, cases.c.company))]
    letters = select(messages.c.case_id, messages.c.matter).where(messages.c.case_id.is_not(None))
    for row in work.execute(letters).mappings():
        matter = matter_of(row)
        said.append((row["case_id"], matter.company if matter else None))
    return sorted({case_id for case_id, company in said if company_form(company) == wanted})


def _caseless_of(work: Connection, wanted: str) -> list[int]:
    """The letters outside any case whose subject or sender names a company."""
    shown = select(messages.c.id, messages.c.subject, messages.c.sender).where(messages.c.case_id.is_(None))
    named = work.execute(shown.where(messages.c.subject.is_not(None)))
    return [row.id for row in named if f" {wanted} " in f" {words_of(f'{row.subject} {row.sender}')} "]


def _erase(work: Connection, case_ids: Sequence[int], letters: Sequence[int]) -> Forgotten:
    """Erase cases with all that hangs on them, and letters outside of any."""
    inside = sum(_count(work, messages, part) for part in _wheres(messages.c.case_id, case_ids))
    lying = sum(_count(work, proposals, and_(_MAY_LIE, part)) for part in _wheres(proposals.c.case_id, case_ids))
    counted = Forgotten(len(case_ids), inside + len(letters), lying)
    for part in [*_wheres(messages.c.case_id, case_ids), *_wheres(messages.c.id, letters)]:
        identities = select(messages.c.identity).where(part)
        work.execute(insert(forgotten).from_select(["identity"], identities))
        work.execute(delete(messages).where(part))
    for part in _wheres(cases.c.id, case_ids):
        work.execute(delete(cases).where(part))
    return counted


def _count(work: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return int(work.execute(select(func.count()).select_from(table).where(which)).scalar_one())


def _wheres(column: Column[int], numbers: Sequence[int]) -> Iterator[ColumnElement[bool]]:
    """Conditions that together pick some rows, each of a size that every database takes."""
    for start in range(0, len(numbers), _AT_ONCE):
        yield column.in_(numbers[start : start + _AT_ONCE])
