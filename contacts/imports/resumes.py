"""JSON Resume 1.0.0 (jsonresume.org): one person in a file, or a list of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contacts.imports.tables import joined

LARGEST = 5 * 1024 * 1024
MOST_RESUMES = 1000


class NotAResume(Exception):
    pass


def resumes(path: Path) -> Iterator[dict[str, str]]:
    if path.stat().st_size > LARGEST:
        raise NotAResume
    try:
        held = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NotAResume from None
    found = held if isinstance(held, list) else [held]
    if len(found) > MOST_RESUMES or not all(_dict(one).get("basics") for one in found):
        raise NotAResume
    yield from map(_row, found)


def _row(resume: dict[str, Any]) -> dict[str, str]:
    basics, ours = _dict(resume["basics"]), _dict(_dict(resume.get("meta")).get("trm"))
    place = _dict(basics.get("location"))
    work = _present_work(resume)
    pages = [_text(page, "url") for page in _dicts(basics.get("profiles"))]
    return {
        "Full name": _text(basics, "name"),
        "Given name": _text(ours, "given_name"),
        "Infix": _text(ours, "infix"),
        "Family name": _text(ours, "family_name"),
        "Preferred name": _text(ours, "preferred_name"),
        "Name in native script": _text(ours, "native_name"),
        "E-mail": joined([*_several(ours, "emails", "address"), _text(basics, "email")]),
        "Phone": joined([*_several(ours, "phones", "number"), _text(basics, "phone")]),
        "Profile URL": " ".join(dict.fromkeys(filter(None, [_text(basics, "url"), *pages]))),
        "Organisation": _text(ours, "organisation_name") if ours else _text(work, "name"),
        "Position": _text(basics, "label") or ("" if ours else _text(work, "position")),
        "Initials": _text(ours, "given_initials"),
        "Name at birth": _text(ours, "birth_name"),
        "Birthday": _text(ours, "birthday"),
        "Street": _text(place, "address"),
        "Postcode": _text(place, "postalCode"),
        "City": _text(place, "city"),
        "Country": _text(place, "countryCode"),
        "Language": _text(ours, "language"),
        "Skills": joined(_text(one, "name") for one in _dicts(resume.get("skills"))),
        "Tags": joined(str(tag) for tag in _list(ours.get("tags"))),
        "Note": _text(basics, "summary"),
        "Numbers in other systems": joined(
            f"{_text(one, 'system')}:{_text(one, 'value')}"
            for one in _dicts(ours.get("external_ids"))
        ),
        "TRM ID": _text(ours, "id"),
        **{
            f"custom_{key}": _cell(value) for key, value in _dict(ours.get("custom_values")).items()
        },
    }


def _present_work(resume: dict[str, Any]) -> dict[str, Any]:
    held = _dicts(resume.get("work"))
    return next((one for one in held if not one.get("endDate")), held[0] if held else {})


def _several(ours: dict[str, Any], name: str, field: str) -> list[str]:
    """The primary one first: it comes first in."""
    rows = sorted(_dicts(ours.get(name)), key=lambda row: not row.get("is_primary"))
    return [_text(row, field) for row in rows]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value)


def _text(held: dict[str, Any], name: str) -> str:
    value = held.get(name)
    return str(value) if isinstance(value, str | int | float) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
