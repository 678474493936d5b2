from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.models import Change
from relationships.models import Engagement, TimelineEntry
from relationships.services.engagement_changes import EngagementRefused
from relationships.services.engagements import begin_engagement, end_engagement
from tests.factories import ContactFactory, EngagementFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_begin_shows_on_the_timeline_on_its_first_day() -> None:
    recruiter = UserFactory()
    unit = OrgUnitFactory(name="Cardiology")

    row = begin_engagement(
        contact=ContactFactory(),
        actor=recruiter,
        form="internship",
        starts_on=date(2025, 9, 1),
        unit=unit,
        role=" Student ",
    )

    assert (row.role, row.recorded_by) == ("Student", recruiter)
    entry = TimelineEntry.objects.get()
    assert (entry.verb, timezone.localdate(entry.at)) == ("engagement.began", date(2025, 9, 1))
    assert entry.data == {"form": "internship", "role": "Student", "unit": "Cardiology"}
    assert Change.objects.get().event == "relationships.EngagementBegan"


def test_two_may_overlap() -> None:
    first = EngagementFactory()

    begin_engagement(contact=first.contact, actor=None, form="volunteer", starts_on=first.starts_on)

    assert Engagement.objects.filter(contact=first.contact).count() == 2


def test_one_that_is_over_shows_its_end_too() -> None:
    begin_engagement(
        contact=ContactFactory(),
        actor=None,
        form="employment",
        starts_on=date(2020, 1, 1),
        ends_on=date(2022, 1, 1),
    )

    assert list(TimelineEntry.objects.order_by("at").values_list("verb", flat=True)) == [
        "engagement.began",
        "engagement.ended",
    ]


def test_an_end_that_is_set_again_moves_its_line() -> None:
    row = EngagementFactory()
    today = timezone.localdate()

    end_engagement(engagement=row, actor=None, ends_on=today - timedelta(days=9))
    end_engagement(engagement=row, actor=None, ends_on=today - timedelta(days=2))

    row.refresh_from_db()
    assert row.ends_on == today - timedelta(days=2)
    assert [timezone.localdate(entry.at) for entry in TimelineEntry.objects.all()] == [row.ends_on]


def test_an_end_before_the_start_is_refused() -> None:
    row = EngagementFactory()

    with pytest.raises(EngagementRefused, match="cannot end before"):
        end_engagement(engagement=row, actor=None, ends_on=row.starts_on - timedelta(days=1))

    row.refresh_from_db()
    assert row.ends_on is None
