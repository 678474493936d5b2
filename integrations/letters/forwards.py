"""A letter that was forwarded by writing it out below, as Gmail, Outlook and Apple Mail do it."""

import re
from dataclasses import dataclass

# What mail programs call these lines: English, Dutch, German, French.
_NAMES = {
    "from": "sender", "van": "sender", "von": "sender", "de": "sender",
    "to": "to", "aan": "to", "an": "to", "à": "to",
    "cc": "cc", "kopie": "cc",
    "date": "date", "sent": "date", "datum": "date", "verzonden": "date", "gesendet": "date",
    "envoyé": "date",
    "subject": "subject", "onderwerp": "subject", "betreff": "subject", "objet": "subject",
}  # fmt: skip
_LINE = re.compile(r"^[>\s*]*(?P<name>[^\W\d_]{2,10}|à)\s*\*?\s*:\s*\*?\s*(?P<value>.*?)\*?\s*$")
_LONGEST_LINE = 1000
_MARK = re.compile(
    r"^[>\s]*(-{2,}.*-{2,}|(begin )?forwarded message:|begin doorgestuurd bericht:)$"
)
_AT_LEAST = 3
_MOST_LINES = 12


@dataclass(frozen=True, kw_only=True)
class WrittenOut:
    """The lines as they stand there; ``text`` is what follows them, ``comment`` what is above."""

    sender: str
    recipients: list[str]
    date: str
    subject: str
    text: str
    comment: str


def find(text: str) -> WrittenOut | None:
    """The first block of lines that names a sender and two more things, if there is one."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        match = _LINE.match(line[:_LONGEST_LINE])
        if match is None or _NAMES.get(match["name"].lower()) != "sender":
            continue
        found, end = _block(lines, at)
        if len(found) >= _AT_LEAST and "@" in found["sender"]:
            return WrittenOut(
                sender=_address_line(found["sender"]),
                recipients=[_address_line(found[one]) for one in ("to", "cc") if one in found],
                date=found.get("date", ""),
                subject=found.get("subject", ""),
                text="\n".join(_unquoted(lines[end:])).strip(),
                comment=_comment(lines[:at]),
            )
    return None


def _block(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """What the lines from ``start`` on name, up to the first that names nothing."""
    found: dict[str, str] = {}
    at = start
    for at in range(start, min(start + _MOST_LINES, len(lines))):
        match = _LINE.match(lines[at][:_LONGEST_LINE])
        name = _NAMES.get(match["name"].lower()) if match else None
        if match is None or (name is None and not match["value"]):
            break
        if name is not None:
            found.setdefault(name, match["value"])
    else:
        at += 1
    return found, at


def _comment(lines: list[str]) -> str:
    kept = [line for line in lines if not _MARK.match(line[:_LONGEST_LINE].strip().lower())]
    return "\n".join(kept).strip()


def _address_line(value: str) -> str:
    """``Eva Vos [mailto:eva@x.nl]``, ``a@x.nl <mailto:a@x.nl>; b@x.nl`` as a header writes it."""
    plain = re.sub(r"[\[<]mailto:([^\]>]*)[\]>]", r"<\1>", value).replace(";", ",")
    return re.sub(r"(\S+@\S+)\s+<\1>", r"<\1>", plain)


def _unquoted(lines: list[str]) -> list[str]:
    """Without the ``>`` where every line that says something has one."""
    said = [line for line in lines if line.strip()]
    if said and all(line.lstrip().startswith(">") for line in said):
        return [re.sub(r"^\s*> ?", "", line) for line in lines]
    return lines
