"""A step's mail in one language, made ready once; per person only the pieces are joined."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.merge_tags import LINKS, Person, Slot, Text, parse
from campaigns.messages.encoding import (
    SOFT_BREAK,
    header_text,
    mailbox,
    one_line,
    quoted_printable,
)
from contacts.choices import Purpose

# "=_" occurs nowhere in quoted-printable text, so that no text can end its own part.
BOUNDARY = b"=_part"
_URL = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
_PARAGRAPHS = re.compile(r"\n{2,}")
_PAGE = (
    '<!doctype html>\n<html lang="%(language)s"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"></head>\n'
    '<body style="margin:0;padding:24px 16px;font:16px/1.55 -apple-system,Segoe UI,Roboto,'
    'Helvetica,Arial,sans-serif"><div style="max-width:36em;margin:0 auto">\n'
)
_FOOT = '\n<div style="margin-top:32px;font-size:13px;line-height:1.5;opacity:.75">'
_END = "</div></div></body></html>\n"


class MissingValue(Exception):
    """A tag without a fallback has no value for this person: the mail may not leave."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who a mail is from: the address that may send for us, and where answers go."""

    name: str
    from_address: str
    reply_to: str


@dataclass(frozen=True, slots=True)
class _Html:
    """A slot in the HTML part: its value is escaped there."""

    slot: Slot


Piece = bytes | Slot | _Html


@dataclass(frozen=True, kw_only=True)
class PreparedMessage:
    """One step in one language. ``pieces`` is the MIME body, cut where values go."""

    subject: Text
    fixed_headers: bytes
    pieces: tuple[Piece, ...]

    def subject_for(self, person: Person) -> bytes:
        self._check(self.subject, person)
        return header_text(self.subject.fill(person))

    def body_for(self, person: Person) -> bytes:
        values: dict[Slot | _Html, bytes] = {}
        joined = []
        for piece in self.pieces:
            if isinstance(piece, bytes):
                joined.append(piece)
                continue
            value = values.get(piece)
            if value is None:
                value = values[piece] = _value(piece, person)
            joined.append(value)
        return b"".join(joined)

    def render(self, person: Person, *, to: bytes, message_id: str, moment: bytes) -> bytes:
        """The whole message. Raises ``MissingValue``. ``to`` is a mailbox; ``moment`` the Date."""
        url = person.unsubscribe_url.encode("ascii")
        return b"".join(
            (
                b"Date: ", moment,
                b"\r\nMessage-ID: <", message_id.encode("ascii"), b">",
                b"\r\nTo: ", to,
                b"\r\nSubject: ", self.subject_for(person),
                b"\r\nList-Unsubscribe: <", url, b">",
                self.fixed_headers,
                self.body_for(person),
            )
        )  # fmt: skip

    def _check(self, text: Text, person: Person) -> None:
        for slot in text.slots:
            if not slot.value_for(person):
                raise MissingValue(slot.tag.key)


def prepare(
    *, subject: str, body: str, language: str, purpose: str, sender: Sender
) -> PreparedMessage:
    """Compile a step's texts. Raises ``MergeTagRefused`` for what saving should have refused."""
    text = parse(body.strip())
    with translation.override(language):
        why, act = _why_you_get_this(purpose), _("Choose what we may write about, or stop it")
    pieces: list[Piece] = [_part_head(b"text/plain")]
    pieces += _as_text(Text((*text.parts, f"\n\n-- \n{why}\n{act}:\n", _link_slot())))
    pieces.append(b"\r\n" + _part_head(b"text/html"))
    pieces += _as_html(text, language=language, why=why, act=act)
    pieces.append(b"\r\n--" + BOUNDARY + b"--\r\n")
    return PreparedMessage(
        subject=parse(one_line(subject)),
        fixed_headers=_fixed_headers(sender),
        pieces=_joined(pieces),
    )


def moment(now: datetime) -> bytes:
    return format_datetime(now).encode("ascii")


def html_of(text: Text, person: Person) -> str:
    """The text as the HTML part shows it, for a page of ours: escaped, in paragraphs."""
    shown = []
    for part in text.parts:
        if isinstance(part, str):
            shown.append(_html_literal(part))
        else:
            shown.append(_html_value(part, one_line(part.value_for(person))))
    return f"<p>{''.join(shown)}</p>"


def _fixed_headers(sender: Sender) -> bytes:
    return b"".join(
        (
            b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
            b"\r\nFrom: ", mailbox(sender.name, sender.from_address),
            b"\r\nReply-To: ", mailbox(sender.name, sender.reply_to),
            # What keeps an absent reader's machine from answering each mail of a sequence.
            b"\r\nPrecedence: bulk",
            b"\r\nMIME-Version: 1.0",
            b'\r\nContent-Type: multipart/alternative; boundary="', BOUNDARY, b'"',
            b"\r\n\r\n",
        )
    )  # fmt: skip


def _part_head(kind: bytes) -> bytes:
    return (
        b"--" + BOUNDARY + b"\r\nContent-Type: " + kind + b'; charset="utf-8"'
        b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )


def _as_text(text: Text) -> list[Piece]:
    pieces: list[Piece] = []
    for part in text.parts:
        if isinstance(part, str):
            pieces.append(quoted_printable(part))
        else:
            pieces += [SOFT_BREAK, part, SOFT_BREAK]
    return pieces


def _as_html(text: Text, *, language: str, why: str, act: str) -> list[Piece]:
    pieces: list[Piece] = [quoted_printable(_PAGE % {"language": language} + "<p>")]
    for part in text.parts:
        if isinstance(part, str):
            pieces.append(quoted_printable(_html_literal(part)))
        else:
            pieces += _html_slot(part)
    foot = f'</p>{_FOOT}<p>{escape(why)}<br>\n<a href="'
    pieces += [quoted_printable(foot), SOFT_BREAK, _Html(_link_slot()), SOFT_BREAK]
    pieces.append(quoted_printable(f'" style="color:inherit">{escape(act)}</a></p>{_END}'))
    return pieces


def _html_slot(slot: Slot) -> list[Piece]:
    value: list[Piece] = [SOFT_BREAK, _Html(slot), SOFT_BREAK]
    if slot.tag.key not in LINKS:
        return value
    return [b"<a href=3D\"", *value, b'">', *value, b"</a>"]  # fmt: skip


def _html_value(slot: Slot, value: str) -> str:
    shown = escape(value)
    return f'<a href="{shown}">{shown}</a>' if slot.tag.key in LINKS else shown


def _html_literal(text: str) -> str:
    linked, at = [], 0
    for found in _URL.finditer(text):
        url = escape(found.group())
        linked += [escape(text[at : found.start()]), f'<a href="{url}">{url}</a>']
        at = found.end()
    linked.append(escape(text[at:]))
    blocks = _PARAGRAPHS.split("".join(linked))
    return "</p>\n<p>".join(block.replace("\n", "<br>\n") for block in blocks)


def _value(piece: Slot | _Html, person: Person) -> bytes:
    slot = piece.slot if isinstance(piece, _Html) else piece
    value = one_line(slot.value_for(person))
    if not value:
        raise MissingValue(slot.tag.key)
    return quoted_printable(escape(value) if isinstance(piece, _Html) else value)


def _link_slot() -> Slot:
    return next(iter(parse("{{ unsubscribe_url }}").slots))


def _why_you_get_this(purpose: str) -> str:
    label = str(Purpose(purpose).label)
    return _("You get this because you agreed that we write to you about: %(purpose)s.") % {
        "purpose": label
    }


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Neighbouring bytes as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)
