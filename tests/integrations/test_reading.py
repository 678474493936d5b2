"""What is read from mail as it is sent by programs of all kinds, and by none."""

import base64
from datetime import UTC, datetime
from email.header import Header
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.letters import forwards
from integrations.letters.reading import LONGEST_TEXT, Mailbox, key_of, read

NAUGHTY = [
    line
    for line in Path("tests/data/blns.txt").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]


def raw(*headers: str, body: bytes = b"Hello") -> bytes:
    return "\r\n".join([*headers, "", ""]).encode("utf-8", "surrogateescape") + body


def test_the_names_that_people_have() -> None:
    letter = read(
        raw(
            "From: =?iso-8859-1?Q?J=FCrgen_M=FCller?= <Jurgen@X.example>",
            'To: "Vos, Eva" <eva@x.example>, =?utf-8?b?6L6755Sw?= <ei@x.example>',
            "Cc: undisclosed-recipients:;, not an address, EVA@x.example",
            "Subject: =?utf-8?q?Een_caf=C3=A9?= =?utf-8?q?_in_Gouda?=",
            "Date: Mon, 2 Mar 2026 10:30:00 +0100",
        )
    )
    assert letter.sender == Mailbox(address="jurgen@x.example", name="Jürgen Müller")
    assert letter.recipients == (
        Mailbox(address="eva@x.example", name="Vos, Eva"),
        Mailbox(address="ei@x.example", name="辻田"),
    )
    assert letter.subject == "Een café in Gouda"
    assert letter.sent_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("iso-8859-1", "café".encode("latin-1"), "café"),
        ("windows-1252", "“café” €".encode("cp1252"), "“café” €"),
        ("utf-8", "café".encode("latin-1"), "café"),
        ("x-unknown", "café".encode(), "café"),
        ("us-ascii", "café".encode(), "café"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("utf-16", "hé".encode("utf-16"), "hé"),
    ],
)
def test_characters_in_whatever_code(charset: str, content: bytes, text: str) -> None:
    body = base64.encodebytes(content)
    headers = (
        f"Content-Type: text/plain; charset={charset}",
        "Content-Transfer-Encoding: base64",
        "MIME-Version: 1.0",
    )
    assert read(raw(*headers, body=body)).text == text


def test_headers_with_bytes_that_are_no_ascii() -> None:
    content = b"From: J\xfcrgen <j@x.example>\r\nSubject: Caf\xc3\xa9\r\n\r\nHello"
    letter = read(content)
    assert letter.sender == Mailbox(address="j@x.example", name="Jürgen")
    assert letter.subject == "Café"


def test_text_goes_before_html_and_html_is_read() -> None:
    alternative = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nPlain\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>Rich</p>\r\n--b--\r\n"
    )
    kind = "Content-Type: multipart/alternative; boundary=b"
    assert read(raw(kind, body=alternative)).text == "Plain"
    html = b"<html><head><style>p{}</style></head><body><p>Hello&nbsp;Eva</p><ul><li>one</ul>"
    read_html = read(raw("Content-Type: text/html; charset=utf-8", body=html)).text
    assert read_html.split() == ["Hello", "Eva", "*", "one"]
    assert "p{}" not in read_html


def test_it_is_known_again_by_its_message_id_however_it_is_folded() -> None:
    one = raw("Message-ID: <a@x>", "Subject: one")
    other = raw("message-id:\r\n <a@x>", "Subject: other")
    assert key_of(one) == key_of(other)
    assert key_of(raw("Message-ID: <b@x>", "Subject: one")) != key_of(one)
    assert key_of(b"") == key_of(b"") != key_of(b"x")
    assert key_of(raw("Message-ID: none", "Subject: 1")) != key_of(
        raw("Message-ID: none", "Subject: 2")
    )


def test_the_thread_is_told_from_its_beginning() -> None:
    letter = read(raw("References: <a@x>\r\n <b@x>", "In-Reply-To: <b@x>", "Message-ID: <c@x>"))
    keys = [key_of(raw(f"Message-ID: <{name}@x>")) for name in "ab"]
    assert list(letter.thread) == keys


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_naughty_strings_everywhere(text: str) -> None:
    encoded = Header(text, "utf-8").encode()
    letter = read(
        raw(
            f"From: {encoded} <eva@x.example>",
            f"To: {text} <bas@x.example>",
            f"Subject: {encoded}",
            f"Date: {text}",
            f"References: {text}",
            body=text.encode(),
        )
    )
    assert letter.sender is not None
    assert letter.sender.address == "eva@x.example"
    assert "\x00" not in letter.subject + letter.text + letter.sender.name
    assert "\n" not in letter.subject + letter.sender.name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        b"\x00\xff\xfe\x00" * 1000,
        b"From: " + b"(" * 50_000,
        b"From: " + b"<" * 50_000 + b"\r\n\r\n",
        b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\n",
        b"Subject: =?utf-8?b?!!!!?=\r\nDate: 99\r\n\r\n",
        b"From: a@x.example\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b",
        b'Content-Type: text/plain; charset="\x00"\r\n\r\nx',
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000,
        b"Content-Type: text/html\r\n\r\n" + b"<" * 200_000,
        b"Content-Type: text/html\r\n\r\n<?xml version='1.0' encoding='utf-16'?><p>x",
        b"Content-Type: message/rfc822\r\n\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 500,
        b"Content-Transfer-Encoding: base64\r\n\r\nA",
        b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644\n!!!",
        b"Date: Mon, 31 Feb 99999 25:61:00 +9999\r\n\r\n",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%fe\r\n\r\nx",
        b"Content-Disposition: attachment; filename*0*=x''a; filename*x=1\r\n\r\nx",
    ],
    ids=range(19),
)
def test_what_is_broken_is_read_as_far_as_it_goes(content: bytes) -> None:
    letter = read(content)
    assert len(letter.text) <= LONGEST_TEXT
    assert "\x00" not in letter.text + letter.subject
    assert letter.key


def nested(depth: int) -> bytes:
    lines = [
        f"Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n"
        for number in range(depth)
    ]
    return "".join(lines).encode() + b"Content-Type: text/plain\r\n\r\ndeep"


@pytest.mark.parametrize("depth", [10, 200, 3000])
def test_frames_in_frames(depth: int) -> None:
    assert read(nested(depth)).key


def test_a_large_mail_is_kept_short() -> None:
    letter = read(raw("From: eva@x.example", body=b"word " * 2_000_000))
    assert len(letter.text) == LONGEST_TEXT
    assert letter.sender is not None


@given(content=st.binary(max_size=2000))
def test_any_bytes(content: bytes) -> None:
    assert read(content).key == key_of(content)


@given(body=st.text(max_size=500), name=st.text(max_size=60))
def test_any_text(body: str, name: str) -> None:
    encoded = Header(name.replace("\n", " ").replace("\r", " "), "utf-8", errors="replace")
    content = raw(
        f"From: {encoded.encode()} <eva@x.example>",
        "Content-Type: text/plain; charset=utf-8",
        body=body.encode("utf-8", "replace"),
    )
    letter = read(content)
    letter.text.encode()
    assert letter.sender is not None
    assert letter.sender.address == "eva@x.example"


def test_lines_that_are_no_forward() -> None:
    assert forwards.find("From: the sea\nTo: the land") is None
    assert forwards.find("From: eva@x.example\n\nHello") is None
    assert forwards.find("From: " + " " * 100_000 + "x") is None


def test_recipients_that_are_written_out() -> None:
    found = forwards.find(
        "From: Eva <eva@x.example>\nSent: Monday\nTo: a@x.nl <mailto:a@x.nl>; B <b@x.nl>\n"
        "Cc: c@x.nl\nSubject: Hello\n\nText"
    )
    assert found is not None
    assert found.recipients == ["<a@x.nl>, B <b@x.nl>", "c@x.nl"]
    assert (found.date, found.subject, found.text) == ("Monday", "Hello", "Text")
