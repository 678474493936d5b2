"""The lines of the timeline that tell of ties, one for each end. They name no one but whose page
it is: who reads the one end's timeline may not see the other.
"""

from collections.abc import Iterable, Sequence

from core.events import subscribe
from relationships.events import TieAdded, TieChanged, TieRemoved
from relationships.models import Tie, TimelineEntry
from relationships.services import timeline


@subscribe(TieAdded)
def on_ties_added(events: Sequence[TieAdded]) -> None:
    _tell([event.tie_id for event in events])


@subscribe(TieChanged)
def on_ties_changed(events: Sequence[TieChanged]) -> None:
    """Only an end, or its undoing, is worth a line."""
    _tell([event.tie_id for event in events if "until" in event.fields])


@subscribe(TieRemoved)
def on_ties_removed(events: Sequence[TieRemoved]) -> None:
    _forget(event.tie_id for event in events)


def _tell(tie_ids: Sequence[int]) -> None:
    """Written anew from the row as it is now."""
    rows = Tie.objects.filter(pk__in=tie_ids, removed_at=None).select_related("kind")
    _forget(tie_ids)
    timeline.record(line for row in rows for line in _lines(row))


def _lines(row: Tie) -> list[TimelineEntry]:
    acts = [("added", row.created_at)]
    if row.until is not None:
        acts.append(("ended", max(row.updated_at, row.created_at)))
    return [
        TimelineEntry(
            contact_id=contact_id,
            at=at,
            verb=f"tie.{act}",
            key=f"tie.{act}:{row.pk}:{side}",
            actor_id=row.author_id,
            is_automated=row.author_id is None,
            data=_names(row, side),
        )
        for act, at in acts
        for side, contact_id in enumerate((row.contact_id, row.other_id))
        if contact_id is not None
    ]


def _names(row: Tie, side: int) -> dict[str, str]:
    """The kind as it reads from that end, in both languages."""
    kind = row.kind
    if side == 0 or kind.is_symmetric:
        return {"en": kind.name_en, "nl": kind.name_nl}
    return {"en": kind.inverse_en, "nl": kind.inverse_nl}


def _forget(tie_ids: Iterable[int]) -> None:
    timeline.forget(
        [
            f"tie.{act}:{pk}:{side}"
            for pk in tie_ids
            for act in ("added", "ended")
            for side in (0, 1)
        ]
    )
