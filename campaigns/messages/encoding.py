"""The pieces a mail is written in: quoted-printable text and headers (RFC 2045, 2047, 5322).

Made here, because a message that is built anew per person by the standard library costs a hundred
times as much as one that is made ready once. Everything is seven bits, no line is longer than 78
and none of the body begins with a dot or a blank that a server could touch: no server has to be
asked what it can do. The tests hold all of it against the standard library's parser.
"""

import re
from base64 import b64encode
from binascii import b2a_qp

SOFT_BREAK = b"=\r\n"
_LINE = 72
_PLAIN = re.compile(r"(?:[A-Za-z0-9 ,;:!?()/'@_+*-][A-Za-z0-9 ,;:!?()/'@_+*.-]{0,73})?\Z")
_PLAIN_HEADER = re.compile(r"[A-Za-z0-9 ,;:!?()/'\"@_.&+*%#-]{0,60}\Z")
_PLAIN_PHRASE = re.compile(r"[ -~]{1,200}\Z")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
# 39 bytes are 52 letters of base64: with its frame and "Subject: " before it, a line of 73.
_WORD_BYTES = 39


def quoted_printable(text: str) -> bytes:
    """``text`` as it stands between two soft breaks: lines of at most 76, ended by CRLF."""
    if _PLAIN.match(text) and not text.endswith(" "):
        return text.encode("ascii")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join(_qp_line(line) for line in lines)


def _qp_line(line: str) -> bytes:
    raw = b2a_qp(line.encode("utf-8", "replace"), quotetabs=True, istext=False)
    raw = raw.replace(SOFT_BREAK, b"").replace(b"=\n", b"").replace(b"=20", b" ")
    pieces = []
    while raw:
        end = min(_LINE, len(raw))
        # Never through the middle of an escape such as =C3.
        while end < len(raw) and b"=" in raw[end - 2 : end]:
            end -= 1
        piece, raw = raw[:end], raw[end:]
        pieces.append(_guarded(piece, is_last=not raw))
    return SOFT_BREAK.join(pieces)


def _guarded(piece: bytes, *, is_last: bool) -> bytes:
    """No dot at the start of a line (SMTP doubles it), no blank at the end (servers strip it)."""
    if piece.startswith(b"."):
        piece = b"=2E" + piece[1:]
    if is_last and piece.endswith(b" "):
        piece = piece[:-1] + b"=20"
    return piece


def one_line(text: str) -> str:
    """``text`` without anything that could end a header and begin another."""
    return " ".join(_CONTROL.sub(" ", text).split())


def header_text(text: str) -> bytes:
    """The value of an unstructured header such as Subject, folded."""
    text = one_line(text)
    if _PLAIN_HEADER.match(text) and "=?" not in text:
        return text.encode("ascii")
    return b"\r\n ".join(_encoded_words(text))


def mailbox(name: str, addr_spec: str) -> bytes:
    """A name and an address that ``sendable`` gave, as they stand in From, To and Reply-To."""
    bare = f"<{addr_spec}>".encode("ascii")
    name = one_line(name)
    if not name:
        return bare
    if _PLAIN_PHRASE.match(name) and "=?" not in name:
        quoted = name.replace("\\", r"\\").replace('"', r"\"")
        return f'"{quoted}"\r\n '.encode("ascii") + bare
    return b"\r\n ".join([*_encoded_words(name), bare])


def sendable(address: str) -> str:
    """The address as a mail server takes it, its domain in ASCII; empty when there is no such."""
    local, _, domain = address.strip().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    plain = f"{local}@{domain}"
    return plain if _ADDRESS.match(plain) else ""


def _encoded_words(text: str) -> list[bytes]:
    words, chunk = [], b""
    for character in text:
        raw = character.encode("utf-8", "replace")
        if len(chunk) + len(raw) > _WORD_BYTES:
            words.append(chunk)
            chunk = b""
        chunk += raw
    words.append(chunk)
    return [b"=?utf-8?b?" + b64encode(word) + b"?=" for word in words]
