"""Reading the skills of ESCO, the classification of the European Commission.

ESCO is published for free reuse with attribution (https://esco.ec.europa.eu): whoever shows its
skills says where they come from. Its files are not part of this product; download them there, in
the languages wanted ("skills", CSV), and give them to ``manage.py import_skills``.
"""

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from contacts.services.skill_catalogue import LONGEST_NAME, NewSkill

ATTRIBUTION = "This service uses the ESCO classification of the European Commission."
_RUNNING_TEXT = {"id", "description"}


class NotEsco(ValueError):
    """The file has not the columns of one of ESCO's."""


def skills_in(path: Path, *, language: str) -> Iterator[NewSkill]:
    """The skills of a file, packed or not, with their names in ``language`` ("en", "nl").

    Of a file that has but ``id`` and ``description``, in which label, synonyms and explanation run
    on as one text, only those come whose label can be told for sure, and without synonyms: such a
    file will do to try things out.
    """
    with _opened(path) as file:
        rows = csv.DictReader(file)
        columns = set(rows.fieldnames or ())
        if {"conceptUri", "preferredLabel"} <= columns:
            yield from _published(rows, language)
        elif columns >= _RUNNING_TEXT:
            yield from _running(rows, language)
        else:
            raise NotEsco("The first line names neither conceptUri and preferredLabel nor id.")


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _published(rows: Iterable[dict[str, str]], language: str) -> Iterator[NewSkill]:
    for row in rows:
        if (row.get("status") or "released") != "released" or not row["preferredLabel"]:
            continue
        others = (row.get("altLabels") or "").splitlines()
        yield _skill(row["conceptUri"], row["preferredLabel"], others, language)


def _running(rows: Iterable[dict[str, str]], language: str) -> Iterator[NewSkill]:
    for row in rows:
        label = label_of(row["description"])
        if label:
            yield _skill(row["id"], label, (), language)


def _skill(uri: str, label: str, others: Iterable[str], language: str) -> NewSkill:
    kept = tuple(one.strip() for one in others if 0 < len(one.strip()) <= LONGEST_NAME)
    name = label.strip()[:LONGEST_NAME]
    return NewSkill(
        name_en=name if language == "en" else "",
        name_nl=name if language == "nl" else "",
        synonyms=kept,
        esco_uri=uri.strip()[:200],
    )


def label_of(text: str) -> str:
    """The label with which a running text begins: the longest beginning whose every word comes
    back in the synonym right after it ("manage staff direct staff …"). Empty where none does.
    """
    words = text.split()[:40]
    stems = [_stem(word) for word in words]
    for length in range(min(8, len(words) // 2), 0, -1):
        label, after = stems[:length], stems[length : 2 * length + 3]
        if len(set(label)) == length and set(label) <= set(after):
            return " ".join(words[:length])
    return ""


def _stem(word: str) -> str:
    return re.sub(r"\W", "", word.casefold())[:5] or word
