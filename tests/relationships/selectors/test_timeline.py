from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from relationships.models import TimelineEntry
from relationships.selectors.timeline import PAGE, Filters, timeline_page
from relationships.services.timeline import forget, record
from tests.factories import (
    ContactFactory,
    InteractionFactory,
    TimelineEntryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def test_the_latest_first_and_only_of_that_person() -> None:
    contact = ContactFactory()
    old = TimelineEntryFactory(contact=contact, at=ago(3))
    new = TimelineEntryFactory(contact=contact, at=ago(1))
    TimelineEntryFactory(at=ago(2))

    page = timeline_page(contact, Filters())

    assert [line.entry for line in page.lines] == [new, old]
    assert [(day, len(lines)) for day, lines in page.days()] == [
        (timezone.localdate(new.at), 1),
        (timezone.localdate(old.at), 1),
    ]
    assert page.after == ""


def test_pages_go_on_without_gap_or_repeat_among_equal_moments() -> None:
    contact = ContactFactory()
    at = ago(1)
    TimelineEntryFactory.create_batch(2 * PAGE + 5, contact=contact, at=at)

    seen: list[int] = []
    after = ""
    for _ in range(3):
        page = timeline_page(contact, Filters(), after=after)
        seen += [line.entry.pk for line in page.lines]
        after = page.after

    assert after == ""
    assert seen == list(TimelineEntry.objects.order_by("-pk").values_list("pk", flat=True))


def test_a_made_up_place_begins_at_the_top() -> None:
    contact = ContactFactory()
    entry = TimelineEntryFactory(contact=contact)

    page = timeline_page(contact, Filters(), after="made up")

    assert [line.entry for line in page.lines] == [entry]


def test_filters_by_sort_and_by_human_or_machine() -> None:
    contact = ContactFactory()
    call = TimelineEntryFactory(
        contact=contact,
        verb="interaction.logged",
        channel="phone",
        direction="two_way",
        actor=UserFactory(),
    )
    created = TimelineEntryFactory(contact=contact, verb="contact.created", is_automated=True)
    moved = TimelineEntryFactory(
        contact=contact,
        verb="owner.changed",
        actor=UserFactory(),
        data={"kind": "prospect", "to": ""},
    )

    def found(**narrowed: str) -> list[TimelineEntry]:
        return [line.entry for line in timeline_page(contact, Filters(**narrowed)).lines]

    assert found(group="contact") == [call]
    assert found(group="record") == [created]
    assert found(by="machine") == [created]
    assert set(found(by="human")) == {call, moved}
    assert found(group="stages", by="human") == [moved]
    assert found(group="stages", by="machine") == []


def test_a_contact_moment_shows_what_was_written() -> None:
    contact = ContactFactory()
    interaction = InteractionFactory(contact=contact, body="She will call.")
    TimelineEntryFactory(
        contact=contact,
        verb="interaction.logged",
        channel="meeting",
        direction="inbound",
        actor=UserFactory(),
        data={"interaction": interaction.pk, "summary": "Coffee", "initiated_by": "them"},
    )

    (line,) = timeline_page(contact, Filters()).lines

    assert (line.sentence, line.text, line.body, line.direction, line.icon) == (
        "Meeting, from them",
        "Coffee",
        "She will call.",
        "in",
        "users",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_is_two_queries_however_many_lines(
    count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    contact = ContactFactory()
    for _ in range(count):
        interaction = InteractionFactory(contact=contact)
        TimelineEntryFactory(
            contact=contact,
            verb="interaction.logged",
            channel="phone",
            actor=UserFactory(),
            data={"interaction": interaction.pk},
        )

    with django_assert_num_queries(2):
        page = timeline_page(contact, Filters())
        assert len([line.entry.actor.name for line in page.lines]) == count


def test_record_writes_each_key_once_and_forget_takes_it_out() -> None:
    contact = ContactFactory()

    for _ in range(2):
        record(
            TimelineEntry(contact=contact, at=ago(1), verb="contact.created", key=f"made:{n}")
            for n in range(3)
        )
    forget(["made:1", "made:9"])

    assert sorted(TimelineEntry.objects.values_list("key", flat=True)) == ["made:0", "made:2"]
