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
    never_in_name,
    past_article,
    registrable_label,
    runs_together,
    spelled,
    trimmed,
    without_legal_form,
)
from agent.core.facts.page import Page, Passage, Read, word_set
from agent.core.facts.people import as_person, person_of, signed_names, squashed
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
    "client": 6.0, "subject": 5.0, "fitting": 5.0, "text": 4.0, "calendar": 4.0, "display": 4.0, "written": 4.0,
    "signature": 2.5, "spelled": 2.2, "part": 2.0, "quoted": 2.0, "body": 1.5,
}  # fmt: skip
"""How much a name counts by where it stands; "written" is a name as its domain or address runs it together, "fitting"
one that its domain shortens, "spelled" one that only the domain or the address gives, "body" one with a firm's word."""
_WEAK = 0.5
_STRANGE = 0.35
"""What a name from a loose place is worth where the sender has a domain of its own that says something else."""
_PERSONS_WORDS = 2
_ROBOTS = 0.4
"""What a display name is worth that may be a person's or a firm's, where nobody reads an answer."""
_LOOSE = frozenset({"part", "signature", "body", "quoted"})
_RUNS_READ = 120
"""Runs of capitalised words of one passage that are compared with a domain."""
READ_WORDS = 3_000
"""Words of one passage among which such runs are looked for."""
_BELOW = 3
"""Lines below a signature's name among which the firm stands."""
_DIGIT = re.compile(r"\d")
_AND = re.compile(r" (?:and|&) ")
_SHORTEST_LABEL = 4
_SURE_ENDING = 6
"""Letters of a word that parts a domain; firms do call themselves Helionpay and Fjordbank."""


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
    if label and _recruits_by_name(squashed(label), page.lexicon):
        return Read(True, Evidence(shown or label, None, None, "a recruiter's domain"))
    return None


def _recruits_by_name(label: str, lexicon: Lexicon) -> bool:
    """True for the domain of a firm that recruits for others; one of research is none."""
    if any(word in label for word in word_set(lexicon, "agency_domain")):
        return True
    return label.endswith(tuple(word_set(lexicon, "agency_ending"))) and not label.endswith("research")


def company(page: Page, agency: bool) -> Read[str] | None:
    """The employer, as written; None where an agency hides it. The name with the best and the most reasons wins."""
    if page.classification.kind is Kind.JOB_ALERT and _is_board(page):
        return None
    candidates = [candidate for candidate in _candidates(page, agency) if _may_be(candidate.name, page, agency)]
    if not candidates:
        return None
    label = "" if agency else sender_label(page) or ""
    votes = _votes(candidates, label, page.lexicon)
    winner = _fuller(_elected(votes, label), votes, page.lexicon)
    named = [candidate for candidate in candidates if key_of(candidate.name, page.lexicon) == winner]
    quoted = max(named, key=lambda candidate: (candidate.evidence.start is not None, candidate.weight))
    written = max(named, key=lambda candidate: (candidate.source != "spelled", candidate.doubt, len(candidate.name)))
    return Read(_said(written.name, page), quoted.evidence)


def _said(name: str, page: Page) -> str:
    """A name as people say it: without "Ltd", and without "GmbH" where the mail leaves that out anywhere."""
    bare = without_legal_form(name, page.lexicon)
    form = name[len(bare) :].replace(".", " ").split()
    if not form or any(folded(word) in word_set(page.lexicon, "company_words", "unsaid") for word in form):
        return bare
    texts = (page.subject.text, page.new.text, page.signature.text, _shown(page).text)
    alone = re.compile(rf"(?<!\w){re.escape(bare)}(?!,? {re.escape(form[0])}|\w)")
    return bare if any(alone.search(text) for text in texts) else name


def _votes(candidates: list[_Candidate], label: str, lexicon: Lexicon) -> dict[str, dict[str, float]]:
    """For each name and each source of it, the weight of the best candidate."""
    votes: dict[str, dict[str, float]] = {}
    for candidate in candidates:
        key = key_of(candidate.name, lexicon)
        by_source = votes.setdefault(key, {})
        loose = candidate.doubt < 1.0 or candidate.source in _LOOSE
        worth = _STRANGE if loose and label and not _belongs_to(key, candidate.name, label) else 1.0
        by_source[candidate.source] = max(by_source.get(candidate.source, 0.0), candidate.weight * worth)
    return votes


def _belongs_to(key: str, name: str, label: str) -> bool:
    return fit(key, label) > 0.0 or runs_together(name.split(), label)


def _elected(votes: dict[str, dict[str, float]], label: str) -> str:
    """The name with most weight; one that the mail writes and that fits the sender's domain has more."""

    def weight(key: str) -> float:
        fitting = fit(key, label) if votes[key].keys() - {"spelled"} else 0.0
        return sum(votes[key].values()) + fitting

    return max(votes, key=weight)


def _fuller(winner: str, votes: dict[str, dict[str, float]], lexicon: Lexicon) -> str:
    """The longer name that begins with the winner, as the firm itself writes it; never one a domain alone gives."""
    longer = [key for key in votes if key != winner and key.startswith(winner)]
    sure = {"signature", "body", "fitting", "text", "subject", "client"}
    named = [key for key in longer if any(votes[key].get(source, 0.0) >= 1.0 for source in sure)]
    if not votes[winner].keys() <= {"spelled", "display"}:
        firm = tuple(word for word in word_set(lexicon, "company_words", "firm") if len(word) >= _SHORTEST_LABEL)
        named = [key for key in named if key.endswith(firm) or key == winner + "s" or len(votes[key]) > 2]
    return max(named, key=len, default=winner)


def sender_label(page: Page) -> str | None:
    """The part of the sender's own domain that names a firm; None for free mail and for hiring systems."""
    message = page.message
    for address in (*((message.sender,) if message.sender else ()), *message.reply_to):
        senders = page.lexicon.senders
        if address.domain and not senders.find(address.email) and not senders.is_freemail(address.email):
            label = registrable_label(address.domain)
            return None if label in _freemail_labels(page.lexicon) else label
    return None


@lru_cache(maxsize=64)
def _freemail_labels(lexicon: Lexicon) -> frozenset[str]:
    """The names of free mail providers, under whatever country's domain they are met."""
    return frozenset(domain.partition(".")[0] for domain in lexicon.senders.freemail)


# ------------------------------------------------------------------------------------------------ where names stand


def _candidates(page: Page, agency: bool) -> Iterator[_Candidate]:
    yield from _framed(page.subject, page, "subject")
    yield from _framed(page.new, page, "text")
    yield from _framed(page.calendar, page, "calendar")
    yield from _framed(page.quoted, page, "quoted")
    if agency:
        for passage in (page.new, page.subject):
            yield from _after(passage, page, "company.client", "client")
            yield from _after(passage, page, "company.client_is", "client")
            yield from _before(passage, page, "company.client_before", "client", _WEAK)
        yield from _in_subject_and_text(page)
        yield from _with_firms_word(page.quoted, page)
        return
    yield from _subject_parts(page)
    yield from _with_firms_word(page.new, page)
    yield from _displayed(page)
    yield from _signed(page)
    yield from _tenant(page)
    yield from _domain(page)
    yield from _fitting(page)


def _is_board(page: Page) -> bool:
    """True for a site that lists the jobs of others."""
    sender = page.message.sender
    known = page.lexicon.senders.find(sender.email) if sender else None
    label = squashed(sender_label(page) or "")
    listed = any(word in label for word in word_set(page.lexicon, "board_domain"))
    return listed or (known is not None and known.kind is SenderKind.JOB_BOARD)


def _framed(passage: Passage, page: Page, source: str) -> Iterator[_Candidate]:
    yield from _after(passage, page, "company.after", source)
    yield from _after(passage, page, "company.after_weak", source, _WEAK)
    yield from _after_title(passage, page, source)
    yield from _before(passage, page, "company.before", source)
    yield from _before(passage, page, "company.before_weak", source, _WEAK)


def _after(passage: Passage, page: Page, group: str, source: str, doubt: float = 1.0) -> Iterator[_Candidate]:
    for hit in passage.hits(group):
        apposed = source == "client" and passage.text[hit.end : hit.end + 2] == ", "
        start = past_article(passage.text, hit.end + 2 * apposed, page.lexicon)
        end = name_end(passage.text, start, page.lexicon)
        named_in_a_header = source == "quoted" and ":" in passage.text[hit.end : start]
        if end > start and not named_in_a_header and not _is_introduced(passage, end, page.lexicon):
            start = _from_its_first_word(passage.text, hit.start, start, page.lexicon)
            end = _before_a_place(passage.text, start, end, page.lexicon)
            alone = doubt < 1.0 and " " not in passage.text[start:end] and sender_label(page) is None
            yield _candidate(passage, start, end, source, doubt * (_WEAK if alone else 1.0), page.lexicon)


def _from_its_first_word(text: str, frame: int, start: int, lexicon: Lexicon) -> int:
    """Where a name such as "the Department of Inland Waterways" begins, whose first words led to the rest of it."""
    words = text[frame:start].split()
    head = next((word for word in words[:-1] if _is_of_a_place([word, words[-1]], lexicon)), None)
    begin = text.find(head, frame, start) if head else start
    before = text[max(0, begin - 5) : begin].split()
    articled = bool(before) and folded(before[-1]) in word_set(lexicon, "company_words", "articles")
    return begin if begin == start or articled else start


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
            stops = gap.strip(" ") not in ("", "&") or "\n" in gap or never_in_name(word.group(), page.lexicon)
            if stops or not begins_name(word.group()):
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


def _in_subject_and_text(page: Page) -> Iterator[_Candidate]:
    """The client an agency names alone in the subject and again in the letter: "Monday - Harbottle Lane"."""
    for part in _PARTS.split(page.subject.text):
        name = trimmed(part, page.lexicon)
        known = name and name_end(part, 0, page.lexicon) == len(part) and " " in name
        if known and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", page.new.text):
            yield _Candidate(name, "part", Evidence(name, None, None, "the client, in the subject"))


def _displayed(page: Page) -> Iterator[_Candidate]:
    """The firm in a display name: "Northwind Careers", "Northwind via Greenhouse", "Ann at Northwind"."""
    for address in (page.message.sender, *page.message.reply_to):
        if address is None or not address.name or "@" in address.name or _shows_a_person_or_itself(address, page):
            continue
        shown, tailed = _untailed(address.name, page.lexicon)
        if not tailed and _is_a_boards_person(address, page):
            continue
        for part in _PARTS.split(shown):
            name = trimmed(part.strip(" \"'"), page.lexicon)
            shortened = name != part.strip(" \"'") or (bool(tailed) and part.strip() == tailed)
            if name and (shortened or not as_person(part, page.lexicon) or person_of(address, page.lexicon) is None):
                doubt = 1.0 if _belongs(name, address, page) else _WEAK
                yield _Candidate(name, "display", Evidence(name, None, None, "the employer, in From"), doubt)
            elif name and not tailed and page.lexicon.senders.find(address.email):
                robot = page.lexicon.senders.says_no_reply(address.email)
                doubt = _ROBOTS if robot else _WEAK / 2
                yield _Candidate(name, "display", Evidence(name, None, None, "the name in From"), doubt)


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
    joints = word_set(page.lexicon, "people", "relays") | word_set(page.lexicon, "people", "tails")
    via = any(folded(word) in joints for word in address.name.split())
    board = sender.kind is SenderKind.JOB_BOARD and not via
    return board or (sender.tenant_in is TenantIn.SUBJECT and as_person(address.name, page.lexicon) is not None)


def _is_a_boards_person(address: Address, page: Page) -> bool:
    """True for a person who writes through a job board."""
    sender = page.lexicon.senders.find(address.email)
    by_board = sender is not None and sender.kind is SenderKind.JOB_BOARD
    return by_board and as_person(address.name, page.lexicon) is not None


def _untailed(shown: str, lexicon: Lexicon) -> tuple[str, str]:
    """A display name with its "at" and "from" as separators and without what follows "via"; and what follows those."""
    words: list[str] = []
    tail: list[str] = []
    for word in shown.split():
        bare = folded(word)
        if bare in word_set(lexicon, "people", "relays"):
            break
        joint = bare in word_set(lexicon, "people", "tails")
        belongs = bare in word_set(lexicon, "company_words", "inside") and words and words[-1] != "|"
        tail = [] if joint and not belongs else [*tail, word] if "|" in words else tail
        words.append("|" if joint and not belongs else word)
    return " ".join(words), " ".join(tail)


def _signed(page: Page) -> Iterator[_Candidate]:
    """The firm among the last lines and in the signature: a part with a firm's word, or one beside a title."""
    yield from _firm_lines(page.signature, 0, page.lexicon)
    tail = max(0, len(page.new.text.rstrip()) - _TAIL)
    yield from _firm_lines(page.new, page.new.text.find("\n", tail) + 1 or len(page.new.text), page.lexicon)
    yield from _below_the_name(page)


def _below_the_name(page: Page) -> Iterator[_Candidate]:
    """A line with nothing but a name, right below the name of who writes or below that person's title."""
    who = squashed(page.message.sender.name) if page.message.sender else ""
    lines = [line.strip(" *_-,") for line in (page.new.text + "\n" + page.signature.text).split("\n") if line.strip()]
    places = [place for place, line in enumerate(lines[-_SIGNATURE_LINES:]) if who and squashed(line) == who]
    for place in places[-1:]:
        for line in lines[-_SIGNATURE_LINES:][place + 1 : place + 1 + _BELOW]:
            if name_end(line, 0, page.lexicon) == len(line) and not _has_head(line, page.lexicon):
                name = trimmed(line, page.lexicon)
                yield _Candidate(name, "signature", Evidence(name, None, None, "the employer, below the signature"))


def _firm_lines(passage: Passage, start: int, lexicon: Lexicon) -> Iterator[_Candidate]:
    for line in passage.text[start:].split("\n")[:_SIGNATURE_LINES]:
        parts = [part.strip(" *_-") for part in _PARTS.split(_untailed(line, lexicon)[0])]
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
    words = [word for word in re.split(r"[-_]", slug) if word not in AROUND_LABEL and not _DIGIT.search(word)]
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
        words = _parted(words[0], page.lexicon) if len(words) == 1 else words
        yield _Candidate(spelled("-".join(words)), "spelled", Evidence(label, None, None, "the sender's domain"))


def _parted(word: str, lexicon: Lexicon) -> list[str]:
    """A domain's one word, parted before the firm's word that ends it: dunlinpay is Dunlin Pay."""
    endings = word_set(lexicon, "company_words", "firm") | word_set(lexicon, "company_words", "ending")
    for size in range(len(word) - _SHORTEST_LABEL, _SURE_ENDING - 1, -1):
        if word[-size:] in endings:
            return [word[:-size], word[-size:]]
    return [word]


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


def _runs(passage: Passage, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """The runs of capitalised words of a passage."""
    position = 0
    for word, _ in zip(WORD.finditer(passage.text), range(READ_WORDS), strict=False):
        if word.start() < position or not begins_name(word.group()):
            continue
        end = _organisation_end(passage.text, word.start(), lexicon)
        if end > word.start():
            yield word.start(), end
            position = end


def _organisation_end(text: str, start: int, lexicon: Lexicon) -> int:
    """Where a run ends, over an "and" too where a firm's word ends it: "Fenland Fire and Rescue Authority"."""
    end = name_end(text, start, lexicon)
    joint = _AND.match(text, end) if end > start else None
    further = name_end(text, joint.end(), lexicon) if joint else end
    if joint and further > joint.end() and _is_firms(text[joint.end() : further].split()[-1], lexicon):
        return further
    return _before_a_place(text, start, end, lexicon)


def _before_a_place(text: str, start: int, end: int, lexicon: Lexicon) -> int:
    """The end of a name whose "'s" leads to a place: "Orrery Cloud's Dublin site"."""
    owner, sign, rest = text[start:end].replace("’", "'").partition("'s ")
    return start + len(owner) if sign and country_of_place(lexicon, rest) else end


def _with_firms_word(passage: Passage, page: Page) -> Iterator[_Candidate]:
    """The runs that a firm's word ends or begins: "Harrowmere Hospitals NHS Trust", "University of Eastmoor"."""
    for (start, end), _ in zip(_runs(passage, page.lexicon), range(_RUNS_READ), strict=False):
        words = passage.text[start:end].split()
        if len(words) > 1 and (_is_firms(words[-1], page.lexicon) or _is_of_a_place(words, page.lexicon)):
            yield _candidate(passage, start, end, "body", 1.0, page.lexicon)


def _is_of_a_place(words: list[str], lexicon: Lexicon) -> bool:
    """True for "University of ..." and "Department for ..."."""
    heads = word_set(lexicon, "company_words", "of_a_place")
    joint = folded(words[1]) in word_set(lexicon, "role_words", "of")
    return words[0][0].isupper() and folded(words[0]) in heads and joint


def _fitting(page: Page) -> Iterator[_Candidate]:
    """The runs that the sender's domain shortens: "Wharfedale Metropolitan Borough Council" at wharfedale-mbc."""
    label = sender_label(page)
    if label is None or len(squashed(label)) < _SHORTEST_LABEL:
        return
    for passage in (page.subject, page.new, page.signature, page.quoted, _shown(page)):
        for (start, end), _ in zip(_runs(passage, page.lexicon), range(_RUNS_READ), strict=False):
            for begin in _beginnings(passage.text, start, end):
                if runs_together(passage.text[begin:end].split(), label):
                    yield _whole(passage, begin, end, page.lexicon)
                    break


def _shown(page: Page) -> Passage:
    """The sender's display name."""
    return page.beside(page.message.sender.name if page.message.sender else "")


def _beginnings(text: str, start: int, end: int) -> Iterator[int]:
    yield from (word.start() for word in WORD.finditer(text, start, end) if begins_name(word.group()))


def _whole(passage: Passage, begin: int, end: int, lexicon: Lexicon) -> _Candidate:
    """A name as it stands, with its capitalised article and with the "'s" that belongs to it."""
    text = passage.text
    plain = name = _candidate(passage, begin, end, "fitting", 1.0, lexicon).name
    if text[end - 2 : end] in ("'s", "’s") and text[begin : end - 2] == name and _ends_a_phrase(text, end, lexicon):
        name = text[begin:end]
    if article := _article_of(text, begin, end, lexicon):
        begin = begin if text.startswith(article + " ", begin) else begin - len(article) - 1
        name = f"{article} {name}"
    doubt = 1.1 if name != plain else 1.0
    return _Candidate(name, "fitting", passage.evidence(begin, begin + len(name), "the employer"), doubt)


def _article_of(text: str, begin: int, end: int, lexicon: Lexicon) -> str:
    """The capitalised article of a name, in its domain too or within a sentence; one that opens a sentence is none."""
    articles = word_set(lexicon, "company_words", "articles")
    first = text[begin:end].partition(" ")[0]
    if folded(first) in articles and first != text[begin:end]:
        return first
    before = re.search(r"(^|[^\s]?[\s(])([^\W\d_]{2,3}) $", text[max(0, begin - 6) : begin])
    if before is None or not before[2][0].isupper() or folded(before[2]) not in articles:
        return ""
    plain = folded(before[2]) in word_set(lexicon, "company_words", "leading")
    return "" if plain and not before[1][:1].isalpha() else before[2]


def _ends_a_phrase(text: str, end: int, lexicon: Lexicon) -> bool:
    """True where nothing that could be a firm's follows its "'s": "welcome you to St Brannock's on Friday"."""
    behind = WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    return behind is None or folded(behind.group()) in lexicon.words


# ------------------------------------------------------------------------------------------------ what is no employer


def _may_be(name: str, page: Page, agency: bool) -> bool:
    """False for people of the mail, for the tools it was sent with, for the agency itself, for titles and cities."""
    lexicon = page.lexicon
    words = [folded(word.group()) for word in WORD.finditer(name)]
    if len(squashed(name)) < 2 or all(word in word_set(lexicon, "company_words", "never") for word in words):
        return False
    label = sender_label(page) or ""
    titled = words[-1] in word_set(lexicon, "role_words", "heads") and not (
        label and runs_together(name.split(), label)
    )
    titled = titled or all(word in word_set(lexicon, "role_words", "modifiers") for word in words)
    titled = titled or (words[0] in word_set(lexicon, "role_words", "heads") and "of" in words)
    if titled or country_of_place(lexicon, name):
        return False
    if set(words) <= page.reader_names or (len(words) == 1 and words[0] in word_set(lexicon, "company_words", "firm")):
        return False
    if agency and label and _belongs_to(key_of(name, lexicon), name, label):
        return False
    return not _is_tool(name, page) and not _is_person(name, page) and not _signs(name, page)


def _signs(name: str, page: Page) -> bool:
    """True for the two words of a display name that also stand as the signature of a hiring system's mail."""
    sender = page.message.sender
    shown = sender is not None and squashed(sender.name) == squashed(name) and page.lexicon.senders.find(sender.email)
    return bool(shown) and len(name.split()) == _PERSONS_WORDS and squashed(name) in map(squashed, signed_names(page))


def _is_tool(name: str, page: Page) -> bool:
    """True for a hiring system, scheduler or board that merely carried the mail."""
    key, sender = squashed(name), page.message.sender
    known = page.lexicon.senders.find(sender.email) if sender else None
    if sender and known and key in squashed(sender.domain) and not page.lexicon.senders.says_no_reply(sender.email):
        nobody = as_person(sender.name, page.lexicon) is None or squashed(sender.name) == key
        return known.kind is SenderKind.JOB_BOARD or nobody
    return key in word_set(page.lexicon, "company_words", "tools") or key in _vendor_names(page.lexicon)


@lru_cache(maxsize=64)
def _vendor_names(lexicon: Lexicon) -> frozenset[str]:
    """The names under which known senders own their domains."""
    return frozenset(squashed(domain.split(".")[-2]) for domain in lexicon.senders.by_domain)


def _is_person(name: str, page: Page) -> bool:
    """True where a name is one of a reader or of a person in the headers."""
    message = page.message
    organizers = tuple(event.organizer for event in message.events if event.organizer)
    people = (*message.to, *message.cc, *((message.sender,) if message.sender else ()), *message.reply_to, *organizers)
    words = set(folded(name).split())
    for address in people:
        if page.lexicon.senders.find(address.email) and page.lexicon.senders.says_no_reply(address.email):
            continue
        shown = (
            as_person(address.name, page.lexicon)
            if address in (*message.to, *message.cc)
            else person_of(address, page.lexicon)
        )
        local_part = squashed(address.email.rpartition("@")[0])
        tenant = squashed(shown or "") in local_part and page.lexicon.senders.find(address.email) is not None
        if shown and not tenant and words <= set(folded(shown).split()) and squashed(shown.split()[0]) in local_part:
            return True
        if shown and address in message.to and words <= set(folded(shown).split()):
            return True
    return False
