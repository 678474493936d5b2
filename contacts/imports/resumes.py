"""JSON Resume 1.0.0 (jsonresume.org): one person in a file, or a list of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contacts.imports.tables import (
    LEFT_OUT,
    Skill,
    joined,
    labelled,
    lost_levels,
    table_of_places,
    table_of_skills,
)

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
    skills = _skills(resume, ours)
    return {
        "Full name": _text(basics, "name"),
        "Given name": _text(ours, "given_name"),
        "Infix": _text(ours, "infix"),
        "Family name": _text(ours, "family_name"),
        "Preferred name": _text(ours, "preferred_name"),
        "Name in native script": _text(ours, "native_name"),
        **labelled(
            "E-mail",
            [*_several(ours, "emails", "address"), (_text(basics, "email"), "")],
            is_ours=bool(ours),
        ),
        **labelled(
            "Phone",
            [*_several(ours, "phones", "number"), (_text(basics, "phone"), "")],
            is_ours=bool(ours),
        ),
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
        **table_of_places(_places(ours)),
        "Language": _text(ours, "language"),
        "Form of address": _text(ours, "form_of_address"),
        "Time zone": _text(ours, "time_zone"),
        "Do not contact": "yes" if ours.get("do_not_contact") is True else "",
        **table_of_skills(skills),
        "Tags": joined((str(tag) for tag in _list(ours.get("tags"))), is_ours=True),
        "Note": _text(basics, "summary"),
        "Numbers in other systems": joined(
            f"{_text(one, 'system')}:{_text(one, 'value')}"
            for one in _dicts(ours.get("external_ids"))
        ),
        "TRM ID": _text(ours, "id"),
        LEFT_OUT: ", ".join([*lost_levels(skills), *_lost(resume)]),
        **{
            f"custom_{key}": _cell(value) for key, value in _dict(ours.get("custom_values")).items()
        },
    }


def _present_work(resume: dict[str, Any]) -> dict[str, Any]:
    held = _dicts(resume.get("work"))
    return next((one for one in held if not one.get("endDate")), held[0] if held else {})


def _several(ours: dict[str, Any], name: str, field: str) -> list[tuple[str, str]]:
    """Each with its label, the primary one first: it comes first in."""
    return [(_text(row, field), _text(row, "label")) for row in _primary_first(ours, name)]


def _places(ours: dict[str, Any]) -> list[list[str]]:
    names = ("lines", "postcode", "city", "country", "label")
    return [
        [_text(row, name) for name in names] for row in _primary_first(ours, "postal_addresses")
    ]


def _primary_first(ours: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return sorted(_dicts(ours.get(name)), key=lambda row: not row.get("is_primary"))


def _skills(resume: dict[str, Any], ours: dict[str, Any]) -> list[Skill]:
    """Ours say what the schema has no place for."""
    if "skills" in ours:
        return [
            Skill(
                name=_text(one, "name"),
                level=_text(one, "level"),
                source=_text(one, "source"),
                confirmed_on=_text(one, "confirmed_on"),
                evidence=_text(one, "evidence"),
            )
            for one in _dicts(ours["skills"])
        ]
    return [
        Skill(name=_text(one, "name"), level=_text(one, "level"))
        for one in _dicts(resume.get("skills"))
    ]


_SECTIONS = (
    *("volunteer", "education", "awards", "certificates", "publications", "languages"),
    *("interests", "references", "projects"),
)


def _lost(resume: dict[str, Any]) -> Iterator[str]:
    """What a person has no place for here, as the schema calls it."""
    yield from (name for name in _SECTIONS if _list(resume.get(name)))
    if len(_list(resume.get("work"))) > 1:
        yield "earlier work"
    if any(_list(one.get("keywords")) for one in _dicts(resume.get("skills"))):
        yield "keywords of skills"
    basics = _dict(resume["basics"])
    if basics.get("image"):
        yield "image"
    if _text(_dict(basics.get("location")), "region"):
        yield "region"


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
