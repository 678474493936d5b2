"""A mail as its reader's program takes it apart: text, HTML, attachments, a way to unsubscribe."""

import base64
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

# The parts of the envelope that people care about, in the order in which they are shown.
SHOWN_HEADERS = [
    "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Precedence",
]  # fmt: skip
ONE_CLICK = "List-Unsubscribe=One-Click"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """``number`` is its place in the mail, by which it is asked for."""

    number: int
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Letter:
    """``unsubscribe_url`` is empty unless a mail program would offer one click (RFC 8058)."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Attachment]
    unsubscribe_url: str


def open_letter(message: EmailMessage) -> Letter:
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    return Letter(
        headers=[
            (name, str(value)) for name in SHOWN_HEADERS for value in message.get_all(name, [])
        ],
        text=_text_of(text),
        html=_with_images(_text_of(html), message) if html else "",
        attachments=list(_attachments(message)),
        unsubscribe_url=_one_click_url(message),
    )


def _text_of(part: object) -> str:
    """Broken bytes and unknown character sets are shown as well as they can be."""
    if not isinstance(part, EmailMessage):
        return ""
    try:
        return str(part.get_content())
    except (LookupError, KeyError):
        return bytes(part.get_payload(decode=True) or b"").decode(errors="replace")


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    for number, part in enumerate(message.iter_attachments()):
        kind = part.get_content_type()
        yield Attachment(
            number=number,
            name=part.get_filename() or f"{number}.{kind.partition('/')[2]}",
            content_type=kind,
            content=_content_of(part),
        )


def _content_of(part: EmailMessage) -> bytes:
    """A mail that is forwarded as an attachment has no payload of its own."""
    if part.is_multipart():
        return b"".join(bytes(one) for one in part.iter_parts())
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _with_images(html: str, message: EmailMessage) -> str:
    """The pictures that travel in the mail, where the HTML names them by ``cid:``."""
    pictures = {
        str(part["Content-ID"]).strip("<> "): part
        for part in message.walk()
        if part["Content-ID"] and part.get_content_maintype() == "image"
    }

    def data_url(match: re.Match[str]) -> str:
        part = pictures.get(urllib.parse.unquote(match[1]))
        if part is None:
            return match[0]
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        return f"data:{part.get_content_type()};base64,{base64.b64encode(content).decode()}"

    return re.sub(r"""cid:([^"'\s)>]+)""", data_url, html)


def _one_click_url(message: EmailMessage) -> str:
    if str(message.get("List-Unsubscribe-Post", "")).strip() != ONE_CLICK:
        return ""
    links = re.findall(r"<\s*([^>]+?)\s*>", str(message.get("List-Unsubscribe", "")))
    return next((link for link in links if link.startswith(("https://", "http://"))), "")
