"""Octets to text: the charset that is declared, or the one that fits.

Senders declare charsets that do not exist, that are subsets of what they use, or that are plainly wrong. The ladder is:
what is declared (under the name that decodes what such mail holds), a byte order mark, UTF-8, Windows-1252. Something
always comes out, and what had to be guessed is told as a defect.
"""

from __future__ import annotations

import codecs
import re

UNKNOWN = "charset-unknown"
BROKEN = "charset-broken"

_ALIASES = {
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "usascii": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
"""Names whose mail is written in a superset of what they say, and names that no codec bears."""

_FAMILIES = re.compile(
    r"utf-(?:7|8|16|32)(?:-[bl]e)?\Z|cp(?:437|737|775|8\d\d|9\d\d|125\d|1006|1026|1125|1140)\Z|iso8859-\d{1,2}\Z"
    r"|koi8-[rtu]\Z|mac-\w+\Z|big5(?:hkscs)?\Z|gb(?:18030|k|2312)\Z|hz\Z|euc_\w+\Z|johab\Z|shift_\w+\Z|iso2022_\w+\Z"
    r"|ptcp154\Z|hp-roman8\Z|kz1048\Z"
)
"""The codecs a mail may ask for; Python has others that unpack, escape or take quadratic time."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = frozenset({"cp1252"})

_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if code not in (9, 10, 13)}
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""What no client shows: controls, half characters, and marks that hide words or turn their direction."""
_ENDS_OF_LINES = re.compile("[\x85\u2028\u2029]")


def codec_of(label: str) -> str | None:
    """The codec that decodes what mail under this charset label holds; None where there is none."""
    name = label.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return known if _FAMILIES.match(known) else None


def decode(octets: bytes, label: str = "") -> tuple[str, str]:
    """The text of octets declared to be in a charset, and the defect this showed (empty where all was well)."""
    codec = codec_of(label) if label else None
    defect = UNKNOWN if label and codec is None and not octets.isascii() else ""
    if octets.isascii() and (codec is None or codec in ("utf-8", "cp1252")):
        return clean(octets.decode("ascii")), defect
    if codec is None or codec in _WESTERN:
        return _guess(octets, defect)
    try:
        return clean(octets.decode(codec)), defect
    except (UnicodeError, ValueError):
        return _mend(octets, codec), BROKEN


def _guess(octets: bytes, defect: str) -> tuple[str, str]:
    """Decode what declares nothing, or Western letters: strict UTF-8 is never met by chance, so it goes first."""
    for mark, codec in _MARKS:
        if octets.startswith(mark):
            return clean(octets.decode(codec, "replace")), defect
    try:
        return clean(octets.decode("utf-8")), defect
    except UnicodeDecodeError:
        return _western(octets), defect


def _mend(octets: bytes, codec: str) -> str:
    """Decode what its charset does not allow: with marks where only little is wrong, else as Western letters."""
    text = octets.decode(codec, "replace")
    damage = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return clean(text) if damage * 4 <= beyond_ascii or codec != "utf-8" else _western(octets)


def _western(octets: bytes) -> str:
    try:
        return clean(octets.decode("cp1252"))
    except UnicodeDecodeError:
        return clean(octets.decode("latin-1"))


def clean(text: str) -> str:
    """The text without characters that no mail client shows; every line ends with a newline character alone."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text if text.isprintable() else text.translate(_CONTROLS)
    return _UNSEEN.sub("", _ENDS_OF_LINES.sub("\n", text))
