from __future__ import annotations

from time import process_time

import pytest

from agent.core.html import LONGEST_TEXT, Hint, HintKind, _launder, render
from agent.core.model import Link


def text_of(html: str) -> str:
    return render(html).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br/><br><br>three", "one\ntwo\n\nthree"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<p class=MsoNormal>one</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>two</p>", "one\n\ntwo"),
        ("<p style='margin:0'>one</p><p style='margin: 0'>two</p>", "one\ntwo"),
        ("  some \n text <b>in</b> <i>one</i>line", "some text in oneline"),
        ("&lt;b&gt; &amp; &euro;&nbsp;5 &#128512; &#0;", "<b> & € 5 😀 \ufffd"),
        ("<ul><li>one</li><li><p>two</p></li></ul>after", "- one\n- two\n\nafter"),
        ("<ol><li>one<li>two<ul><li>three</ul></ol>", "1. one\n2. two\n- three"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<div style='white-space: pre-wrap'>a\nb</div>", "a\nb"),
        ("a&zwnj;b&#8203;c&shy;d", "abcd"),
        ("<p>unclosed <b>bold<p>next", "unclosed bold\n\nnext"),
        ("no markup at all", "no markup at all"),
        ("", ""),
    ],
)
def test_the_text_is_what_a_mail_client_shows(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<tr><td>Date:</td><td>Monday 3 March</td></tr><tr><td>Time:</td><td>10:00</td></tr>",
            "Date:\tMonday 3 March\nTime:\t10:00",
        ),
        ("<tr><td><p>Date</p></td><td><p>Monday</p></td></tr>", "Date\tMonday"),
        ("<tr><td>Date</td><td width=9>&nbsp;</td><td><div>Monday</div></td></tr>", "Date\tMonday"),
        (
            "<tr><th>Round</th><th>Who</th></tr><tr><td>1</td><td>Ann<br>Bob</td></tr><tr><td>2</td></tr>",
            "Round\tWho\n1\tAnn\nBob\n2",
        ),
        ("<tr><td><p>one</p></td></tr><tr><td><p>two</p></td></tr>", "one\n\ntwo"),
        ("<tr><td><table><tr><td>Hello</td></tr></table></td></tr><tr><td>Bob</td></tr>", "Hello\nBob"),
    ],
)
def test_a_label_and_its_value_stay_on_one_line(html: str, text: str) -> None:
    assert text_of(f"<table>{html}</table>") == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display:none'>secret</div>",
        "<span style='DISPLAY : NONE; color:red'>secret</span>",
        "<div style='max-height:0px;overflow:hidden'>secret <b>too</b></div>",
        "<div style='font-size:0'>secret</div>",
        "<div style='font-size:1px;color:#fff'>secret</div>",
        "<span style='mso-hide:all'>secret</span>",
        "<div style='opacity:0'>secret</div>",
        "<p hidden>secret</p>",
        "<style>secret</style><script>secret</script><title>secret</title><!-- secret --><template>secret</template>",
        "<!--[if mso]><table><tr><td>secret</td></tr></table><![endif]-->",
        "<select><option>secret</option></select>",
    ],
)
def test_what_is_hidden_is_not_text(hidden: str) -> None:
    assert text_of(f"{hidden}<p>shown</p>") == "shown"


@pytest.mark.parametrize(
    "shown",
    [
        "<td style='font-size:0px'><div style='font-size:16px'>shown</div></td>",
        "<div style='max-height:0.5em'>shown</div>",
        "<div style='opacity:0.9'>shown</div>",
        "<p aria-hidden=true>shown</p>",
        "<![if !mso]><p>shown</p><![endif]>",
        "<noscript><p>shown</p></noscript>",
    ],
)
def test_what_only_looks_hidden_is_text(shown: str) -> None:
    assert text_of(f"<table><tr>{shown}</tr></table>").strip() == "shown"


def test_links_keep_their_text_and_their_target() -> None:
    rendered = render(
        "Please <a href=' https://x.test/a?b=1&amp;c=2 '>pick <b>a time</b></a> or <a href='mailto:j@x.test'>write</a>"
        "<a name=top>here</a><a href='#top'>up</a><a href='javascript:go()'>go</a>"
    )

    assert rendered.text == "Please pick a time or writehereupgo"
    assert rendered.links == (Link("pick a time", "https://x.test/a?b=1&c=2"), Link("write", "mailto:j@x.test"))


@pytest.mark.parametrize(
    ("html", "kind", "stretch"),
    [
        ("new<blockquote type=cite>old</blockquote>", HintKind.QUOTED, "old"),
        ("new<blockquote class=gmail_quote>old</blockquote>", HintKind.QUOTED, "old"),
        ("new<blockquote style='border-left:2px solid blue'>old</blockquote>", HintKind.QUOTED, "old"),
        ("new<blockquote style='margin:0 0 0 40px;border:none'>moved</blockquote>", HintKind.INDENTED, "moved"),
        ("new<blockquote>old</blockquote>", HintKind.SET_OFF, "old"),
        ("new<div class=moz-cite-prefix>On Monday Jane wrote:</div>", HintKind.QUOTED, "On Monday Jane wrote:"),
        ("new<div class='yahoo_quoted'>old</div>", HintKind.QUOTED, "old"),
        ("new<div class='x_protonmail_quote'>old</div>", HintKind.QUOTED, "old"),
        ("new<div id=divRplyFwdMsg><b>From:</b> Jane</div>", HintKind.TAIL, "From: Jane"),
        ("new<div style='border:none;border-top:solid #E1E1E1 1.0pt'>From: Jane</div>", HintKind.TAIL, "From: Jane"),
        ("new<div class=gmail_signature>Jane</div>", HintKind.SIGNATURE, "Jane"),
    ],
)
def test_the_markup_of_mail_clients_tells_old_from_new(html: str, kind: HintKind, stretch: str) -> None:
    rendered = render(html)

    assert [(hint.kind, rendered.text[hint.start : hint.end]) for hint in rendered.hints] == [(kind, stretch)]


LAUNDERED = (
    "<table><tr><td><font size=2><b>Date</b></font></td><td class='a'>Mon &amp; "
    "<a href='https://x.test/?a=1&amp;b=2'>Tue</a>"
    '</td></tr></table><p>1 < 2</p><div style="display:none">no</div><ul><li>one<li>two</ul>'
    "<!-- <div> --><style>a>b</style>"
    "<blockquote type=cite>old</blockquote>"
)


def test_laundered_markup_reads_the_same() -> None:
    laundered, cut = _launder(LAUNDERED)

    assert not cut
    assert render(laundered) == render(LAUNDERED)
    assert "font" not in laundered


def test_a_quotation_that_is_cut_is_still_a_quotation() -> None:
    rendered = render(f"<p>new</p><blockquote type=cite>{'<p>old words</p>' * 20_000}</blockquote>")

    assert rendered.cut
    assert rendered.hints == (Hint(HintKind.QUOTED, 5, LONGEST_TEXT),)


def test_large_markup_keeps_its_text_and_links() -> None:
    page = "".join(f"<p>Line <a href='https://x.test/{number}'>{number}</a></p>" for number in range(900))
    rendered = render(page)

    assert rendered.text.count("\n\n") == 899
    assert rendered.links[7] == Link("7", "https://x.test/7")
    assert not rendered.cut


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000 + "deep",
        "<div>x" * 200_000,
        "".join(f"<font a={number}>" for number in range(1_000)) + "</p>" + "<p>x" * 50_000,
        "<p>" + "".join(f"<i a={number}>" for number in range(700)) + "</p>" + "<p>x" * 700,
        "<div " + " ".join(f"a{number}=1" for number in range(60_000)) + ">x",
        "<div " + " ".join(f"a{number}" for number in range(3_500)) + ">x",
        "<" * 800_000,
        '<a ="' * 200_000,
        "<a style=" * 80_000,
        "<!--" * 200_000,
        "<style>" * 100_000,
        "<table><tr><td>" * 50_000,
        "<ul><li>" * 80_000,
        "<a href='https://x.test/?url=https://y.test'>" * 20_000,
        "<blockquote type=cite>old" * 30_000,
        "<p style='" + "font-size:" * 70_000 + "'>x",
        "&#x41;&zwnj;" * 80_000,
        "<pre>" + "\n" * 790_000,
        "x " * 400_000,
    ],
    ids=range(19),
)
def test_hostile_markup_takes_little_time(html: str) -> None:
    began = process_time()
    rendered = render(html)

    assert process_time() - began < 1.5
    assert len(rendered.text) <= LONGEST_TEXT
    assert all(0 <= hint.start <= hint.end <= len(rendered.text) for hint in rendered.hints)
