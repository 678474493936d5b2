"""vCards as phones and mail programs write them: 2.1, 3.0 and 4.0, several in a file.

Only what can become something of a person is handed to the parser: no photographs, no keys,
nothing that is folded without end. A card that cannot be read becomes a row without a name.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import vobject

from contacts.imports.tables import joined

MOST_CARDS = 20_000
LONGEST_LINE = 20_000
LONGEST_PROPERTY = 60_000
MOST_PROPERTIES = 200
MOST_MENDED = 20
_NAME = re.compile(r"(?:[\w-]+\.)?([\w-]+)(?=[;:])")
_KEPT = frozenset(
    (
        *(
            "BEGIN",
            "END",
            "VERSION",
            "PRODID",
            "UID",
            "KIND",
            "N",
            "FN",
            "NICKNAME",
            "LANG",
            "BDAY",
        ),
        *("EMAIL", "TEL", "URL", "X-SOCIALPROFILE", "ORG", "TITLE", "ROLE", "ADR"),
        *(
            "CATEGORIES",
            "NOTE",
            "X-TRM-INFIX",
            "X-TRM-NATIVE-NAME",
            "X-TRM-INITIALS",
            "X-TRM-BIRTH-NAME",
            "X-TRM-EXTERNAL-ID",
        ),
        "X-TRM-FIELD",
    )
)
_NO_VOICE = frozenset({"FAX", "PAGER", "MODEM", "BBS"})
_NOT_A_PERSON = frozenset({"org", "group", "location", "application", "device"})
_OURS = "-//TRM//"


class TooManyCards(Exception):
    pass


def cards(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding=_encoding(path), errors="replace", newline=None) as text:
        reader = _Reader()
        for count, lines in enumerate(_cards(text)):
            if count == MOST_CARDS:
                raise TooManyCards
            yield reader.row(lines)


def _encoding(path: Path) -> str:
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _cards(text: TextIO) -> Iterator[list[str]]:
    """The lines of each card that say something of a person, unfolded as far as is reasonable."""
    card: list[str] = []
    is_kept = False
    while line := text.readline(LONGEST_LINE):
        bare = line.rstrip("\r\n")
        if card and _goes_on(bare, card[-1], is_kept):
            if is_kept and len(card[-1]) < LONGEST_PROPERTY:
                _fold_in(card, bare)
            continue
        found = _NAME.match(bare)
        name = found.group(1).upper() if found else ""
        if name in ("BEGIN", "END"):
            if len(card) > 1:
                yield [*card, "END:VCARD"]
            card = [bare] if name == "BEGIN" else []
            is_kept = False
            continue
        is_kept = bool(card) and name in _KEPT and len(card) < MOST_PROPERTIES
        if is_kept:
            card.append(bare)
    if len(card) > 1:
        yield [*card, "END:VCARD"]


def _goes_on(line: str, before: str, is_kept: bool) -> bool:
    """Whether ``line`` belongs to the property before it: folded, or broken as quoted-printable
    and older cards do."""
    if line[:1] in (" ", "\t"):
        return True
    return is_kept and _is_quoted(before) and before.endswith("=")


def _fold_in(card: list[str], line: str) -> None:
    if _is_quoted(card[-1]):
        card[-1] = card[-1].removesuffix("=") + line.lstrip(" \t")
    else:
        card[-1] += line[1:]


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


class _Reader:
    """One broken property must not cost the whole card; too many of them cost the time."""

    def __init__(self) -> None:
        self._mends = MOST_MENDED

    def row(self, lines: list[str]) -> dict[str, str]:
        row = _parsed(lines)
        if row is None and self._mends:
            self._mends -= 1
            first, *middle, last = lines
            row = _parsed([first, *(line for line in middle if _parsed([first, line, last])), last])
        return {"Note": "\n".join(lines)[:500]} if row is None else row


def _parsed(lines: list[str]) -> dict[str, str] | None:
    text = "\r\n".join(lines) + "\r\n"
    try:
        card = next(iter(vobject.readComponents(text, allowQP=True, ignoreUnreadable=True)))
        return _read(card)
    except Exception:  # noqa: BLE001 -- a stranger's card breaks a parser in whatever way it likes
        return None


def _read(card: Any) -> dict[str, str]:
    held: dict[str, list[Any]] = card.contents
    row = {
        **_names(held),
        "Preferred name": _first(held, "nickname").partition(",")[0],
        "Name in native script": _first(held, "x-trm-native-name"),
        "Initials": _first(held, "x-trm-initials"),
        "Name at birth": _first(held, "x-trm-birth-name"),
        "Birthday": _birthday(held),
        "E-mail": joined(_values(held, "email")),
        "Phone": joined(_phones(held.get("tel", ()))),
        "Profile URL": " ".join(
            page.replace("\\:", ":")
            for page in (*_values(held, "url"), *_values(held, "x-socialprofile"))
        ),
        "Organisation": _first(held, "org"),
        "Position": _first(held, "title") or _first(held, "role"),
        "Language": _first(held, "lang"),
        "Tags": joined(part for tags in held.get("categories", ()) for part in _list(tags.value)),
        "Note": "\n".join(_values(held, "note")),
    }
    address = next((one.value for one in held.get("adr", ()) if _is_place(one.value)), None)
    if address is not None:
        row |= {
            "Street": _word(address.street),
            "Postcode": _word(address.code),
            "City": _word(address.city),
            "Country": _word(address.country),
        }
    return row | _ours(held)


def _names(held: dict[str, list[Any]]) -> dict[str, str]:
    name = held["n"][0].value if held.get("n") else None
    full, organisation = _first(held, "fn"), _first(held, "org")
    if _first(held, "kind").casefold() in _NOT_A_PERSON:
        return {}
    parts = {
        "Given name": _word(getattr(name, "given", "")),
        "Middle name": _word(getattr(name, "additional", "")),
        "Family name": _word(getattr(name, "family", "")),
    }
    infix = _first(held, "x-trm-infix")
    if infix:
        parts["Infix"] = infix
        parts["Family name"] = parts["Family name"].removeprefix(infix).strip()
    if parts["Given name"] or parts["Family name"]:
        return parts
    return {} if full == organisation else {"Full name": full}


def _birthday(held: dict[str, list[Any]]) -> str:
    """Apple writes a year of its own where none is known, and says so beside it."""
    for entry in held.get("bday", ()):
        text, left_out = _text(entry.value), _param(entry, "X-APPLE-OMIT-YEAR")
        return f"--{text[5:]}" if left_out and text.startswith(f"{left_out}-") else text
    return ""


def _phones(entries: Iterable[Any]) -> Iterator[str]:
    for entry in entries:
        kinds = {str(kind).upper() for kind in entry.params.get("TYPE", [])}
        kinds |= {str(kind).upper() for kind in getattr(entry, "singletonparams", [])}
        if not kinds & _NO_VOICE:
            yield _text(entry.value).removeprefix("tel:").partition(";")[0]


def _ours(held: dict[str, list[Any]]) -> dict[str, str]:
    """What our own export writes where vCard has no place for it."""
    uid = _first(held, "uid").removeprefix("urn:uuid:")
    numbers = [
        f"{_param(entry, 'SYSTEM')}:{_text(entry.value)}"
        for entry in held.get("x-trm-external-id", ())
    ]
    row = {
        f"custom_{_param(entry, 'KEY')}": _text(entry.value)
        for entry in held.get("x-trm-field", ())
    }
    if _first(held, "prodid").startswith(_OURS):
        row["TRM ID"] = uid
    elif uid:
        numbers.append(f"vcard:{uid[:190]}")
    return row | {"Numbers in other systems": joined(numbers)}


def _param(entry: Any, name: str) -> str:
    return str(next(iter(entry.params.get(name, [])), ""))


def _first(held: dict[str, list[Any]], name: str) -> str:
    return next(_values(held, name), "")


def _values(held: dict[str, list[Any]], name: str) -> Iterator[str]:
    for entry in held.get(name, ()):
        text = _text(entry.value)
        if text:
            yield text


def _text(value: Any) -> str:
    """Of a structured value the first part: of an organisation its name, not its department."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, list):
        value = ",".join(str(one) for one in value)
    return str(value).strip()


def _list(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else str(value).split(",")


def _word(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = " ".join(str(one) for one in value)
    return str(value or "").strip()


def _is_place(value: Any) -> bool:
    return bool(_word(getattr(value, "city", "")) or _word(getattr(value, "country", "")))
