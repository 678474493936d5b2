from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from core.models import AuditEntry, Change
from relationships.models import Relationship
from relationships.services.cadence import (
    HandOverRefused,
    TouchRefused,
    hand_over_relationship,
    next_touch,
    postpone_touch,
    refresh_touches,
    set_cadence,
)
from tests.factories import (
    ContactFactory,
    InteractionFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("own", "last", "expected"),
    [
        (None, None, date(2026, 4, 19)),  # the stage's 30 days from today
        (10, None, date(2026, 3, 30)),  # its own 10 days
        (None, date(2026, 3, 10), date(2026, 4, 9)),  # 30 days from the last contact
        (10, date(2026, 1, 1), date(2026, 1, 11)),  # long past: 68 days overdue on 20 March
    ],
)
def test_next_touch_by_hand(own: int | None, last: date | None, expected: date) -> None:
    row = RelationshipFactory(cadence_days=own, last_two_way_at=last and noon(last))

    assert next_touch(row, row.stage, today=TODAY) == expected


def test_next_touch_is_none_where_nobody_says_how_often() -> None:
    row = RelationshipFactory(cadence_days=10)
    silent = stage("prospect", "identified")
    silent.cadence_days = None

    assert next_touch(row, stage("prospect", "not-now"), today=TODAY) is None
    row.cadence_days = None
    assert next_touch(row, silent, today=TODAY) is None


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"direction": "two_way"}, True),
        ({"direction": "inbound", "channel": "email"}, True),
        ({"direction": "outbound"}, False),
        ({"direction": "internal"}, False),
        ({"direction": "two_way", "is_automated": True}, False),
        ({"direction": "two_way", "channel": "note"}, False),
    ],
)
def test_only_what_they_said_to_a_person_begins_the_time_anew(
    fields: dict[str, object], counts: bool
) -> None:
    today = timezone.localdate()
    day = today - timedelta(days=20)
    due = today + timedelta(days=300)
    row = RelationshipFactory(next_touch_on=due)
    other = RelationshipFactory(next_touch_on=due)
    InteractionFactory(contact=row.contact, happened_at=noon(day), **fields)

    refresh_touches([row.contact_id, other.contact_id])

    row.refresh_from_db()
    other.refresh_from_db()
    assert row.last_two_way_at == (noon(day) if counts else None)
    assert row.next_touch_on == (day + timedelta(days=30) if counts else due)
    assert (other.last_two_way_at, other.next_touch_on) == (None, due)


def test_what_we_alone_did_puts_the_question_off_for_a_week() -> None:
    today = timezone.localdate()
    due = RelationshipFactory(next_touch_on=today - timedelta(days=3))
    later = RelationshipFactory(next_touch_on=today + timedelta(days=30))
    never = RelationshipFactory(next_touch_on=None)
    for row in (due, later, never):
        InteractionFactory(contact=row.contact, direction="outbound", happened_at=noon(today))

    refresh_touches([row.contact_id for row in (due, later, never)])

    assert list(Relationship.objects.order_by("pk").values_list("next_touch_on", flat=True)) == [
        today + timedelta(days=7),
        today + timedelta(days=30),
        None,
    ]


def test_an_older_moment_logged_late_changes_nothing_and_repeating_neither() -> None:
    today = timezone.localdate()
    row = RelationshipFactory(cadence_days=10)
    InteractionFactory(contact=row.contact, happened_at=noon(today - timedelta(days=4)))
    refresh_touches([row.contact_id])
    InteractionFactory(contact=row.contact, happened_at=noon(today - timedelta(days=90)))
    Relationship.objects.update(next_touch_on=today + timedelta(days=50))  # put off meanwhile

    refresh_touches([row.contact_id])
    refresh_touches([row.contact_id])

    row.refresh_from_db()
    assert row.last_two_way_at == noon(today - timedelta(days=4))
    assert row.next_touch_on == today + timedelta(days=50)


def test_ended_relationships_are_left_as_they_were() -> None:
    ended = RelationshipFactory(at="not-now")
    InteractionFactory(contact=ended.contact)

    refresh_touches([ended.contact_id])

    ended.refresh_from_db()
    assert ended.last_two_way_at is None


def test_postpone_keeps_the_reason_in_the_audit_log() -> None:
    recruiter = UserFactory()
    today = timezone.localdate()
    row = RelationshipFactory(next_touch_on=today)
    until = today + timedelta(days=14)

    postpone_touch(relationship=row, actor=recruiter, until=until, reason="On leave")

    row.refresh_from_db()
    assert row.next_touch_on == until
    assert AuditEntry.objects.get().details == {
        "before": today.isoformat(),
        "until": until.isoformat(),
        "reason": "On leave",
    }


def test_postpone_of_an_ended_relationship_is_refused() -> None:
    row = RelationshipFactory(at="not-now")

    with pytest.raises(TouchRefused, match="has ended"):
        postpone_touch(relationship=row, actor=UserFactory(), until=timezone.localdate())


def test_set_cadence_reckons_the_next_touch_anew() -> None:
    today = timezone.localdate()
    row = RelationshipFactory(last_two_way_at=noon(today - timedelta(days=3)))

    set_cadence(relationship=row, actor=UserFactory(), days=10)
    row.refresh_from_db()
    assert (row.cadence_days, row.next_touch_on) == (10, today + timedelta(days=7))

    set_cadence(relationship=row, actor=UserFactory(), days=None)
    row.refresh_from_db()
    assert (row.cadence_days, row.next_touch_on) == (None, today + timedelta(days=27))


def test_hand_over_tells_who_had_it() -> None:
    unit = OrgUnitFactory()
    before, after = UserFactory(), UserFactory(role="recruiter", unit=unit)
    row = RelationshipFactory(owner=before, contact=ContactFactory(unit=unit))

    hand_over_relationship(relationship=row, actor=before, owner=after)

    row.refresh_from_db()
    assert row.owner == after
    payload = Change.objects.get(event="relationships.OwnerChanged").payload
    assert (payload["from_owner_id"], payload["to_owner_id"]) == (before.pk, after.pk)


def test_hand_over_to_a_colleague_who_cannot_see_the_person_is_refused() -> None:
    owner = UserFactory()
    row = RelationshipFactory(owner=owner, contact=ContactFactory(unit=OrgUnitFactory()))
    elsewhere = UserFactory(role="recruiter", unit=OrgUnitFactory(), name="Jan")

    with pytest.raises(HandOverRefused, match="Jan cannot see"):
        hand_over_relationship(relationship=row, actor=owner, owner=elsewhere)

    row.refresh_from_db()
    assert row.owner == owner
