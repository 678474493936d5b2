from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from contacts.models import Contact
from relationships.models import TimelineEntry
from relationships.selectors.timeline import PAGE, timeline_page
from relationships.selectors.timeline_filters import Filters
from relationships.selectors.timeline_places import Place
from relationships.selectors.timeline_years import years_of
from relationships.services.timeline import forget, record
from tests.factories import (
    ContactFactory,
    InteractionFactory,
    OrgUnitFactory,
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
        page = timeline_page(contact, Filters(), place=Place(after=after))
        seen += [line.entry.pk for line in page.lines]
        after = page.after

    assert after == ""
    assert seen == list(TimelineEntry.objects.order_by("-pk").values_list("pk", flat=True))


def test_a_made_up_place_begins_at_the_top() -> None:
    contact = ContactFactory()
    entry = TimelineEntryFactory(contact=contact)

    page = timeline_page(contact, Filters(), place=Place(after="made up"))

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

    def found(**narrowed: Any) -> list[TimelineEntry]:
        return [line.entry for line in timeline_page(contact, Filters(**narrowed)).lines]

    assert found(what="contact") == [call]
    assert found(what="record") == [created]
    assert found(by="machine") == [created]
    assert set(found(by="human")) == {call, moved}
    assert found(what="stages", by="human") == [moved]
    assert found(what="stages", by="machine") == []


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

    assert (line.channel, line.title, line.body, line.direction, line.icon) == (
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


def logged(contact: Contact, days: float, **values: Any) -> TimelineEntry:
    """A contact moment with its line, as the service writes them."""
    told = {"initiated_by": values.pop("initiated_by", "us"), "summary": values.pop("summary", "")}
    row = InteractionFactory(contact=contact, happened_at=ago(days), body=values.pop("body", ""))
    given = {"channel": "phone", "direction": "two_way", "actor": UserFactory(), **values}
    return TimelineEntryFactory(
        contact=contact,
        at=ago(days),
        verb="interaction.logged",
        key=f"interaction.logged:{row.pk}",
        data={"interaction": row.pk, **told},
        **given,
    )


def found_by(contact: Contact, **narrowed: Any) -> list[TimelineEntry]:
    return [line.entry for line in timeline_page(contact, Filters(**narrowed)).lines]


def test_narrowed_by_channel_direction_who_began_and_colleague() -> None:
    contact = ContactFactory()
    call = logged(contact, 1)
    mail = logged(contact, 2, channel="email", direction="inbound", initiated_by="them")
    sent = TimelineEntryFactory(
        contact=contact,
        at=ago(3),
        verb="touchpoint.sent",
        channel="email",
        direction="outbound",
        is_automated=True,
        data={"titles": {"en": "News"}, "campaign": "Spring"},
    )
    changed = TimelineEntryFactory(
        contact=contact,
        at=ago(4),
        verb="contact.updated",
        data={"fields": ["city"], "source": "self"},
    )

    assert found_by(contact, what="email") == [mail, sent]
    assert found_by(contact, what="email", by="human") == [mail]
    assert found_by(contact, spoke="inbound") == [mail]
    assert found_by(contact, began="us") == [call, sent]
    assert found_by(contact, began="them") == [mail, changed]
    assert found_by(contact, colleague=call.actor_id) == [call]


def test_found_by_words_of_the_line_and_of_the_notes_all_of_them() -> None:
    contact, other = ContactFactory(), ContactFactory()
    call = logged(contact, 1, summary="Spoke of Zürich", body="Wants 32 hours, 100% remote.")
    logged(contact, 2, summary="Spoke of Zürich")
    logged(other, 3, summary="Zürich", body="32 hours")

    assert found_by(contact, q="zürich HOURS") == [call]
    assert found_by(contact, q="100%") == [call]
    assert found_by(contact, q="_") == []
    assert len(found_by(contact, q="spoke")) == 2


def test_a_month_begins_with_its_last_line_and_leads_back_to_what_is_later() -> None:
    contact = ContactFactory()
    zone = timezone.get_current_timezone()
    days = [datetime(2024, month, 1, tzinfo=zone) for month in (1, 2, 3)]
    january, february, march = (TimelineEntryFactory(contact=contact, at=day) for day in days)

    page = timeline_page(contact, Filters(), place=Place(at="2024-02"))
    assert [line.entry for line in page.lines] == [february, january]
    later = timeline_page(contact, Filters(), place=Place(before=page.before))
    assert [line.entry for line in later.lines] == [march]
    assert later.before == ""

    whole_year = timeline_page(contact, Filters(), place=Place(at="2024"))
    assert (len(whole_year.lines), whole_year.before) == (3, "")
    a_day = timeline_page(contact, Filters(), place=Place(at="2024-02-01"))
    assert a_day.lines[0].entry == february


@pytest.mark.parametrize("at", ["2024-13", "0000", "9999", "9999-12-31", "24-1", "2024-02-30", "x"])
def test_a_time_that_makes_no_sense_begins_at_the_top(at: str) -> None:
    contact = ContactFactory()
    entry = TimelineEntryFactory(contact=contact)

    page = timeline_page(contact, Filters(), place=Place(at=at))

    assert [line.entry for line in page.lines] == [entry]


def test_one_line_is_found_with_what_is_round_it_and_nobody_elses() -> None:
    contact = ContactFactory()
    at = ago(1)
    lines = TimelineEntryFactory.create_batch(5, contact=contact, at=at)
    strange = TimelineEntryFactory()

    page = timeline_page(contact, Filters(), place=Place(entry=str(lines[2].pk)))
    assert [line.entry for line in page.lines] == [lines[2], lines[1], lines[0]]
    assert [line.is_found for line in page.lines] == [True, False, False]
    later = timeline_page(contact, Filters(), place=Place(before=page.before))
    assert [line.entry for line in later.lines] == [lines[4], lines[3]]

    missing = timeline_page(contact, Filters(), place=Place(entry=str(strange.pk)))
    assert (missing.is_missing, missing.found, len(missing.lines)) == (True, None, 5)


def test_who_else_was_there_is_told_to_who_may_know_them() -> None:
    unit, elsewhere = OrgUnitFactory(), OrgUnitFactory()
    met = uuid4()
    here, there, hidden = ContactFactory(unit=unit), ContactFactory(unit=unit), ContactFactory()
    Contact.objects.filter(pk=hidden.pk).update(unit=elsewhere)
    rows = [InteractionFactory(contact=one, gathering=met) for one in (here, there, hidden)]
    TimelineEntryFactory(
        contact=here, verb="interaction.logged", channel="meeting", data={"interaction": rows[0].pk}
    )
    reader = UserFactory(role="recruiter", unit=unit)

    (line,) = timeline_page(here, Filters(), reader=reader).lines

    assert list(line.others) == [there]


def test_years_count_every_line_by_month_and_contact_by_how_it_was() -> None:
    contact = ContactFactory()
    zone = timezone.get_current_timezone()

    def line(day: datetime, channel: str, direction: str, began: str, **values: Any) -> None:
        TimelineEntryFactory(
            contact=contact,
            at=day,
            verb="interaction.logged",
            channel=channel,
            direction=direction,
            data={"initiated_by": began},
            **values,
        )

    line(datetime(2023, 1, 1, 0, 30, tzinfo=zone), "phone", "two_way", "us")
    line(datetime(2023, 1, 9, tzinfo=zone), "meeting", "two_way", "them")
    line(datetime(2023, 5, 9, tzinfo=zone), "email", "inbound", "them")
    line(datetime(2023, 5, 9, tzinfo=zone), "note", "internal", "us")
    TimelineEntryFactory(
        contact=contact,
        at=datetime(2024, 2, 1, tzinfo=zone),
        verb="touchpoint.sent",
        channel="email",
        direction="outbound",
        is_automated=True,
    )

    after, before = years_of(contact, Filters())

    assert (after.year, before.year) == (2024, 2023)
    assert before.months == [2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    told = ("both_ways", "from_us", "from_them", "begun_by_us", "begun_by_them")
    depths = ("face", "voice", "written", "automated")
    assert [getattr(before, name) for name in told] == [2, 0, 1, 1, 2]
    assert [getattr(before, name) for name in depths] == [1, 1, 1, 0]
    assert [getattr(after, name) for name in (*told, *depths)] == [0, 1, 0, 1, 0, 0, 0, 1, 1]
