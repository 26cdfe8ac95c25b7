from __future__ import annotations

import pytest

from agent.core.charset import BROKEN, UNKNOWN, clean, codec_of, decode


@pytest.mark.parametrize(
    ("octets", "label", "text"),
    [
        ("Grüße".encode(), "utf8", "Grüße"),
        ("Grüße".encode("cp1252"), "ISO-8859-1", "Grüße"),
        (b"\x93quoted\x94 \x96 \x80 100", "iso-8859-1", "“quoted” – € 100"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Zażółć".encode("iso8859-2"), "iso-8859-2", "Zażółć"),
        ("面试邀请".encode("gb18030"), "gb2312", "面试邀请"),
        ("面接のご案内".encode("iso2022_jp"), "iso-2022-jp", "面接のご案内"),
        ("採用①".encode("cp932"), "shift_jis", "採用①"),
        ("Grüße".encode("utf-7"), "unicode-1-1-utf-7", "Grüße"),
        ("Grüße".encode("utf-16"), "", "Grüße"),
        ("Grüße".encode("utf-8-sig"), "", "Grüße"),
        ("Grüße".encode("cp1252"), "", "Grüße"),
        (b"\x81\x8d caf\xe9", "", " café"),
    ],
)
def test_text_is_decoded_as_its_label_is_meant(octets: bytes, label: str, text: str) -> None:
    assert decode(octets, label) == (text, "")


def test_an_unknown_charset_is_told_and_the_text_still_read() -> None:
    assert decode("Grüße".encode(), "x-user-defined-9") == ("Grüße", UNKNOWN)


def test_text_that_breaks_its_charset_here_and_there_keeps_the_rest() -> None:
    text, defect = decode("Grüße aus Köln, schöne Straße".encode() + b"\xc3", "utf-8")

    assert text.startswith("Grüße aus Köln, schöne Straße")
    assert defect == BROKEN


def test_western_letters_declared_utf_8_are_read_as_western_letters() -> None:
    assert decode("Grüße".encode("cp1252"), "utf-8") == ("Grüße", BROKEN)


@pytest.mark.parametrize(
    "label", ["base64", "zlib", "unicode_escape", "punycode", "idna", "undefined", "\0", "rot13", "utf-8\0", "x" * 5000]
)
def test_a_codec_that_is_no_charset_of_mail_is_not_used(label: str) -> None:
    assert codec_of(label) is None


def test_controls_marks_and_half_characters_are_dropped_and_line_ends_made_one_kind() -> None:
    assert clean("a\0b\x1b\r\nc\rd\u2028e\u200bf\u202eg\ud800h\xadi") == "ab\nc\nd\nefghi"
    assert clean("a\0b\x7f\x0cc\td") == "abc\td"
