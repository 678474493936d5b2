"""Which cadence counts, and who follows when one changes."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from contacts.models import Segment, SegmentMember
from contacts.services.membership import keep_up
from contacts.services.segments import archive_segment
from core.models import User
from relationships.models import HealthMark, Relationship, SegmentCadence, Stage
from relationships.services.cadence import next_touch, refresh_touches, set_cadence
from relationships.services.lifecycle import begin_relationship
from relationships.services.segment_cadence import (
    SegmentCadenceRefused,
    follow_segments,
    follow_stages,
    set_segment_cadence,
)
from relationships.services.stages import change_stage
from tests.factories import ContactFactory, InteractionFactory, RelationshipFactory, UserFactory
from tests.factories.groups import SegmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="administrator")


def ago(days: int) -> datetime:
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(12)))


def on(days: int) -> object:
    return timezone.localdate() + timedelta(days=days)


def in_segment(row: Relationship, segment: Segment | None = None) -> Segment:
    held = segment or SegmentFactory(worked_out_at=timezone.now(), due_at=None)
    SegmentMember.objects.create(segment=held, contact=row.contact, since=timezone.now())
    Segment.objects.filter(pk=held.pk).update(changed_at=timezone.now())
    return held


def follow() -> int:
    return follow_segments(now=timezone.now())


@pytest.mark.parametrize(
    ("own", "segment", "stage", "expected"),
    [
        (10, 20, 30, 10),
        (None, 20, 30, 20),
        (None, None, 30, 30),
        (10, None, None, 10),
        (None, 20, None, 20),
        (None, None, None, None),
    ],
)
def test_the_person_before_the_segment_before_the_stage(
    own: int | None, segment: int | None, stage: int | None, expected: int | None
) -> None:
    row = RelationshipFactory(cadence_days=own, segment_days=segment, last_two_way_at=ago(5))
    row.stage.cadence_days = stage

    assert row.days_between() == expected
    counted = next_touch(row, row.stage, today=timezone.localdate())
    assert counted == (on(expected - 5) if expected else None)


def test_of_several_segments_the_shortest_counts(actor: User) -> None:
    row = RelationshipFactory(last_two_way_at=ago(3), next_touch_on=on(27))
    other = RelationshipFactory(next_touch_on=on(9))
    for days in (40, 12, 25):
        set_segment_cadence(segment=in_segment(row), actor=actor, days=days)

    assert follow() == 1

    row.refresh_from_db()
    assert (row.segment_days, row.next_touch_on) == (12, on(9))
    assert list(HealthMark.objects.values_list("contact", flat=True)) == [row.contact_id]
    other.refresh_from_db()
    assert (other.segment_days, other.next_touch_on) == (None, on(9))
    assert follow() == 0


def test_what_the_person_has_of_their_own_stays(actor: User) -> None:
    row = RelationshipFactory(cadence_days=90, last_two_way_at=ago(3), next_touch_on=on(87))
    set_segment_cadence(segment=in_segment(row), actor=actor, days=12)
    follow()

    row.refresh_from_db()
    assert (row.segment_days, row.next_touch_on) == (12, on(87))
    set_cadence(relationship=row, actor=actor, days=None)
    row.refresh_from_db()
    assert row.next_touch_on == on(9)


def test_who_leaves_the_segment_is_counted_by_their_stage_again(actor: User) -> None:
    row = RelationshipFactory(last_two_way_at=ago(3))
    segment = in_segment(row)
    set_segment_cadence(segment=segment, actor=actor, days=12)
    follow()
    SegmentMember.objects.update(until=timezone.now())
    Segment.objects.update(changed_at=timezone.now())

    follow()

    row.refresh_from_db()
    assert (row.segment_days, row.next_touch_on) == (None, on(27))


@pytest.mark.parametrize("how", ["cleared", "put aside"])
def test_a_cadence_that_is_gone_counts_no_more(how: str, actor: User) -> None:
    row = RelationshipFactory(last_two_way_at=ago(3))
    segment = in_segment(row)
    set_segment_cadence(segment=segment, actor=actor, days=12)
    follow()

    if how == "cleared":
        set_segment_cadence(segment=segment, actor=actor, days=None)
    else:
        archive_segment(segment=segment, actor=actor)
        follow()

    row.refresh_from_db()
    assert (row.segment_days, row.next_touch_on) == (None, on(27))


def test_it_follows_the_rule_of_the_segment(actor: User) -> None:
    """Through the worker that keeps segments: whoever moves to Utrecht is spoken with oftener."""
    segment = SegmentFactory()
    row = RelationshipFactory(contact=ContactFactory(city="Utrecht"), last_two_way_at=ago(3))
    elsewhere = RelationshipFactory(contact=ContactFactory(city="Gouda"), last_two_way_at=ago(3))
    set_segment_cadence(segment=segment, actor=actor, days=7)
    follow()
    keep_up()

    follow()

    row.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (row.segment_days, row.next_touch_on) == (7, on(4))
    assert elsewhere.segment_days is None


def test_who_begins_with_us_in_a_segment_has_its_cadence_at_once(actor: User) -> None:
    contact = ContactFactory()
    segment = SegmentFactory(worked_out_at=timezone.now(), due_at=None)
    SegmentMember.objects.create(segment=segment, contact=contact, since=timezone.now())
    set_segment_cadence(segment=segment, actor=actor, days=7)

    begin_relationship(contact=contact, actor=actor, kind="prospect")

    row = Relationship.objects.get()
    assert (row.segment_days, row.next_touch_on) == (7, on(7))


def test_a_conversation_counts_from_the_segment(actor: User) -> None:
    row = RelationshipFactory(segment_days=12)
    InteractionFactory(contact=row.contact, happened_at=ago(2))

    refresh_touches([row.contact_id])

    row.refresh_from_db()
    assert row.next_touch_on == on(10)


def test_a_private_segment_says_nothing_about_colleagues(actor: User) -> None:
    segment = SegmentFactory(is_private=True)

    with pytest.raises(SegmentCadenceRefused):
        set_segment_cadence(segment=segment, actor=actor, days=7)

    assert not SegmentCadence.objects.exists()


def test_another_cadence_of_a_stage_moves_the_days_that_follow_from_it(actor: User) -> None:
    """21 days become 10. Put off, of their own, of a segment: these stay."""
    found = Stage.objects.get(lifecycle__kind="prospect", key="in-contact")
    due = {"stage": found, "last_two_way_at": ago(5)}
    plain = RelationshipFactory(next_touch_on=on(16), **due)
    put_off = RelationshipFactory(next_touch_on=on(40), **due)
    own = RelationshipFactory(next_touch_on=on(16), cadence_days=21, **due)
    silent = RelationshipFactory(stage=found, stage_since=ago(2), next_touch_on=on(19))
    elsewhere = RelationshipFactory(next_touch_on=on(16), last_two_way_at=ago(5))
    change_stage(stage=found, actor=actor, name="", cadence_days=10)

    assert follow_stages(limit=1) == 2

    rows = (plain, put_off, own, silent, elsewhere)
    for row in rows:
        row.refresh_from_db()
    assert [row.next_touch_on for row in rows] == [on(5), on(40), on(16), on(8), on(16)]
    assert follow_stages() == 0


def test_a_stage_may_lose_its_cadence_and_get_one_again(actor: User) -> None:
    found = Stage.objects.get(lifecycle__kind="prospect", key="in-contact")
    row = RelationshipFactory(stage=found, last_two_way_at=ago(5), next_touch_on=on(16))
    for days, expected in ((None, None), (8, on(3))):
        change_stage(stage=found, actor=actor, name="", cadence_days=days)
        follow_stages()
        row.refresh_from_db()
        assert row.next_touch_on == expected
