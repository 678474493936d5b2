"""What resets the clock of a relationship, whatever happens in whatever order."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from relationships.models import Relationship
from relationships.services.cadence import PATIENCE_DAYS
from relationships.services.interactions import log_interaction
from tests.factories import RelationshipFactory

pytestmark = pytest.mark.django_db


class Said(NamedTuple):
    days_ago: int
    direction: str
    channel: str
    is_automated: bool

    @property
    def on(self) -> date:
        return timezone.localdate() - timedelta(days=self.days_ago)

    @property
    def is_human(self) -> bool:
        return not self.is_automated and self.channel != "note"

    @property
    def is_answer(self) -> bool:
        return self.is_human and self.direction in ("two_way", "inbound")


MOMENTS = st.lists(
    st.builds(
        Said,
        st.integers(0, 400),
        st.sampled_from(["two_way", "inbound", "outbound", "internal"]),
        st.sampled_from(["phone", "email", "note"]),
        st.booleans(),
    ),
    max_size=6,
)
CADENCE = st.integers(1, 200)
EVERY = tries(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def relationship(cadence: int) -> Relationship:
    due = timezone.localdate() + timedelta(days=cadence)
    row: Relationship = RelationshipFactory(cadence_days=cadence, next_touch_on=due)
    return row


def say(row: Relationship, moment: Said) -> Relationship:
    log_interaction(
        contact=row.contact,
        actor=None,
        channel=moment.channel,
        direction=moment.direction,
        is_automated=moment.is_automated,
        happened_at=timezone.make_aware(datetime.combine(moment.on, time(0, 1))),
    )
    row.refresh_from_db()
    return row


@EVERY
@given(MOMENTS, CADENCE)
def test_only_what_they_said_to_a_human_is_the_last_contact(
    moments: list[Said], cadence: int
) -> None:
    row = relationship(cadence)
    for moment in moments:
        say(row, moment)

    answers = [moment.on for moment in moments if moment.is_answer]
    last = row.last_two_way_at and timezone.localdate(row.last_two_way_at)
    assert last == max(answers, default=None)


@EVERY
@given(MOMENTS, CADENCE)
def test_the_order_in_which_it_is_written_down_does_not_matter(
    moments: list[Said], cadence: int
) -> None:
    there, back = relationship(cadence), relationship(cadence)
    for moment in moments:
        say(there, moment)
    for moment in reversed(moments):
        say(back, moment)

    assert there.last_two_way_at == back.last_two_way_at


@EVERY
@given(MOMENTS, CADENCE)
def test_a_step_at_a_time(moments: list[Said], cadence: int) -> None:
    """A newer answer counts the cadence from its day; an own try alone is only given patience; all
    else moves nothing. Nothing that is said ever brings the day forward but an answer.
    """
    row = relationship(cadence)
    for moment in moments:
        due, last = row.next_touch_on, row.last_two_way_at
        say(row, moment)
        assert due is not None
        assert row.next_touch_on is not None
        if moment.is_answer and row.last_two_way_at != last:
            counted = moment.on + timedelta(days=cadence)
            assert row.next_touch_on >= counted
            assert row.next_touch_on <= max(counted, _patience(row))
        elif moment.is_human:
            assert row.next_touch_on in (due, max(due, _patience(row)))
        else:
            assert row.next_touch_on == due


def _patience(row: Relationship) -> date:
    tried = row.contact.interactions.filter(direction="outbound", is_automated=False)
    tried = tried.exclude(channel="note").order_by("-happened_at")
    first = tried.first()
    if first is None:
        return date.min
    return timezone.localdate(first.happened_at) + timedelta(days=PATIENCE_DAYS)
