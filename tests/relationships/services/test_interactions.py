from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditEntry, Change
from relationships.models import Interaction, TimelineEntry
from relationships.services.interactions import (
    InteractionRefused,
    Moment,
    log_interaction,
    log_interactions,
)
from tests.factories import ContactFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_log_keeps_who_spoke_and_who_began_and_shows_it() -> None:
    recruiter = UserFactory()
    row = RelationshipFactory()
    at = timezone.now() - timedelta(hours=2)

    logged = log_interaction(
        contact=row.contact,
        actor=recruiter,
        channel="phone",
        direction="two_way",
        initiated_by="them",
        happened_at=at,
        summary=" About the summer ",
        body="She will call.",
    )

    assert Interaction.objects.get() == logged
    assert (logged.initiated_by, logged.author, logged.is_automated, logged.summary) == (
        "them",
        recruiter,
        False,
        "About the summer",
    )
    row.refresh_from_db()
    assert row.last_two_way_at == at
    entry = TimelineEntry.objects.get()
    assert (entry.verb, entry.at, entry.actor, entry.channel, entry.direction) == (
        "interaction.logged",
        at,
        recruiter,
        "phone",
        "two_way",
    )
    assert AuditEntry.objects.get().details == {"contact": row.contact_id, "channel": "phone"}
    assert Change.objects.get().payload["interaction_id"] == logged.pk


def test_what_came_from_them_was_begun_by_them() -> None:
    logged = log_interaction(
        contact=ContactFactory(), actor=None, channel="email", direction="inbound"
    )

    assert logged.initiated_by == "them"


def test_what_is_still_to_come_is_refused() -> None:
    with pytest.raises(InteractionRefused, match="is a task"):
        log_interaction(
            contact=ContactFactory(),
            actor=None,
            channel="phone",
            direction="two_way",
            happened_at=timezone.now() + timedelta(days=1),
        )

    assert not Interaction.objects.exists()


def test_a_machine_does_not_reset_the_cadence() -> None:
    row = RelationshipFactory(next_touch_on=timezone.localdate())

    log_interaction(
        contact=row.contact,
        actor=None,
        channel="email",
        direction="inbound",
        is_automated=True,
    )

    row.refresh_from_db()
    assert (row.last_two_way_at, row.next_touch_on) == (None, timezone.localdate())
    assert TimelineEntry.objects.get().is_automated is True


@pytest.mark.parametrize("count", [1, 3])
def test_logging_many_runs_the_same_queries(
    count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    moments = [
        Moment(contact=contact, channel="email", direction="two_way")
        for contact in ContactFactory.create_batch(count)
    ]
    log_interaction(contact=ContactFactory(), actor=None, channel="email", direction="two_way")

    # Savepoints; rows, the two touches, audit, change log; the timeline; what it answers.
    with django_assert_num_queries(19):
        log_interactions(moments=moments, actor=None)
