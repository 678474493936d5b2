"""What cards and resumes become: a table, with headers that our own columns know.

No Django here: this is read by a process of its own (``convert``), on a stranger's file.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contacts.imports.labels import OTHER
from contacts.imports.listed import listed
from contacts.imports.skill_cells import cell_of_skills, level_of, shortened_details
from core.spreadsheets import unmistakable

BETWEEN = " ::: "
LEFT_OUT = "Left out by TRM"
HEADERS = (
    *("Given name", "Middle name", "Infix", "Family name", "Full name", "Preferred name"),
    *("Initials", "Name at birth", "Birthday", "Street", "Postcode"),
    *("Name in native script", "E-mail", "Phone", "Profile URL", "Organisation", "Position"),
    *("City", "Country", "Language", "Skills", "Tags", "Note", "Numbers in other systems"),
    *("TRM ID", "E-mail labels", "Phone labels", "Address label", "Other addresses"),
    *("Skill details", "Form of address", "Time zone", "Do not contact", LEFT_OUT),
)
LONGEST_CELL = 20_000

Row = Mapping[str, str]


def joined(values: Iterable[str], *, is_ours: bool = False) -> str:
    """Each once. ``is_ours``: one alone is not looked into for several, as strangers write them."""
    cell = BETWEEN.join(dict.fromkeys(value.strip() for value in values if value.strip()))
    return cell + BETWEEN.rstrip() if is_ours and cell and BETWEEN not in cell else cell


def labelled(
    name: str, values: Iterable[tuple[str, str]], *, is_ours: bool = False
) -> dict[str, str]:
    """The cells ``name`` and its labels: each value once, with the first thing said of it."""
    said: dict[str, str] = {}
    for value, label in values:
        bare = value.replace(":::", " ").strip()
        if bare and not said.get(bare):
            said[bare] = label
    labels = [label.replace(":::", " ").strip() or OTHER for label in said.values()]
    return {
        name: joined(said, is_ours=is_ours),
        f"{name} labels": BETWEEN.join(labels) if set(labels) != {OTHER} else "",
    }


def table_of_places(places: Sequence[Sequence[str]]) -> dict[str, str]:
    """The cells of postal addresses: street, postcode, city, country, label; the first ahead."""
    if not places:
        return {}
    names = ("Street", "Postcode", "City", "Country", "Address label")
    return {
        **dict(zip(names, places[0], strict=True)),
        "Other addresses": listed(places[1:]),
    }


@dataclass(frozen=True, kw_only=True)
class Skill:
    """As a file tells it: nothing of it was looked at yet."""

    name: str
    level: str = ""
    source: str = ""
    confirmed_on: str = ""
    evidence: str = ""


def table_of_skills(skills: Iterable[Skill]) -> dict[str, str]:
    """The cells of skills: each with its level, and a line of what else is told of it."""
    named = [one for one in skills if one.name.strip()]
    details = [
        (one.name, one.source, one.confirmed_on, one.evidence)
        for one in named
        if one.source or one.confirmed_on or one.evidence
    ]
    return {
        "Skills": cell_of_skills((one.name, level_of(one.level)) for one in named),
        "Skill details": shortened_details(details, LONGEST_CELL),
    }


def lost_levels(skills: Iterable[Skill]) -> Iterator[str]:
    """What is said of how well somebody can do something, on a scale that is not ours."""
    for one in skills:
        if one.level.strip() and level_of(one.level) is None:
            yield f"{one.name}: {one.level}"


def write_table(target: Path, rows: list[dict[str, str]]) -> int:
    """How many were written. A column of our own fields is there where a row has one."""
    own = sorted({name for row in rows for name in row if name not in HEADERS})[:100]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADERS, *own])
        for row in rows:
            cells = [row.get(name, "") for name in (*HEADERS, *own)]
            writer.writerow([_plain(cell) for cell in cells])
    return len(rows)


def _plain(cell: str) -> str:
    """What UTF-8 and a database can hold, and what is read as it stands."""
    text = cell.replace("\0", "").encode("utf-8", "replace").decode()
    return unmistakable(text[:LONGEST_CELL].strip())
