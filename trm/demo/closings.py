"""How goodbyes went in the past year: most heard a human word in time, some late, some none."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts.models import Contact
from core.models import User
from relationships.choices import CLOSING_WITHIN, Kind
from relationships.models import Engagement, FollowUp
from trm.demo.history import History
from trm.demo.people import moment

YEAR = timedelta(days=365)
SAID_ALREADY = {"nl": "Nam zelf al afscheid", "en": "Had said goodbye already"}


def make_closings(history: History, *, rng: Random, today: date) -> None:
    """Those of the last two weeks ask by themselves (``demo.desk``); these are behind us."""
    seen: set[tuple[int, date]] = set()
    rows = []
    for key, contact, owner, day in (*_farewells(history), *_ended_work(history)):
        is_past = today - YEAR < day < today - CLOSING_WITHIN
        if is_past and (contact.pk, day) not in seen:
            seen.add((contact.pk, day))
            rows.append(_closing(key, contact, owner, day, rng))
    FollowUp.objects.bulk_create(rows, batch_size=1000)


def _farewells(history: History) -> Iterator[tuple[str, Contact, User, date]]:
    """Who was turned down, or left."""
    for move in history.transitions:
        row = move.relationship
        is_onward = move.to_stage.is_onward and row.kind not in (Kind.EMPLOYEE, Kind.FREELANCER)
        if move.to_stage.is_closed and not is_onward and row.owner is not None:
            yield f"closing:move:{move.pk}", row.contact, row.owner, move.moved_at.date()


def _ended_work(history: History) -> Iterator[tuple[str, Contact, User, date]]:
    """Whose work for us came to its end, and went on in nothing else."""
    longest: dict[int, Engagement] = {}
    for row in history.engagements:
        held = longest.get(row.contact_id)
        if held is None or (row.ends_on or date.max) > (held.ends_on or date.max):
            longest[row.contact_id] = row
    for row in longest.values():
        if row.ends_on is not None and row.recorded_by is not None:
            yield f"closing:engagement:{row.pk}", row.contact, row.recorded_by, row.ends_on


def _closing(key: str, contact: Contact, owner: User, day: date, rng: Random) -> FollowUp:
    with override(owner.language):
        row = FollowUp(
            contact=contact,
            assignee=owner,
            kind=FollowUp.Kind.CLOSING,
            key=key,
            occurred_on=day,
            title=_("Close it well: say a word yourself"),
            due_on=day,
            closed_by=owner,
        )
    fate = rng.random()
    row.state = FollowUp.State.DONE
    if fate < 0.78:
        row.closed_at = moment(day + timedelta(days=rng.randint(0, 12)), rng)
    elif fate < 0.92:
        row.closed_at = moment(day + timedelta(days=rng.randint(15, 30)), rng)
    else:
        row.state, row.closed_at = FollowUp.State.NOT_NEEDED, moment(day, rng)
        row.outcome = SAID_ALREADY[owner.language]
    return row
