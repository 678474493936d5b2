"""Acts on many people, as tests begin them."""

from typing import Any

from contacts import bulk_acts
from contacts.listing import Selection
from contacts.models import BulkRow, BulkRun
from contacts.services import bulk, bulk_work
from core.models import User


def run_act(
    key: str, actor: User, *, selection: Selection | None = None, **options: Any
) -> BulkRun:
    """The act, seen through as a worker would."""
    act = bulk_acts.known(key)
    assert act is not None
    run = bulk.begin(act=act, options=options, selection=selection or {}, actor=actor)
    return worked(run)


def undone(run: BulkRun, actor: User) -> BulkRun:
    bulk.undo(run=run, actor=actor)
    return worked(run)


def worked(run: BulkRun) -> BulkRun:
    while bulk_work.work_on_next():
        pass
    run.refresh_from_db()
    return run


def outcomes(run: BulkRun) -> dict[str, int]:
    """Those there are."""
    return {key: count for key, count in run.outcomes.items() if count}


def reasons(run: BulkRun) -> list[tuple[int, str, str]]:
    rows = BulkRow.objects.filter(run=run).order_by("pk")
    return list(rows.values_list("contact_id", "outcome", "reason"))
