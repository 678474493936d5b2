"""Ways to look at the people that colleagues keep, and what they did to many at once."""

from collections.abc import Sequence

from contacts import bulk_acts
from contacts.listing import Selection
from contacts.services import bulk, bulk_work
from contacts.services.saved_views import create_view
from core.models import User

SILENT: Selection = {"kind": ["alumnus"], "silent_for": ["180"]}
MINE: Selection = {"owner": ["me"], "touch_due": ["1"]}
FREELANCERS: Selection = {"kind": ["freelancer"], "city": ["Utrecht", "Amersfoort", "Gouda"]}


def make_views(colleagues: Sequence[User]) -> None:
    owner, other = colleagues[0], colleagues[1]
    create_view(
        actor=owner,
        name="Nu aan de beurt",
        selection=MINE,
        sort="next_touch",
        columns=["stage", "next_touch", "last_contact", "phone"],
    )
    create_view(
        actor=owner,
        name="Alumni, lang stil",
        selection=SILENT,
        sort="-last_contact",
        columns=["last_contact", "owner", "organisation", "city"],
        is_shared=True,
    )
    create_view(
        actor=other,
        name="Freelancers midden",
        selection=FREELANCERS,
        sort="city",
        columns=["city", "skills", "stage", "owner"],
        is_shared=True,
    )


def make_bulk_acts(colleagues: Sequence[User]) -> None:
    """One that stands, and one that was taken back."""
    owner = colleagues[0]
    for tags, selection, is_undone in (
        (["belronde voorjaar"], SILENT, False),
        (["borrel"], FREELANCERS, True),
    ):
        act = bulk_acts.known("tag")
        if act is None:
            raise LookupError("there is no act that tags")
        run = bulk.begin(act=act, options={"tags": tags}, selection=selection, actor=owner)
        bulk_work.work_on(run)
        if is_undone:
            run.refresh_from_db()
            bulk_work.work_on(bulk.undo(run=run, actor=owner))
        bulk.dismiss(run=run, actor=owner)
