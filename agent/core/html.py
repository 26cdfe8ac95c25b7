"""HTML to the text a mail client shows, with the links in it and the stretches that are quoted or a signature.

The tree is selectolax's (HTML5, in C). It takes time that grows with the square of the depth, of the attributes of one
tag and of formatting left open, so markup that is large is laundered first: written anew with the few tags and
attributes that matter here, never deeper than ``DEEPEST_TAG``. The walk over the tree does not recurse.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from agent.core.charset import clean
from agent.core.links import LONGEST_URL, MOST_LINKS, unwrap
from agent.core.model import Link

LONGEST_TEXT = 100_000
LONGEST_MARKUP = 800_000
MOST_TAGS = 40_000
MOST_STEPS = 120_000
DEEPEST_TAG = 200
_SMALL_MARKUP = 24_000
_FEW_TAGS = 1_000


class HintKind(Enum):
    """What the markup says about a stretch of text."""

    QUOTED = "quoted"
    INDENTED = "indented"  #: a blockquote that may be a quotation or only moved to the right
    SET_OFF = "set off"  #: a blockquote without a style: a quotation, unless the text leads into it
    SIGNATURE = "signature"
    TAIL = "tail"  #: an older mail begins here and goes on to the end
    ATTACHED = "attached"  #: a mail that came as a part of this one begins here


@dataclass(frozen=True, slots=True)
class Hint:
    kind: HintKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of an HTML part; ``cut`` where it was longer or deeper than is read."""

    text: str
    links: tuple[Link, ...] = ()
    hints: tuple[Hint, ...] = ()
    cut: bool = False


_DROPPED = frozenset(
    [
        "head",
        "style",
        "script",
        "title",
        "template",
        "svg",
        "math",
        "object",
        "iframe",
        "select",
        "textarea",
        "audio",
        "video",
        "map",
        "canvas",
        "noframes",
        "xmp",
    ]
)
_ON_OWN_LINES = frozenset(
    [
        "div",
        "tr",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "address",
        "center",
        "form",
        "fieldset",
        "figure",
        "figcaption",
        "caption",
        "dl",
        "dt",
        "dd",
        "body",
    ]
)
_APART = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote", "hr"])
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th"})
_INLINE = frozenset(["a", "span", "br", "li", "img", "button", "label", "q", "cite", "abbr"])
_VOID = frozenset({"br", "hr", "img"})
_CLOSED_BY_THE_NEXT = frozenset(["p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot"])

_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|(?:opacity|max-height)\s*:\s*0(?!\s*\.?\s*\d)"
)
_FONT_SIZE = re.compile(r"font-size\s*:\s*(\d{1,4}(?:\.\d{1,4})?)\s*(px|pt)?")
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)")
_TIGHT = re.compile(r"(?<![-\w])margin\s*:\s*0|margin-bottom\s*:\s*0")
_REPLY_RULE = re.compile(r"border-top\s*:\s*solid\s+#(?:e1e1e1|b5c4df)")
_QUOTE_BAR = re.compile(r"border-left\s*:\s*(?!\s*(?:none|0))")
_LONGEST_STYLE = 1_000
_LARGEST_UNSEEN_FONT = 1.0

_HINTING_NAMES = {
    "yahoo_quoted": HintKind.QUOTED,
    "protonmail_quote": HintKind.QUOTED,
    "tutanota_quote": HintKind.QUOTED,
    "zmail_extra": HintKind.QUOTED,
    "moz-cite-prefix": HintKind.QUOTED,
    "gmail_attr": HintKind.QUOTED,
    "outlookmessageheader": HintKind.TAIL,
    "divrplyfwdmsg": HintKind.TAIL,
    "mail-editor-reference-message-container": HintKind.TAIL,
    "reply-intro": HintKind.QUOTED,
    "isforwardcontent": HintKind.TAIL,
    "gmail_signature": HintKind.SIGNATURE,
    "moz-signature": HintKind.SIGNATURE,
    "signature": HintKind.SIGNATURE,
    "applemailsignature": HintKind.SIGNATURE,
    "ms-outlook-mobile-signature": HintKind.SIGNATURE,
}
"""Classes and ids that mail clients give to what they put into a letter, lower case, without Outlook's ``x_``."""
_LINK_BEGINNINGS = ("http:", "https:", "mailto:", "tel:", "www.")


# ------------------------------------------------------------------------------------------------ writing


@dataclass(slots=True)
class _Page:
    """The text so far, and the white space that is owed before the next word."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    breaks: int = 0  #: newlines owed
    held: int = 0  #: newlines a table cell would have ended with, owed once the row ends
    tab: bool = False
    space: bool = False
    bullet: str = ""
    fresh: bool = True  #: nothing was written yet in this cell or list item: no break may come before its text
    lines: int = 0

    def ask(self, breaks: int) -> None:
        """Owe so many newlines at least."""
        if not self.fresh:
            self.breaks = max(self.breaks, breaks, self.held)
            self.held = 0

    def line_break(self) -> None:
        if not self.fresh:
            self.breaks = min(2, self.breaks + 1)

    def write(self, text: str) -> None:
        """Write words; all white space between them counts as one space."""
        words = text.split()
        if not words:
            self._write_blank(text)
            return
        self._settle(text[0].isspace())
        self._put(" ".join(words))
        self.space = text[-1].isspace()

    def write_as_is(self, text: str) -> None:
        """Write preformatted text, spaces and line ends kept."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.line_break()
            if line.strip():
                self._settle(False)
                self._put(line.rstrip())

    def _write_blank(self, text: str) -> None:
        """A hard space alone on its line is how editors write an empty line."""
        if "\xa0" in text and self.breaks:
            self.line_break()
        elif text:
            self.space = True

    def _settle(self, spaced: bool) -> None:
        """Write the white space that is owed."""
        if self.breaks and self.length:
            self._put("\n" * self.breaks)
            self.lines += 1
        elif self.tab:
            self._put("\t")
        elif (self.space or spaced) and self.length and not self.bullet:
            self._put(" ")
        if self.bullet:
            self._put(self.bullet)
        self.breaks, self.held, self.tab, self.space, self.bullet, self.fresh = 0, 0, False, False, "", False

    def _put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a style attribute says, as far as it matters here; ``tiny`` is None where no font size is given."""

    hidden: bool = False
    tiny: bool | None = None
    preformatted: bool = False
    tight: bool = False
    reply_rule: bool = False
    quote_bar: bool = False


_NO_LOOK = _Look()


@lru_cache(maxsize=512)
def _look(style: str) -> _Look:
    """Read a style attribute; a mail repeats few of them often."""
    style = style.lower()
    size = _FONT_SIZE.search(style)
    return _Look(
        hidden=_HIDDEN.search(style) is not None,
        tiny=float(size[1]) <= (_LARGEST_UNSEEN_FONT if size[2] else 0) if size else None,
        preformatted=_PREFORMATTED.search(style) is not None,
        tight=_TIGHT.search(style) is not None,
        reply_rule=_REPLY_RULE.search(style) is not None,
        quote_bar=_QUOTE_BAR.search(style) is not None,
    )


@dataclass(slots=True)
class _Frame:
    """What must be done when an element ends, and the state that holds again behind it."""

    tag: str
    tiny: bool
    preformatted: bool
    apart: int
    start: int
    lines: int
    href: str = ""
    hint: HintKind | None = None


class _Renderer:
    """Walks a tree once and writes the page."""

    def __init__(self) -> None:
        self.page = _Page()
        self.links: dict[Link, None] = {}
        self.hints: list[Hint] = []
        self.counters: list[int | None] = []
        self.tiny = False
        self.preformatted = False

    def walk(self, root: LexborNode) -> bool:
        """Write what is below the root; False where that is more than is read."""
        node, above = root.first_child, [(root, self.enter("body", {}, _NO_LOOK))]
        for _ in range(MOST_STEPS):
            if node is None:
                node, frame = above.pop()
                self.leave(frame)
                if not above:
                    return True
            elif (tag := node.tag or "") == "-text":
                self.write(node.text_content or "")
                if self.page.length > LONGEST_TEXT:
                    break
            elif tag == "br":
                self.page.line_break()
            elif tag not in _DROPPED and (child := node.first_child) is not None:
                attributes = node.attributes
                style = attributes.get("style")
                look = _look(style[:_LONGEST_STYLE]) if style else _NO_LOOK
                if not look.hidden and "hidden" not in attributes:
                    above.append((node, self.enter(tag, attributes, look)))
                    node = child
                    continue
            elif tag in _APART:
                self.page.ask(2)
            node = node.next
        for _, frame in reversed(above):
            self.leave(frame)
        return False

    def write(self, text: str) -> None:
        if self.tiny:
            return
        if not text.isascii():
            text = clean(text)
        if self.preformatted:
            self.page.write_as_is(text)
        else:
            self.page.write(text)

    def enter(self, tag: str, attributes: dict[str, str | None], look: _Look) -> _Frame | None:
        """Begin an element; None where nothing is to be done at its end."""
        page = self.page
        apart = 0
        if tag in _APART:
            apart = 1 if self._is_close(tag, attributes, look) else 2
            page.ask(apart)
        elif tag in _ON_OWN_LINES:
            apart = 1
            page.ask(1)
        elif not attributes and tag not in _CELLS and tag != "li":
            return None
        frame = _Frame(tag, self.tiny, self.preformatted, apart, page.length, page.lines)
        if tag in _CELLS:
            page.fresh = True
            frame.lines += page.breaks > 0
        elif tag == "li":
            self._begin_item(frame)
        elif tag in _LISTS:
            self.counters.append(1 if tag == "ol" else None)
        elif tag == "a":
            frame.href = (attributes.get("href") or "").strip()
        if attributes or tag == "blockquote":
            frame.hint = _hint(tag, attributes, look)
            self.tiny = self.tiny if look.tiny is None else look.tiny
        self.preformatted = self.preformatted or tag == "pre" or look.preformatted
        return frame

    def _is_close(self, tag: str, attributes: dict[str, str | None], look: _Look) -> bool:
        """True where an element that stands apart by itself is set close: Word's paragraphs, a list in a list."""
        if tag == "p":
            return look.tight or attributes.get("class") == "MsoNormal"
        return tag in _LISTS and bool(self.counters)

    def _begin_item(self, frame: _Frame) -> None:
        """Begin a list item on its own line, with a dash or its number."""
        page = self.page
        page.fresh = False
        page.ask(1)
        counter = self.counters[-1] if self.counters else None
        page.bullet = "- " if counter is None else f"{counter}. "
        if counter is not None:
            self.counters[-1] = counter + 1
        page.fresh = True
        frame.apart = 1

    def leave(self, frame: _Frame | None) -> None:
        """End an element."""
        if frame is None:
            return
        page = self.page
        if frame.tag in _CELLS:
            self._leave_cell(frame)
        elif frame.tag == "li":
            page.bullet, page.fresh = "", False
        elif frame.tag in _LISTS:
            self.counters.pop()
        if frame.apart:
            page.ask(frame.apart)
        if frame.href:
            self._note_link(frame)
        if frame.hint is not None and page.length > frame.start:
            self.hints.append(Hint(frame.hint, frame.start, page.length))
        self.tiny, self.preformatted = frame.tiny, frame.preformatted

    def _leave_cell(self, frame: _Frame) -> None:
        """End a cell: the next one goes on in the same line, unless this one had several."""
        page = self.page
        if page.length == frame.start:
            page.fresh = page.length == 0
        elif page.lines > frame.lines:
            page.ask(1)
        else:
            page.held, page.breaks, page.tab = page.breaks, 0, True

    def _note_link(self, frame: _Frame) -> None:
        if len(self.links) < MOST_LINKS and frame.href[:8].lower().startswith(_LINK_BEGINNINGS):
            text = "".join(self._since(frame.start)).strip()
            self.links[Link(text, unwrap(clean(frame.href[:LONGEST_URL])))] = None

    def _since(self, start: int) -> list[str]:
        """The pieces written since the page was so long."""
        pieces, length = self.page.pieces, self.page.length
        index = len(pieces)
        while index and length > start:
            index -= 1
            length -= len(pieces[index])
        return pieces[index:]


def _hint(tag: str, attributes: dict[str, str | None], look: _Look) -> HintKind | None:
    """What an element's names and style say about the text in it."""
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().split()
    for name in names:
        if (hint := _HINTING_NAMES.get(name.removeprefix("x_"))) is not None:
            return hint
    if tag == "blockquote":
        cited = attributes.get("type") == "cite" or "cite" in attributes or any("quote" in name for name in names)
        if cited or look.quote_bar:
            return HintKind.QUOTED
        return HintKind.INDENTED if "style" in attributes else HintKind.SET_OFF
    return HintKind.TAIL if look.reply_rule else None


def render(html: str) -> Rendered:
    """The text that a mail client shows for this HTML, whatever the HTML is."""
    cut = len(html) > LONGEST_MARKUP
    if len(html) > _SMALL_MARKUP or html.count("<") > _FEW_TAGS:
        html, shortened = _launder(html[:LONGEST_MARKUP])
        cut = cut or shortened
    renderer = _Renderer()
    body = LexborHTMLParser(html).body if html.strip() else None
    whole = body is None or renderer.walk(body)
    text = "".join(renderer.page.pieces)[:LONGEST_TEXT]
    hints = tuple(_placed(hint, text) for hint in renderer.hints if hint.start < len(text))
    return Rendered(text, tuple(renderer.links), hints, cut or not whole)


def _placed(hint: Hint, text: str) -> Hint:
    """The hint without the white space that was owed when its element began."""
    stretch = text[hint.start : hint.end]
    return Hint(hint.kind, hint.start + len(stretch) - len(stretch.lstrip()), min(hint.end, len(text)))


# ------------------------------------------------------------------------------------------------ laundering

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<[!?][^>]*>?"
    r"|<(script|style|title|textarea|xmp|noframes|iframe|svg|template)\b.*?(?:</\1\s*>|\Z)"
    r"|<(/?)([a-z][a-z0-9]{0,20})((?:=\s*\"[^\"]*\"|=\s*'[^']*'|[^>])*+)(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_KEPT_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'/])(style|class|id|href|type|cite|hidden)(?:\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?",
    re.IGNORECASE,
)
_LONGEST_TAG = 12_000
_KNOWN = _ON_OWN_LINES | _APART | _CELLS | _INLINE
_MEANINGFUL = ("font", "b", "strong", "i", "em", "u", "small")


def _launder(html: str) -> tuple[str, bool]:
    """The same page in few tags and attributes and little depth, and whether its end had to be left out."""
    kept: list[str] = []
    depth = 0
    opened: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    position = 0
    for number, token in enumerate(_TOKEN.finditer(html)):
        kept.append(html[position : token.start()].replace("<", "&lt;"))
        position = token.end()
        if number == MOST_TAGS:
            return "".join(kept), True
        tag = (token[3] or "").lower()
        tag = "span" if tag in _MEANINGFUL else tag
        if tag not in _KNOWN or tag == "body":
            continue
        if tag in _VOID or tag in _CLOSED_BY_THE_NEXT:
            kept.append(f"</{tag}>" if token[2] else _start_tag(tag, token[4]))
        elif token[2]:
            if dropped[tag]:
                dropped[tag] -= 1
            elif opened[tag]:
                opened[tag] -= 1
                depth -= 1
                kept.append(f"</{tag}>")
        elif depth >= DEEPEST_TAG:
            dropped[tag] += 1
        else:
            opened[tag] += 1
            depth += 1
            kept.append(_start_tag(tag, token[4]))
    kept.append(html[position:].replace("<", "&lt;"))
    return "".join(kept), False


def _start_tag(tag: str, attributes: str) -> str:
    """A start tag with the attributes that matter here, each once."""
    if not attributes.strip() or tag == "br":
        return f"<{tag}>"
    values: dict[str, str] = {}
    for name, double, single, bare in _KEPT_ATTRIBUTE.findall(attributes[:_LONGEST_TAG]):
        values.setdefault(name.lower(), (double or single or bare).replace('"', "&quot;"))
    return f"<{tag}" + "".join(f' {name}="{value}"' for name, value in values.items()) + ">"
