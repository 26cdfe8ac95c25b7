"""Links in text, and what hides behind the wrappers that mail gateways put around them. Nothing is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qs, unquote, urlsplit

from agent.core.headers import from_base64
from agent.core.model import Link

MOST_LINKS = 400
LONGEST_URL = 4_000
_DEEPEST_WRAPPING = 4

_BARE = re.compile(r"(?:https?://|www\.)[^\s<>\"'`{}|\\^]{2,4000}", re.IGNORECASE)
_TRAILING = ".,;:!?*_~'\"»”’"
_BRACKETS = {")": "(", "]": "["}

_WRAPPERS = (
    (".safelinks.protection.outlook.com", "/", "url"),
    (".google.com", "/url", "q"),
    (".google.com", "/url", "url"),
    ("l.facebook.com", "/l.php", "u"),
    (".linkedin.com", "/redir/redirect", "url"),
    (".linkedin.com", "/safety/go", "url"),
)
"""Host (with a leading dot: that host and those below it), beginning of the path, and the parameter with the target."""

_URLDEFENSE_3 = re.compile(r"/v3/__(.+?)__(?:;([^!]*))?!")
_STARS = re.compile(r"\*(?:\*([\w-]))?")
_RUN_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def bare_links(text: str) -> tuple[Link, ...]:
    """The links written out in a text, each once, in order, without the punctuation that ends the sentence."""
    urls = (trimmed for match in _BARE.finditer(text) if len(trimmed := _trimmed(match[0])) > len("http://"))
    found = (Link(url, unwrap(url if "://" in url[:8] else f"http://{url}")) for url in urls)
    return unique_links(found)


def unique_links(links: Iterator[Link]) -> tuple[Link, ...]:
    """The links without those that repeat text and target, as many as are kept of one mail."""
    kept: dict[Link, None] = {}
    for link in links:
        kept[link] = None
        if len(kept) == MOST_LINKS:
            break
    return tuple(kept)


def _trimmed(url: str) -> str:
    """The URL without closing punctuation; a closing bracket stays where it was opened inside."""
    end = len(url)
    opened = {closing: url.count(opening) - url.count(closing) for closing, opening in _BRACKETS.items()}
    while end and (url[end - 1] in _TRAILING or opened.get(url[end - 1], 0) < 0):
        if url[end - 1] in opened:
            opened[url[end - 1]] += 1
        end -= 1
    return url[:end]


def unwrap(url: str) -> str:
    """Where a link leads, as far as it is written in the link itself; the link as it is where nothing is known."""
    url = url.strip()[:LONGEST_URL]
    if "?" not in url and "__" not in url:
        return url
    for _ in range(_DEEPEST_WRAPPING):
        target = _target(url)
        if not target.lower().startswith(("http://", "https://")):
            break
        url = target
    return url


def _target(url: str) -> str:
    """The link inside a wrapper, one layer; empty where there is none."""
    if url[:4].lower() != "http":
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if host in ("urldefense.com", "urldefense.us"):
        return _from_urldefense_3(url)
    if host == "urldefense.proofpoint.com":
        return _from_urldefense_2(parts.query)
    for suffix, path, name in _WRAPPERS:
        if f".{host}".endswith(suffix if suffix.startswith(".") else f".{suffix}") and parts.path.startswith(path):
            value = _parameter(parts.query, name)
            if value.lower().startswith("http"):
                return value
    return ""


def _parameter(query: str, name: str) -> str:
    try:
        return parse_qs(query, max_num_fields=100).get(name, [""])[0]
    except ValueError:
        return ""


def _from_urldefense_2(query: str) -> str:
    """Proofpoint's second form: percent signs became hyphens, slashes underscores."""
    return unquote(_parameter(query, "u").replace("-", "%").replace("_", "/"))


def _from_urldefense_3(url: str) -> str:
    """Proofpoint's third form: the link between double underscores, its odd characters listed behind in base64.

    One asterisk stands for the next character of the list; two and a letter stand for as many as the letter says.
    """
    match = _URLDEFENSE_3.search(url)
    if match is None:
        return ""
    odd = iter(from_base64((match[2] or "").replace("-", "+").replace("_", "/").encode()).decode("utf-8", "replace"))
    target = _STARS.sub(lambda star: "".join(islice(odd, _RUN_LENGTHS.index(star[1]) + 2 if star[1] else 1)), match[1])
    return re.sub(r"\A(https?):/+", r"\1://", target)
