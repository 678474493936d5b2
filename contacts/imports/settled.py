"""Rows that need no comparing: they said the same before, and what they brought is still there.

A row is known again by a keyed hash of what it says and of how it is read. When the row that it
repeats was brought in without anything to remark, and its contact has not changed since, there
is nothing to plan: everything in it is known already.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from contacts.imports import targets
from contacts.imports.labels import label_of_header
from contacts.imports.notes import Note
from contacts.imports.scope import Scope
from contacts.models import ImportRow, ImportRun

_SEPARATOR = "\x1f"


def labels_of_headers(run: ImportRun) -> Iterator[str]:
    """What headers say of the kind of their cells: another header is another meaning."""
    for place, key in sorted(run.mapping.items()):
        header = run.columns[int(place)] if key and int(place) < len(run.columns) else ""
        label = label_of_header(header) if header else ""
        if label:
            yield f" {place}:{label}"


class Fingerprints:
    """Names what a row says. Made once for a run: what counts for all of its rows goes in first."""

    def __init__(self, run: ImportRun) -> None:
        fields = targets.fields()
        read = {key: fields[key].version for key in run.mapping.values() if key in fields}
        said = repr([sorted(one.items()) for one in (run.mapping, run.options, read)])
        said += "".join(labels_of_headers(run))
        key = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
        self._begun = hashlib.blake2b(said.encode(), digest_size=16, key=key)

    def of(self, cells: Sequence[str]) -> str:
        named = self._begun.copy()
        named.update(_SEPARATOR.join(cells).encode("utf-8", "replace"))
        return named.hexdigest()


@dataclass(frozen=True, slots=True)
class Settled:
    contact_id: int
    until: date | None
    notes: list[list[Any]]

    def agrees_with(self, notes: Sequence[Note]) -> bool:
        """Whether there is the same to remark of the cells as there was."""
        return [one for one in self.notes if one[0] != "unchanged"] == [list(one) for one in notes]


def settled_rows(fingerprints: Sequence[str], scope: Scope, *, today: date) -> dict[str, Settled]:
    """Those of the fingerprints whose matter is settled, for an importer with that scope."""
    alike = ImportRow.objects.exclude(fingerprint="").filter(fingerprint__any=fingerprints)
    rows = still_as_they_were(alike).filter(
        Q(run__settled_until=None) | Q(run__settled_until__gt=today),
        run__state=ImportRun.State.IMPORTED,
        done_at__isnull=False,
    )
    for units in (scope.visible, scope.own):
        if units is not None:
            rows = rows.filter(contact__unit__in=units)
    newest = rows.order_by("fingerprint", "-pk").distinct("fingerprint")
    return {
        fingerprint: Settled(contact_id, until, notes)
        for fingerprint, contact_id, until, notes in newest.values_list(
            "fingerprint", "contact_id", "run__settled_until", "notes"
        )
    }


def still_as_they_were(rows: QuerySet[ImportRow]) -> QuerySet[ImportRow]:
    """Rows whose contact nobody has touched since they were tried or brought in."""
    return rows.filter(
        contact__updated_at__lte=F("done_at"),
        contact__archived_at=None,
        contact__merged_into=None,
        contact__erased_at=None,
    )
