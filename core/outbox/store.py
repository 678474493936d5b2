"""Caught mails as files, one each. Needs no Django: the catcher is a small process of its own.

The first line of a file is a header of ours, which holds as JSON what lists and searches need, so
that they read a line instead of a mail. All after it is the mail, byte by byte as it was sent.
"""

import json
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

_HEADER = b"X-TRM-Caught: "
_SUFFIX = ".eml"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """``id`` grows with time. ``sender`` and ``recipients`` are those of the envelope."""

    id: str
    sender: str
    recipients: tuple[str, ...]
    subject: str

    @property
    def caught_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.id.partition("-")[0]) / 1e9, tz=UTC)

    def matches(self, words: Sequence[str]) -> bool:
        """Whether each of the words, in lower case, is in the subject or a recipient."""
        text = f"{self.subject} {' '.join(self.recipients)}".casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, kw_only=True)
class Mail:
    summary: Summary
    message: EmailMessage
    raw: bytes


@dataclass(frozen=True, kw_only=True)
class Page:
    """``next_before`` continues where this page ends; empty on the last one."""

    mails: list[Summary]
    next_before: str


class Outbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, *, sender: str, recipients: Sequence[str], content: bytes) -> Summary:
        """Keep a mail. A reader sees all of it or nothing, whenever we are killed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        summary = Summary(
            id=f"{time.time_ns():020d}-{secrets.token_hex(4)}",
            sender=sender,
            recipients=tuple(recipients),
            subject=_subject(content),
        )
        path = self._path(summary.id)
        draft = path.with_suffix(".draft")
        line = json.dumps({key: value for key, value in asdict(summary).items() if key != "id"})
        draft.write_bytes(_HEADER + line.encode() + b"\r\n" + content)
        draft.replace(path)
        return summary

    def page(self, *, search: str = "", before: str = "", size: int = 50) -> Page:
        """The newest ``size`` that match, older than the mail ``before`` where that is given."""
        words = search.casefold().split()
        found: list[Summary] = []
        for summary in self._newest_first(before):
            if not summary.matches(words):
                continue
            if len(found) == size:
                return Page(mails=found, next_before=found[-1].id)
            found.append(summary)
        return Page(mails=found, next_before="")

    def get(self, mail_id: str) -> Mail | None:
        """The mail of that id, or None where there is none (or no such id could be)."""
        if not mail_id.replace("-", "").isalnum():
            return None
        try:
            content = self._path(mail_id).read_bytes()
        except FileNotFoundError:
            return None
        line, _, raw = content.partition(b"\r\n")
        message = BytesParser(policy=policy.default).parsebytes(raw)
        return Mail(summary=_parse_summary(mail_id, line), message=message, raw=raw)

    def _newest_first(self, before: str) -> Iterator[Summary]:
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return
        ids = (name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))
        for mail_id in sorted((one for one in ids if not before or one < before), reverse=True):
            with self._path(mail_id).open("rb") as file:
                yield _parse_summary(mail_id, file.readline())

    def _path(self, mail_id: str) -> Path:
        return self.folder / f"{mail_id}{_SUFFIX}"


def _parse_summary(mail_id: str, line: bytes) -> Summary:
    kept = json.loads(line.removeprefix(_HEADER))
    return Summary(
        id=mail_id,
        sender=kept["sender"],
        recipients=tuple(kept["recipients"]),
        subject=kept["subject"],
    )


def _subject(content: bytes) -> str:
    headers = BytesHeaderParser(policy=policy.default).parsebytes(content)
    return str(headers.get("Subject", ""))
