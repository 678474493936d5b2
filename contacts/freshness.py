"""Where a field came from, how old that is, and who may write over whom.

What is kept on a contact is sparse: ``field_sources`` names the fields that were said or confirmed
after the row was made, as ``{field: [source, ISO day, detail]}``, with the primary key of the
colleague who wrote it down as a fourth, where one did; any other came with the row.
The names are those of the columns; a field of one's own is ``custom_`` and its key.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from contacts.choices import Source

# The facts of a person that grow old, in the order in which people read them.
FIELDS = (
    "given_name",
    "infix",
    "family_name",
    "preferred_name",
    "native_name",
    "given_initials",
    "birth_name",
    "birthday",
    "headline",
    "organisation_name",
    "city",
    "country",
    "language",
    "form_of_address",
)
# What of these the person says for themself (``community``); one click confirms them all.
CUSTOM = "custom_"

Sources = Mapping[str, Any]


def custom_name(key: str) -> str:
    """What a field of one's own is called among the fields of a contact."""
    return f"{CUSTOM}{key}"


def rank(source: str) -> int:
    """How much the word of ``source`` weighs: ``FIELD_PRECEDENCE`` names the heaviest first."""
    order: list[str] = settings.FIELD_PRECEDENCE
    return len(order) - order.index(source) if source in order else 0


def outranks(held: str, source: str) -> bool:
    """Whether what ``held`` said stands against ``source``."""
    return rank(held) > rank(source)


def may_overwrite(field_sources: Sources, field: str, source: str) -> bool:
    """Whether ``source`` may write over what stands in ``field``, empty or not.

    For whatever writes by itself (a sync, an import): who outranks it is not overwritten. What
    came with the row is nobody's last word.
    """
    said = field_sources.get(field)
    return said is None or not outranks(said[0], source)


def said(
    field_sources: Sources,
    fields: Iterable[str],
    *,
    source: str,
    on: date | None = None,
    detail: str = "",
    author_id: int | None = None,
) -> dict[str, Any]:
    """``field_sources`` with ``fields`` said by ``source``: what to write with their values.

    ``detail`` names the system or the file, where there is one.
    """
    day = (on or timezone.localdate()).isoformat()
    word = [str(source), day, detail[:100], *_author(author_id)]
    return {**field_sources, **dict.fromkeys(fields, word)}


def confirmed(
    field_sources: Sources,
    fields: Iterable[str],
    *,
    source: str,
    on: date | None = None,
    author_id: int | None = None,
) -> dict[str, Any]:
    """``field_sources`` with ``fields`` found still right. What somebody said whose word weighs
    more stays theirs, with the new day.
    """
    day = (on or timezone.localdate()).isoformat()
    merged = dict(field_sources)
    for field in fields:
        held = merged.get(field)
        if held is not None and outranks(held[0], source):
            merged[field] = [held[0], day, *held[2:]]
        else:
            merged[field] = [str(source), day, "", *_author(author_id)]
    return merged


def author_id(held: Sequence[Any] | None) -> int | None:
    """Of what is kept of one field: the colleague who wrote it down."""
    return held[3] if held is not None and len(held) > 3 else None


def _author(author_id: int | None) -> list[int]:
    return [] if author_id is None else [author_id]


def oldest_fresh_day(today: date | None = None) -> date:
    """What was said before this day is old (``FRESH_DAYS``)."""
    return (today or timezone.localdate()) - timedelta(days=settings.FRESH_DAYS)


@dataclass(frozen=True)
class Provenance:
    """``source`` said it on ``on``; ``is_old`` asks whether it still is so. ``author_id``: the
    colleague who wrote it down, where one did; ``author`` is their name, for who shows it.
    """

    source: str
    on: date
    detail: str
    is_old: bool
    author_id: int | None = None
    author: str = ""

    @property
    def source_label(self) -> str:
        return str(dict(Source.choices).get(self.source, self.source))


def provenance(
    field_sources: Sources, field: str, *, source: str, created_on: date, today: date
) -> Provenance:
    """Of one field; ``source`` and ``created_on`` are the row's own."""
    held = field_sources.get(field) or [source, created_on.isoformat(), ""]
    on = date.fromisoformat(held[1])
    is_old = on < oldest_fresh_day(today)
    return Provenance(held[0], on, held[2], is_old, author_id=author_id(held))
