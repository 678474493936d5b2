"""Our own pieces of MIME, held against the standard library's parser."""

import quopri
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.messages.encoding import (
    SOFT_BREAK,
    header_text,
    mailbox,
    one_line,
    quoted_printable,
    sendable,
)

# Everything that can be stored: no NUL (PostgreSQL has none) and no half of a surrogate pair.
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(anything)
def test_quoted_printable_is_read_as_it_was_written(text: str) -> None:
    encoded = quoted_printable(text)

    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert quopri.decodestring(encoded).decode().replace("\r\n", "\n") == lines


@given(st.lists(anything, max_size=5))
def test_quoted_printable_pieces_join_without_a_seam(texts: list[str]) -> None:
    joined = SOFT_BREAK.join(quoted_printable(text) for text in texts)

    lines = "".join(texts).replace("\r\n", "\n").replace("\r", "\n")
    if not any(text.endswith("\r") for text in texts):
        assert quopri.decodestring(joined).decode().replace("\r\n", "\n") == lines


@given(anything)
def test_quoted_printable_asks_nothing_of_a_server(text: str) -> None:
    for line in quoted_printable(text).split(b"\r\n"):
        assert len(line) <= 75
        assert line.isascii()
        assert not line.startswith(b".")
        assert not line.endswith((b" ", b"\t"))
        assert b"\n" not in line
        assert b"\r" not in line


@given(anything)
def test_header_text_is_one_header_read_as_one_line(text: str) -> None:
    raw = b"Subject: " + header_text(text) + b"\r\nX-Next: here\r\n\r\nbody"

    message = message_from_bytes(raw, policy=policy.default)

    assert message.keys() == ["Subject", "X-Next"]
    assert " ".join(str(message["Subject"]).split()) == one_line(text)
    assert all(len(line) <= 78 and line.isascii() for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    "name",
    [
        "Sanne de Vries",
        "Zoë van der Vos-Łukasz",
        'Jan "Piet" O\'Brien \\ Co',
        "J. de Vries, MSc (Delft)",
        "王小明",
        "Sanne\r\nBcc: everyone@example.org",
        "=?utf-8?q?not_decoded?=",
        "Ada <ada@evil.example>",
        "Adriaan Willem Frederik van Hasselt tot Stoutenburg en Zuylen van Nijevelt",
    ],
)
def test_mailbox_names_one_person(name: str) -> None:
    raw = b"To: " + mailbox(name, "sanne@example.org") + b"\r\nX-Next: here\r\n\r\nbody"

    message = message_from_bytes(raw, policy=policy.default)

    assert message.keys() == ["To", "X-Next"]
    header = message["To"]
    assert isinstance(header, AddressHeader)
    (address,) = header.addresses
    assert (address.display_name, address.addr_spec) == (one_line(name), "sanne@example.org")


def test_mailbox_folds_a_long_name_between_words_that_join() -> None:
    """By the older parser: the newer keeps the blank between encoded words, against RFC 2047."""
    name = "Zoë " + "van der Vos-Łukasz " * 8 + "jr"

    raw = b"To: " + mailbox(name, "sanne@example.org") + b"\r\n\r\nbody"

    assert str(make_header(decode_header(message_from_bytes(raw)["To"]))) == (
        f"{name} <sanne@example.org>"
    )
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))


def test_mailbox_without_a_name_is_the_bare_address() -> None:
    assert mailbox("", "sanne@example.org") == b"<sanne@example.org>"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("sanne@example.org", "sanne@example.org"),
        (" o'brien+trm@example.org ", "o'brien+trm@example.org"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("zoë@example.org", ""),
        ("a b@example.org", ""),
        ("a@example.org\r\nRCPT TO:<b@example.org>", ""),
        ("a>@example.org", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_sendable_gives_what_a_server_takes_or_nothing(address: str, expected: str) -> None:
    assert sendable(address) == expected
