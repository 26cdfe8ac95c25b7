from __future__ import annotations

from time import process_time

import pytest

from agent.core.links import bare_links, unwrap
from agent.core.model import Link


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("See https://x.test/a.", "https://x.test/a"),
        ("(https://x.test/a)", "https://x.test/a"),
        ("https://x.test/a_(b)", "https://x.test/a_(b)"),
        ("<https://x.test/a?b=c&d=e>", "https://x.test/a?b=c&d=e"),
        ('"https://x.test/a",', "https://x.test/a"),
        ("Go to https://x.test/a!?", "https://x.test/a"),
        ("HTTP://X.test/a", "HTTP://X.test/a"),
    ],
)
def test_a_link_in_text_ends_before_the_punctuation_of_the_sentence(text: str, url: str) -> None:
    assert bare_links(text) == (Link(url, url),)


def test_a_link_without_a_scheme_gets_one() -> None:
    assert bare_links("www.x.test/jobs") == (Link("www.x.test/jobs", "http://www.x.test/jobs"),)


def test_a_link_that_repeats_is_kept_once() -> None:
    assert len(bare_links("https://x.test and https://x.test")) == 1


@pytest.mark.parametrize(
    ("wrapped", "target"),
    [
        (
            "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.test%2Fa%3Fb&data=05",
            "https://x.test/a?b",
        ),
        ("https://www.google.com/url?q=https://x.test/a&sa=D", "https://x.test/a"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__x.test_a-3Fb&d=Dw", "https://x.test/a?b"),
        ("https://urldefense.com/v3/__https://x.test/a__;!!AbC!def$", "https://x.test/a"),
        ("https://urldefense.com/v3/__https://x.test/*a**Bb__;IyMjIw!!AbC!def$", "https://x.test/#a###b"),
        ("https://urldefense.com/v3/__https:/x.test/a__;!!A", "https://x.test/a"),
        (
            "https://nam.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fx.test",
            "https://x.test",
        ),
        ("https://click.tracker.test/x?url=https://x.test", "https://click.tracker.test/x?url=https://x.test"),
        ("https://evilgoogle.com/url?q=https://x.test", "https://evilgoogle.com/url?q=https://x.test"),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        ("https://[broken/?url=x", "https://[broken/?url=x"),
        ("mailto:jane@x.test?subject=hi", "mailto:jane@x.test?subject=hi"),
    ],
)
def test_known_wrappers_are_taken_off_and_others_left_alone(wrapped: str, target: str) -> None:
    assert unwrap(wrapped) == target


@pytest.mark.parametrize(
    "text", ["https://" * 12_000, "http://a" + "." * 90_000, "www.a)" * 15_000, "https://urldefense.com/v3/__a" * 3_000]
)
def test_hostile_text_takes_little_time(text: str) -> None:
    began = process_time()
    bare_links(text)

    assert process_time() - began < 0.5
