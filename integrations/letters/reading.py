"""What a mail says, taken out of its bytes. Nothing in a mail makes this fail.

The lenient parser of the standard library is used (``compat32``): the strict one raises on some
headers that real mail holds.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from inscriptis import get_text
from lxml.etree import LxmlError

from integrations.letters import forwards

LONGEST_TEXT = 50_000
LONGEST_HTML = 1_000_000
LONGEST_HEADER = 100_000
MOST_RECIPIENTS = 200
MOST_THREAD = 50
_DEEPEST = 50

# What breaks a line of ours, or what PostgreSQL refuses.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")
_ID = re.compile(r"<[^<>\s]{1,998}>")
_FORWARD_MARKS = re.compile(r"^\s*((fwd?|fw|tr|wg|doorst|doorgestuurd)\s*:\s*)+", re.IGNORECASE)
_MACHINES = {"bulk", "junk", "list", "auto_reply"}


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """``address`` in lower case."""

    address: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """``key`` stands for the letter wherever it turns up. ``forwarded`` is the letter it brings
    along, if it brings one: as an attachment, or written out below it. ``comment`` is what whoever
    passed this one on wrote with it.
    """

    key: str
    sender: Mailbox | None = None
    recipients: tuple[Mailbox, ...] = ()
    sent_at: datetime | None = None
    subject: str = ""
    text: str = ""
    thread: tuple[str, ...] = ()
    is_automated: bool = False
    attachments: tuple[str, ...] = ()
    comment: str = ""
    forwarded: "Letter | None" = None


def key_of(content: bytes) -> str:
    """By what a mail is known again: its Message-ID, or all of it where it has none."""
    try:
        headers = BytesHeaderParser(policy=policy.compat32).parsebytes(content)
        found = _ID.search(_header(headers, "Message-ID"))
    except (MessageError, ValueError, IndexError, TypeError, AttributeError):
        found = None
    return _digest(found[0]) if found else hashlib.sha256(content).hexdigest()


def read(content: bytes) -> Letter:
    """Whatever the bytes are: what cannot be read is left out."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(content)
        return _letter(message, key=key_of(content))
    except (MessageError, ValueError, IndexError, TypeError, AttributeError, RecursionError):
        return Letter(key=key_of(content), text=_tidy_text(content.decode(errors="replace")))


def without_forward_marks(subject: str) -> str:
    return _FORWARD_MARKS.sub("", subject)


def _letter(message: Message, *, key: str, depth: int = 0) -> Letter:
    parts = list(_parts(message))
    text = _text(parts)
    letter = Letter(
        key=key,
        sender=next(iter(_mailboxes(message, "From")), None),
        recipients=tuple(_mailboxes(message, "To", "Cc"))[:MOST_RECIPIENTS],
        sent_at=_moment(_header(message, "Date")),
        subject=_tidy_line(_header(message, "Subject"))[:200],
        text=text,
        thread=_thread(message),
        is_automated=_is_automated(message),
        attachments=tuple(_file_names(parts)),
    )
    inner = next((part for part in parts if part.get_content_type() == "message/rfc822"), None)
    if inner is not None and depth == 0:
        attached = _attached(inner)
        return replace(letter, forwarded=attached and replace(attached, comment=letter.text))
    return replace(letter, forwarded=_written_out(letter)) if depth == 0 else letter


def _attached(part: Message) -> Letter | None:
    held = part.get_payload()
    if not isinstance(held, list) or not held or not isinstance(held[0], Message):
        return None
    message = held[0]
    own = _ID.search(_header(message, "Message-ID"))
    key = _digest(own[0] if own else message.as_string(policy=policy.compat32, unixfrom=False))
    return _letter(message, key=key, depth=1)


def _written_out(letter: Letter) -> Letter | None:
    """The letter below "Forwarded message". It has no Message-ID any more, so that sender, subject
    and day, as they stand there, say whether two forwards are of one letter.
    """
    found = forwards.find(letter.text)
    if found is None:
        return None
    senders = _boxes_in([found.sender])
    if not senders:
        return None
    subject = _tidy_line(found.subject)[:200] or without_forward_marks(letter.subject)
    mark = "\n".join((senders[0].address, subject, found.date or found.text[:1000]))
    return Letter(
        key=_digest(f"written out\n{mark}"),
        sender=senders[0],
        recipients=tuple(_boxes_in(found.recipients))[:MOST_RECIPIENTS],
        sent_at=_moment(found.date) or letter.sent_at,
        subject=subject,
        text=found.text,
        comment=found.comment,
        attachments=letter.attachments,
    )


def _parts(message: Message) -> Iterator[Message]:
    """All parts that are no mere frames; what lies in an attached mail stays in it."""
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop(0)
        held = part.get_payload()
        is_frame = part.is_multipart() and part.get_content_type() != "message/rfc822"
        if is_frame and isinstance(held, list) and depth < _DEEPEST:
            waiting[:0] = [(one, depth + 1) for one in held if isinstance(one, Message)]
        else:
            yield part


def _text(parts: list[Message]) -> str:
    shown = [part for part in parts if not part.get_filename() and not _is_attached(part)]
    plain = [_content(one) for one in shown if one.get_content_type() == "text/plain"]
    text = "\n\n".join(one for one in plain if one.strip())
    if text:
        return _tidy_text(text)
    html = [_content(one) for one in shown if one.get_content_type() == "text/html"]
    return _tidy_text("\n\n".join(_plain(one) for one in html))


def _is_attached(part: Message) -> bool:
    return str(part.get_content_disposition() or "") == "attachment"


def _content(part: Message) -> str:
    held = part.get_payload(decode=True)
    content = held if isinstance(held, bytes) else b""
    charset = str(part.get_content_charset() or "utf-8")
    for name in (charset, "utf-8", "cp1252"):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _plain(html: str) -> str:
    try:
        return str(get_text(html[:LONGEST_HTML]))
    except (LxmlError, ValueError, RecursionError, AssertionError, IndexError, KeyError):
        return re.sub(r"<[^<>]*>", " ", html[:LONGEST_HTML])


def _file_names(parts: list[Message]) -> Iterator[str]:
    for part in parts:
        name = _tidy_line(_decoded(str(part.get_filename() or "")))
        if name and part.get_content_maintype() != "multipart":
            yield name[:100]


def _mailboxes(message: Message, *names: str) -> list[Mailbox]:
    return _boxes_in([_raw(value) for name in names for value in _all(message, name)])


def _boxes_in(values: list[str]) -> list[Mailbox]:
    """Each address once; what is no address is left out."""
    found: dict[str, Mailbox] = {}
    for name, typed in getaddresses([value.replace("\n", " ") for value in values]):
        address = typed.strip().strip("<>'\"").lower()
        if len(address) > 254 or not _is_address(address):
            continue
        called = _tidy_line(_decoded(name)).strip("'\" ")[:200]
        found.setdefault(address, Mailbox(address=address, name=called))
    return list(found.values())


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _thread(message: Message) -> tuple[str, ...]:
    """The keys of the letters before this one, the first of them ahead."""
    named = _ID.findall(f"{_header(message, 'References')} {_header(message, 'In-Reply-To')}")
    return tuple(_digest(one) for one in dict.fromkeys(named))[:MOST_THREAD]


def _is_automated(message: Message) -> bool:
    """What a machine sent by itself (RFC 3834), a report of delivery, or one mail to many."""
    said = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if said and said != "no":
        return True
    if _header(message, "Precedence").strip().lower() in _MACHINES:
        return True
    if _header(message, "Return-Path").strip() == "<>":
        return True
    if any(_all(message, name) for name in ("List-Id", "X-Autoreply", "X-Autorespond")):
        return True
    return message.get_content_type() == "multipart/report"


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(re.sub(r"\s(at|om)\s", " ", text.strip()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _all(message: Message, name: str) -> list[str]:
    return [
        str(value) if not isinstance(value, str) else value
        for held, value in message.raw_items()
        if held.lower() == name.lower()
    ]


def _header(message: Message, name: str) -> str:
    return _decoded(_raw(next(iter(_all(message, name)), "")))


def _raw(value: str) -> str:
    """Unfolded; bytes that are no ASCII are read as UTF-8, or else as Windows wrote them."""
    content = value[:LONGEST_HEADER].encode("utf-8", "surrogateescape")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return re.sub(r"\r?\n(?=[ \t])", "", text)


def _decoded(text: str) -> str:
    """``=?utf-8?q?J=C3=BCrgen?=`` as it is meant."""
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (MessageError, ValueError, IndexError):
        return text
    return "".join(_piece(content, charset) for content, charset in pieces)


def _piece(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    for name in (charset or "utf-8", "utf-8", "cp1252"):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _tidy_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", _UNKEEPABLE.sub("", text)).split())


def _tidy_text(text: str) -> str:
    lines = _UNKEEPABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = "\n".join(line.rstrip() for line in lines).strip()
    return re.sub(r"\n{4,}", "\n\n\n", whole)[:LONGEST_TEXT]


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()
