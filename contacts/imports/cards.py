"""vCards as phones and mail programs write them: 2.1, 3.0 and 4.0, several in a file.

A card that cannot be read becomes a row without a name.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import vobject

from contacts.imports.card_lines import cards_in
from contacts.imports.labels import label_of, label_of_types
from contacts.imports.tables import (
    LEFT_OUT,
    Skill,
    joined,
    labelled,
    lost_levels,
    table_of_places,
    table_of_skills,
)

MOST_CARDS = 20_000
MOST_MENDED = 20
_NO_VOICE = frozenset({"FAX", "PAGER", "MODEM", "BBS"})
_NOT_A_PERSON = frozenset({"org", "group", "location", "application", "device"})
_OURS = "-//TRM//"


class TooManyCards(Exception):
    pass


def cards(path: Path) -> Iterator[dict[str, str]]:
    reader = _Reader()
    for count, card in enumerate(cards_in(path)):
        if count == MOST_CARDS:
            raise TooManyCards
        row = reader.row(card.lines)
        lost = dict.fromkeys([*filter(None, [row.get(LEFT_OUT)]), *card.passed_over])
        yield {**row, LEFT_OUT: ", ".join(lost)}


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
        "Preferred name": _nickname(held),
        "Name in native script": _first(held, "x-trm-native-name"),
        "Initials": _first(held, "x-trm-initials"),
        "Name at birth": _first(held, "x-trm-birth-name"),
        "Birthday": _birthday(held),
        **_reached(held),
        "Profile URL": " ".join(
            page.replace("\\:", ":")
            for page in (*_values(held, "url"), *_values(held, "x-socialprofile"))
        ),
        "Organisation": _first(held, "org"),
        "Position": _first(held, "title") or _first(held, "role"),
        "Language": _first(held, "lang"),
        "Form of address": _first(held, "x-trm-form-of-address"),
        "Time zone": _first(held, "tz"),
        "Do not contact": _first(held, "x-trm-do-not-contact"),
        **table_of_skills(_skills(held)),
        "Tags": joined(
            (part for tags in held.get("categories", ()) for part in _list(tags.value)),
            is_ours=_is_ours(held),
        ),
        "Note": "\n".join(_values(held, "note")),
        LEFT_OUT: ", ".join(_lost(held)),
    }
    places = [_place(one, held) for one in _preferred(held.get("adr", ())) if _is_place(one.value)]
    return row | table_of_places(places) | _ours(held)


def _reached(held: dict[str, list[Any]]) -> dict[str, str]:
    emails = [(_text(one.value), _kind(one, held)) for one in _preferred(held.get("email", ()))]
    phones = [
        (_number(_text(one.value)), _kind(one, held))
        for one in _preferred(held.get("tel", ()))
        if not _types(one) & _NO_VOICE
    ]
    is_ours = _is_ours(held)
    return {
        **labelled("E-mail", emails, is_ours=is_ours),
        **labelled("Phone", phones, is_ours=is_ours),
    }


def _number(text: str) -> str:
    """Of an address for telephones ("tel:+31612345678;ext=5") the number."""
    return text.removeprefix("tel:").partition(";")[0] if text.startswith("tel:") else text


def _is_ours(held: dict[str, list[Any]]) -> bool:
    return _first(held, "prodid").startswith(_OURS)


def _kind(entry: Any, held: dict[str, list[Any]]) -> str:
    """Of our own kinds, or in the words of who made one up (Apple's ``X-ABLabel``)."""
    types = sorted(_types(entry))
    label = label_of_types(types)
    if not label and entry.group:
        named = (one for one in held.get("x-ablabel", ()) if one.group == entry.group)
        label = next((_text(one.value).strip("_$!<>") for one in named), "")
    return label or next((one.lower() for one in types if label_of(one) is None), "")


def _types(entry: Any) -> set[str]:
    kinds = [*entry.params.get("TYPE", []), *getattr(entry, "singletonparams", [])]
    return {part.strip().upper() for kind in kinds for part in str(kind).split(",")}


def _preferred(entries: Iterable[Any]) -> list[Any]:
    """The one that is preferred first: the first is the one by which they are reached."""
    return sorted(entries, key=lambda one: (_preference(one), "PREF" not in _types(one)))


def _preference(entry: Any) -> int:
    number = _param(entry, "PREF")
    return int(number) if number.isdecimal() and len(number) < 4 else 101


def _place(entry: Any, held: dict[str, list[Any]]) -> list[str]:
    value = entry.value
    lines = (_word(getattr(value, name, "")) for name in ("box", "extended", "street"))
    return [
        ", ".join(filter(None, lines)),
        *(_word(value.code), _word(value.city), _word(value.country)),
        _kind(entry, held),
    ]


def _skills(held: dict[str, list[Any]]) -> list[Skill]:
    """Ours with all that we know of them, and those of RFC 6715 with what stands for a level."""
    evidence = {
        _param(one, "NO"): _text(one.value) for one in held.get("x-trm-evidence", ()) if one.value
    }
    skills = [
        Skill(
            name=_text(one.value),
            level=_param(one, "LEVEL"),
            source=_param(one, "SOURCE"),
            confirmed_on=_param(one, "CONFIRMED"),
            evidence=evidence.get(_param(one, "NO"), ""),
        )
        for one in held.get("x-trm-skill", ())
    ]
    skills += [
        Skill(name=_text(one.value), level=_param(one, "LEVEL"))
        for one in held.get("expertise", ())
    ]
    return skills


def _lost(held: dict[str, list[Any]]) -> Iterator[str]:
    """What is told of the person by properties that we read, and has no place here."""
    yield from lost_levels(_skills(held))
    name = held["n"][0].value if held.get("n") else None
    for part in ("prefix", "suffix"):
        if _word(getattr(name, part, "")):
            yield part
    if any(isinstance(one.value, list) and any(one.value[1:]) for one in held.get("org", ())):
        yield "department"
    if _first(held, "title") and _first(held, "role"):
        yield "role"
    if any(_types(one) & _NO_VOICE for one in held.get("tel", ())):
        yield "fax"
    if any(_word(getattr(one.value, "region", "")) for one in held.get("adr", ())):
        yield "region"


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


def _nickname(held: dict[str, list[Any]]) -> str:
    """The first of them; we write only one, which may have a comma in it."""
    name = _first(held, "nickname")
    return name if _is_ours(held) else name.partition(",")[0]


def _birthday(held: dict[str, list[Any]]) -> str:
    """Apple writes a year of its own where none is known, and says so beside it."""
    for entry in held.get("bday", ()):
        text, left_out = _text(entry.value), _param(entry, "X-APPLE-OMIT-YEAR")
        return f"--{text[5:]}" if left_out and text.startswith(f"{left_out}-") else text
    return ""


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
    if _is_ours(held):
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
    names = ("box", "extended", "street", "code", "city", "country")
    return any(_word(getattr(value, name, "")) for name in names)
