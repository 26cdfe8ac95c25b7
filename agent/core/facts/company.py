"""Which employer a mail is about: names that stand where employers are named, weighed against the sender's domain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.core.cues import folded
from agent.core.facts.names import (
    AROUND_LABEL,
    WORD,
    begins_name,
    fit,
    key_of,
    name_end,
    past_article,
    registrable_label,
    spelled,
    trimmed,
)
from agent.core.facts.page import Page, Passage, Read, word_set
from agent.core.facts.people import as_person, person_of, squashed
from agent.core.facts.terms import country_of_place
from agent.core.lexicon import Lexicon
from agent.core.model import Address, Evidence, Kind
from agent.core.senders import Sender, SenderKind, TenantIn

_TAIL = 240
"""Characters at the end of a text among which a firm may sign."""
_SIGNATURE_LINES = 12
_PARTS = re.compile(r"\s*[|·•;:()\[\]<>\t]\s*|\s+[-–—+@]\s+|,\s|\n")
_TITLE_WORDS = 4
_TITLE_END = 20
"""Characters before "at" in which the last word of a title stands."""
_WEIGHTS = {
    "client": 6.0, "subject": 5.0, "text": 4.0, "calendar": 4.0, "display": 4.0, "written": 4.0, "signature": 2.5,
    "spelled": 2.2, "part": 2.0, "quoted": 2.0,
}  # fmt: skip
"""How much a name counts by where it stands; "written" is a name as its domain or address runs it together,
"spelled" one that only the domain or the address gives."""
_WEAK = 0.5


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    source: str
    evidence: Evidence
    doubt: float = 1.0

    @property
    def weight(self) -> float:
        return _WEIGHTS[self.source] * self.doubt


def is_agency(page: Page) -> Read[bool] | None:
    """Whether the sender recruits for another firm: says so, signs as one, or writes from a recruiter's domain."""
    for passage in (page.new, page.subject, page.quoted):
        for hit in passage.hits("agency.client"):
            return Read(True, passage.evidence(hit.start, hit.end, "recruits for a client"))
    for passage in (page.signature, page.new):
        for hit in passage.hits("agency.firm"):
            return Read(True, passage.evidence(hit.start, hit.end, "a recruitment firm"))
    label = sender_label(page)
    shown = page.message.sender.name if page.message.sender else ""
    if label and any(word in squashed(label) for word in word_set(page.lexicon, "agency_domain")):
        return Read(True, Evidence(shown or label, None, None, "a recruiter's domain"))
    return None


def company(page: Page, agency: bool) -> Read[str] | None:
    """The employer, as written; None where an agency hides it. The name with the best and the most reasons wins."""
    candidates = [candidate for candidate in _candidates(page, agency) if _may_be(candidate.name, page, agency)]
    if not candidates:
        return None
    votes = _votes(candidates, page.lexicon)
    winner = _fuller(_elected(votes, "" if agency else sender_label(page) or ""), votes)
    named = [candidate for candidate in candidates if key_of(candidate.name, page.lexicon) == winner]
    quoted = max(named, key=lambda candidate: (candidate.evidence.start is not None, candidate.weight))
    written = max(named, key=lambda candidate: (candidate.source != "spelled", candidate.doubt, -len(candidate.name)))
    return Read(written.name, quoted.evidence)


def _votes(candidates: list[_Candidate], lexicon: Lexicon) -> dict[str, dict[str, float]]:
    """For each name and each source of it, the weight of the best candidate."""
    votes: dict[str, dict[str, float]] = {}
    for candidate in candidates:
        by_source = votes.setdefault(key_of(candidate.name, lexicon), {})
        by_source[candidate.source] = max(by_source.get(candidate.source, 0.0), candidate.weight)
    return votes


def _elected(votes: dict[str, dict[str, float]], label: str) -> str:
    """The name with most weight; one that the mail writes and that fits the sender's domain has more."""

    def weight(key: str) -> float:
        fitting = fit(key, label) if votes[key].keys() - {"spelled"} else 0.0
        return sum(votes[key].values()) + fitting

    return max(votes, key=weight)


def _fuller(winner: str, votes: dict[str, dict[str, float]]) -> str:
    """The longer name that a firm is introduced by, where only its domain or address gives the short one."""
    if votes[winner].keys() - {"written", "spelled"}:
        return winner
    longer = [key for key in votes if key != winner and key.startswith(winner)]
    return next((key for key in longer if sum(votes[key].values()) >= _WEIGHTS["text"]), winner)


def sender_label(page: Page) -> str | None:
    """The part of the sender's own domain that names a firm; None for free mail and for hiring systems."""
    message = page.message
    for address in (*((message.sender,) if message.sender else ()), *message.reply_to):
        senders = page.lexicon.senders
        if address.domain and not senders.find(address.email) and not senders.is_freemail(address.email):
            return registrable_label(address.domain)
    return None


# ------------------------------------------------------------------------------------------------ where names stand


def _candidates(page: Page, agency: bool) -> Iterator[_Candidate]:
    yield from _framed(page.subject, page, "subject")
    yield from _framed(page.new, page, "text")
    yield from _framed(page.calendar, page, "calendar")
    yield from _framed(page.quoted, page, "quoted")
    if agency:
        yield from _after(page.new, page, "company.client", "client")
        return
    yield from _subject_parts(page)
    if _is_board(page):
        return
    yield from _displayed(page)
    yield from _signed(page)
    yield from _tenant(page)
    yield from _domain(page)


def _is_board(page: Page) -> bool:
    """True for an alert from a site that lists the jobs of others."""
    label = squashed(sender_label(page) or "")
    listed = any(word in label for word in word_set(page.lexicon, "board_domain"))
    return listed and page.classification.kind is Kind.JOB_ALERT


def _framed(passage: Passage, page: Page, source: str) -> Iterator[_Candidate]:
    yield from _after(passage, page, "company.after", source)
    yield from _after(passage, page, "company.after_weak", source, _WEAK)
    yield from _after_title(passage, page, source)
    yield from _before(passage, page, "company.before", source)
    yield from _before(passage, page, "company.before_weak", source, _WEAK)


def _after(passage: Passage, page: Page, group: str, source: str, doubt: float = 1.0) -> Iterator[_Candidate]:
    for hit in passage.hits(group):
        start = past_article(passage.text, hit.end, page.lexicon)
        end = name_end(passage.text, start, page.lexicon)
        if end > start and not _is_introduced(passage, end, page.lexicon):
            yield _candidate(passage, start, end, source, doubt, page.lexicon)


def _after_title(passage: Passage, page: Page, source: str) -> Iterator[_Candidate]:
    """The firm behind a title: "Data Engineer at Northwind"."""
    for hit in passage.hits("role.closing_weak"):
        before = list(WORD.finditer(passage.text, max(0, hit.start - _TITLE_END), hit.start))
        if before and _has_head(before[-1].group(), page.lexicon):
            start = past_article(passage.text, hit.end, page.lexicon)
            end = name_end(passage.text, start, page.lexicon)
            if end > start and not _is_introduced(passage, end, page.lexicon):
                yield _candidate(passage, start, end, source, 1.0, page.lexicon)


def _before(passage: Passage, page: Page, group: str, source: str, doubt: float = 1.0) -> Iterator[_Candidate]:
    """The run of capitalised words that ends where a phrase such as "is hiring" begins."""
    for hit in passage.hits(group):
        floor = max(0, hit.start - 60)
        words = list(WORD.finditer(passage.text, floor, hit.start))
        begin = end = None
        for word in reversed(words):
            gap = passage.text[word.end() : begin if begin is not None else hit.start]
            if gap.strip(" ") not in ("", "&") or "\n" in gap or not begins_name(word.group()):
                break
            begin, end = word.start(), end or word.end()
        if begin is not None and end is not None:
            yield _candidate(passage, begin, end, source, doubt, page.lexicon)


def _is_introduced(passage: Passage, end: int, lexicon: Lexicon) -> bool:
    """True where a title follows a name: "with Ines Prado, our Engineering Manager" names a person."""
    if passage.text[end : end + 1] not in (",", "("):
        return passage.text[end : end + 2] in (" (",) and _has_head(passage.text[end + 2 : end + 40], lexicon)
    return _has_head(passage.text[end + 1 : end + 45].partition(".")[0], lexicon)


def _has_head(text: str, lexicon: Lexicon) -> bool:
    """True where a title begins a text: one of its first words is the noun of one."""
    words = zip(range(_TITLE_WORDS), WORD.finditer(text), strict=False)
    return any(folded(word.group()) in word_set(lexicon, "role_words", "heads") for _, word in words)


def _candidate(passage: Passage, start: int, end: int, source: str, doubt: float, lexicon: Lexicon) -> _Candidate:
    name = trimmed(passage.text[start:end], lexicon)
    at = passage.text.find(name, start) if name else start
    return _Candidate(name, source, passage.evidence(at, at + len(name), "the employer"), doubt)


def _subject_parts(page: Page) -> Iterator[_Candidate]:
    """What stands alone between the separators of a subject: "Interview invitation – Northwind Labs"."""
    parts = _PARTS.split(page.subject.text)
    for part in parts if len(parts) > 1 else ():
        if name_end(part, 0, page.lexicon) == len(part) and part:
            name = trimmed(part, page.lexicon)
            yield _Candidate(name, "part", Evidence(name, None, None, "the employer, in the subject"))


def _displayed(page: Page) -> Iterator[_Candidate]:
    """The firm in a display name: "Northwind Careers", "Northwind via Greenhouse", "Ann at Northwind"."""
    for address in (page.message.sender, *page.message.reply_to):
        if address is None or not address.name or "@" in address.name or _shows_a_person_or_itself(address, page):
            continue
        for part in _PARTS.split(_untailed(address.name, page.lexicon)):
            name = trimmed(part.strip(" \"'"), page.lexicon)
            shortened = name != part.strip(" \"'")
            if name and (shortened or not as_person(part, page.lexicon) or person_of(address, page.lexicon) is None):
                doubt = 1.0 if _belongs(name, address, page) else _WEAK
                yield _Candidate(name, "display", Evidence(name, None, None, "the employer, in From"), doubt)
            elif name and page.lexicon.senders.find(address.email):
                yield _Candidate(name, "display", Evidence(name, None, None, "the name in From"), _WEAK / 2)


def _belongs(name: str, address: Address, page: Page) -> bool:
    """True where a display name may be the firm's: a hiring system's or free mail shows any, its own domain its own."""
    senders = page.lexicon.senders
    if senders.find(address.email) or senders.is_freemail(address.email):
        return True
    return fit(key_of(name, page.lexicon), registrable_label(address.domain)) > 0.0


def _shows_a_person_or_itself(address: Address, page: Page) -> bool:
    """True for the display name of a job board's own mail, and where a hiring system shows the recruiter's name."""
    sender = page.lexicon.senders.find(address.email)
    if sender is None or page.lexicon.senders.reaches_person(address.email):
        return False
    via = any(folded(word) in word_set(page.lexicon, "people", "relays") for word in address.name.split())
    board = sender.kind is SenderKind.JOB_BOARD and not via
    return board or (sender.tenant_in is TenantIn.SUBJECT and as_person(address.name, page.lexicon) is not None)


def _untailed(shown: str, lexicon: Lexicon) -> str:
    """A display name with its "at" and "from" as separators, and without what follows "via"."""
    words: list[str] = []
    for word in shown.split():
        bare = folded(word)
        if bare in word_set(lexicon, "people", "relays"):
            break
        words.append("|" if bare in word_set(lexicon, "people", "tails") else word)
    return " ".join(words)


def _signed(page: Page) -> Iterator[_Candidate]:
    """The firm among the last lines and in the signature: a part with a firm's word, or one beside a title."""
    yield from _firm_lines(page.signature, 0, page.lexicon)
    tail = max(0, len(page.new.text.rstrip()) - _TAIL)
    yield from _firm_lines(page.new, page.new.text.find("\n", tail) + 1 or len(page.new.text), page.lexicon)


def _firm_lines(passage: Passage, start: int, lexicon: Lexicon) -> Iterator[_Candidate]:
    for line in passage.text[start:].split("\n")[:_SIGNATURE_LINES]:
        parts = [part.strip(" *_-") for part in _PARTS.split(_untailed(line, lexicon))]
        titled = len(parts) > 1 and any(_has_head(part, lexicon) for part in parts)
        for part in parts:
            if part and (_is_firms(part, lexicon) or (titled and not _has_head(part, lexicon))):
                name = trimmed(part, lexicon)
                at = passage.text.find(name, start)
                if at >= 0 and name_end(part, 0, lexicon) >= len(part.rstrip(".")):
                    yield _Candidate(name, "signature", passage.evidence(at, at + len(name), "the employer"))
        start += len(line) + 1


def _is_firms(part: str, lexicon: Lexicon) -> bool:
    return any(folded(word.strip(".,")) in word_set(lexicon, "company_words", "firm") for word in part.split())


def _tenant(page: Page) -> Iterator[_Candidate]:
    """The employer's short name in a hiring system's address, written as the mail writes it where it does."""
    for address in (page.message.sender, *page.message.reply_to):
        sender = page.lexicon.senders.find(address.email) if address else None
        slug = _tenant_slug(address, sender, page.lexicon) if address and sender else ""
        if slug:
            yield from _written_as(squashed(slug), page, tenant=True)
            yield _Candidate(spelled(slug), "spelled", Evidence(slug, None, None, "the employer, in the address"))


def _tenant_slug(address: Address, sender: Sender, lexicon: Lexicon) -> str:
    local_part = address.email.rpartition("@")[0].lower()
    if sender.tenant_in is TenantIn.LOCAL_PART:
        slug = local_part.partition("+")[0].rpartition(".")[2]
    elif sender.tenant_in is TenantIn.SUBDOMAIN:
        own = next((domain for domain in sender.domains if address.domain.endswith("." + domain)), "")
        slug = address.domain[: -len(own) - 1].partition(".")[0] if own else ""
    else:
        return ""
    words = [word for word in re.split(r"[-_]", slug) if word not in AROUND_LABEL]
    return (
        ""
        if lexicon.senders.says_no_reply(address.email) and sender.tenant_in is TenantIn.LOCAL_PART
        else "-".join(words)
    )


def _domain(page: Page) -> Iterator[_Candidate]:
    """The firm the sender's domain names, written as the mail writes it where it does."""
    label = sender_label(page)
    if label:
        yield from _written_as(squashed(label), page, tenant=False)
        words = [word for word in label.split("-") if word not in AROUND_LABEL] or [label]
        yield _Candidate(spelled("-".join(words)), "spelled", Evidence(label, None, None, "the sender's domain"))


def _written_as(label: str, page: Page, tenant: bool) -> Iterator[_Candidate]:
    """Where the mail writes out what a domain runs together: "Northwind Labs" for northwindlabs."""
    for passage in (page.subject, page.new, page.signature):
        words = passage.words
        for index, token in enumerate(words.tokens):
            if not token[0].isalnum() or not label.startswith(token):
                continue
            joined, last = token, index
            while (
                joined != label and last + 1 < len(words.tokens) and label.startswith(joined + words.tokens[last + 1])
            ):
                last += 1
                joined += words.tokens[last]
            start, end = words.starts[index], words.ends[last]
            end = _extended(passage.text, start, end, tenant, page.lexicon)
            if joined == label and not _in_address(passage.text, start, end):
                sure = passage.text[start].isupper() or passage.text[start].isdigit()
                words_read = passage.evidence(start, end, "the employer, as its domain is called")
                yield _Candidate(passage.text[start:end], "written", words_read, 1.0 if sure else _WEAK)


def _extended(text: str, start: int, end: int, tenant: bool, lexicon: Lexicon) -> int:
    """A tenant's short name goes on as the mail writes it; a domain's only where it then ends with a firm's word."""
    reach = name_end(text, start, lexicon)
    longer = trimmed(text[start:reach], lexicon)
    if reach > end and (tenant or _is_firms(longer.split()[-1] if longer else "", lexicon)):
        return max(end, start + len(longer)) if text.startswith(longer, start) else end
    return end


def _in_address(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in ("@", ".", "/") or (
        text[end : end + 1] == "." and text[end + 1 : end + 2].isalnum()
    )


# ------------------------------------------------------------------------------------------------ what is no employer


def _may_be(name: str, page: Page, agency: bool) -> bool:
    """False for people of the mail, for the tools it was sent with, for the agency itself, for titles and cities."""
    lexicon = page.lexicon
    words = [folded(word.group()) for word in WORD.finditer(name)]
    if len(squashed(name)) < 2 or all(word in word_set(lexicon, "company_words", "never") for word in words):
        return False
    if words[-1] in word_set(lexicon, "role_words", "heads") or country_of_place(lexicon, name):
        return False
    if agency and fit(key_of(name, lexicon), sender_label(page) or "") > 0.0:
        return False
    return not _is_tool(name, page) and not _is_person(name, page)


def _is_tool(name: str, page: Page) -> bool:
    """True for a hiring system, scheduler or board that merely carried the mail."""
    key, sender = squashed(name), page.message.sender
    if sender and key in squashed(sender.domain) and not page.lexicon.senders.says_no_reply(sender.email):
        known = page.lexicon.senders.find(sender.email)
        return known is not None and (
            known.kind is SenderKind.JOB_BOARD or as_person(sender.name, page.lexicon) is None
        )
    return key in word_set(page.lexicon, "company_words", "tools") or key in _vendor_names(page.lexicon)


@lru_cache(maxsize=64)
def _vendor_names(lexicon: Lexicon) -> frozenset[str]:
    """The names under which known senders own their domains."""
    return frozenset(squashed(domain.split(".")[-2]) for domain in lexicon.senders.by_domain)


def _is_person(name: str, page: Page) -> bool:
    """True where a name is one of a reader or of a person in the headers."""
    message = page.message
    people = (*message.to, *message.cc, *((message.sender,) if message.sender else ()), *message.reply_to)
    words = set(folded(name).split())
    for address in people:
        shown = (
            as_person(address.name, page.lexicon)
            if address in (*message.to, *message.cc)
            else person_of(address, page.lexicon)
        )
        local_part = squashed(address.email.rpartition("@")[0])
        if shown and words <= set(folded(shown).split()) and squashed(shown.split()[0]) in local_part:
            return True
        if shown and address in message.to and words <= set(folded(shown).split()):
            return True
    return False
