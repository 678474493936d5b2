from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry, Change
from relationships.models import Engagement, EngagementChange, TimelineEntry
from relationships.phases import ALLOWED
from relationships.services.assignments import begin_agreed, move_assignment
from relationships.services.engagement_changes import EngagementRefused
from relationships.services.engagement_undo import take_back_engagement, undo_change
from relationships.services.engagements import (
    begin_engagement,
    end_engagement,
    resume_engagement,
    update_engagement,
)
from tests.factories import ContactFactory, EngagementFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

BEGAN = date(2024, 1, 1)


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def state(row: Engagement) -> dict[str, Any]:
    held = Engagement.objects.values().get(pk=row.pk)
    return {name: value for name, value in held.items() if name != "updated_at"}


def test_a_change_keeps_what_was_and_since_when_it_counts() -> None:
    row = EngagementFactory(hours_per_week=Decimal("36.0"), starts_on=BEGAN)
    unit = OrgUnitFactory()
    hr = UserFactory()

    update_engagement(
        engagement=row,
        actor=hr,
        counts_from=date(2026, 1, 1),
        reason=" New contract ",
        hours_per_week=Decimal("24"),
        unit=unit,
    )

    kept = EngagementChange.objects.get()
    assert (kept.act, kept.counts_from, kept.reason, kept.actor) == (
        "changed",
        date(2026, 1, 1),
        "New contract",
        hr,
    )
    assert kept.before == {"hours_per_week": "36.0", "unit": None}
    assert kept.after == {"hours_per_week": "24", "unit": unit.pk}


def test_a_correction_counts_from_no_day() -> None:
    row = EngagementFactory(starts_on=BEGAN)

    update_engagement(
        engagement=row, actor=None, is_correction=True, counts_from=BEGAN, role="Nurse"
    )

    assert EngagementChange.objects.values_list("act", "counts_from").get() == ("corrected", None)


@pytest.mark.parametrize(
    "change",
    [
        {"rate": Decimal("90.50"), "rate_per": "hour"},
        {"starts_on": date(2023, 5, 1), "ends_on": date(2026, 1, 1)},
        {"role": "", "hours_per_week": None},
        {"form": "assignment"},
        {"form": "internship", "basis": "thesis"},
    ],
)
def test_undoing_the_last_change_restores_every_field(change: dict[str, Any]) -> None:
    row = EngagementFactory(
        starts_on=BEGAN, role="Planner", hours_per_week=Decimal("36.0"), basis="permanent"
    )
    before = state(row)
    update_engagement(engagement=row, actor=None, **change)
    assert state(row) != before

    undo_change(change=EngagementChange.objects.get(), actor=None)

    assert state(row) == before
    assert EngagementChange.objects.get().undone_at is not None


def test_only_the_last_change_is_undone_and_each_but_once() -> None:
    row = EngagementFactory(starts_on=BEGAN, role="One")
    update_engagement(engagement=row, actor=None, role="Two")
    update_engagement(engagement=row, actor=None, role="Three")
    first, second = EngagementChange.objects.order_by("pk")

    with pytest.raises(EngagementRefused, match="changed since"):
        undo_change(change=first, actor=None)
    undo_change(change=second, actor=None)
    with pytest.raises(EngagementRefused, match="changed since"):
        undo_change(change=second, actor=None)
    undo_change(change=first, actor=None)

    row.refresh_from_db()
    assert row.role == "One"


def test_what_was_written_by_another_way_since_is_not_undone() -> None:
    row = EngagementFactory(starts_on=BEGAN, role="One")
    update_engagement(engagement=row, actor=None, role="Two")
    Engagement.objects.update(role="Imported")

    with pytest.raises(EngagementRefused, match="changed since"):
        undo_change(change=EngagementChange.objects.get(), actor=None)


def test_a_manager_who_was_merged_comes_back_as_who_they_are_now() -> None:
    now = ContactFactory()
    was = ContactFactory()
    row = EngagementFactory(starts_on=BEGAN, manager=was)
    update_engagement(engagement=row, actor=None, manager=None)
    was.merged_into = now
    was.save(update_fields=["merged_into"])

    undo_change(change=EngagementChange.objects.get(), actor=None)

    row.refresh_from_db()
    assert row.manager == now


def test_the_audit_never_says_how_much() -> None:
    row = EngagementFactory(starts_on=BEGAN)

    update_engagement(engagement=row, actor=None, rate=Decimal("98765"), rate_per="year")
    undo_change(change=EngagementChange.objects.get(), actor=None)

    told = [str(entry.details) for entry in AuditEntry.objects.all()]
    told += [str(change.payload) for change in Change.objects.all()]
    assert len(told) == 4
    assert not [text for text in told if "98765" in text]


def test_an_end_is_taken_back_and_its_line_goes() -> None:
    row = EngagementFactory(starts_on=BEGAN)
    end_engagement(engagement=row, actor=None, ends_on=on(-3))
    assert TimelineEntry.objects.filter(verb="engagement.ended").count() == 1

    resume_engagement(engagement=row, actor=None)

    row.refresh_from_db()
    assert row.ends_on is None
    assert not TimelineEntry.objects.filter(verb="engagement.ended").exists()
    with pytest.raises(EngagementRefused, match="no end"):
        resume_engagement(engagement=row, actor=None)


def test_what_was_written_down_by_mistake_is_taken_back_whole() -> None:
    hr = UserFactory()
    row = begin_engagement(
        contact=ContactFactory(), actor=hr, form="employment", starts_on=on(-900), ends_on=on(-9)
    )
    assert TimelineEntry.objects.count() == 2

    take_back_engagement(engagement=row, actor=hr)

    assert not Engagement.objects.exists()
    assert not TimelineEntry.objects.exists()
    taken = AuditEntry.objects.get(action="relationships.engagement_taken_back")
    assert taken.actor == hr


def test_taking_back_is_for_who_wrote_it_for_a_day_while_nothing_changed() -> None:
    hr = UserFactory()
    contact = ContactFactory()
    row = begin_engagement(contact=contact, actor=hr, form="employment", starts_on=BEGAN)
    later = timezone.now() + timedelta(days=1, minutes=1)

    with pytest.raises(EngagementRefused, match="no longer"):
        take_back_engagement(engagement=row, actor=UserFactory())
    with pytest.raises(EngagementRefused, match="no longer"):
        take_back_engagement(engagement=row, actor=hr, now=later)
    update_engagement(engagement=row, actor=hr, role="Planner")
    with pytest.raises(EngagementRefused, match="no longer"):
        take_back_engagement(engagement=row, actor=hr)
    assert Engagement.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "basis", "fits"),
    [
        ("employment", "permanent", True),
        ("employment", "thesis", False),
        ("internship", "thesis", True),
        ("assignment", "secondment", True),
        ("assignment", "permanent", False),
        ("volunteer", "voluntary", True),
        ("volunteer", "", True),
    ],
)
def test_a_basis_goes_with_its_form(form: str, basis: str, fits: bool) -> None:
    given = {"contact": ContactFactory(), "form": form, "basis": basis, "starts_on": BEGAN}
    if fits:
        assert begin_engagement(actor=None, **given).basis == basis
        return
    with pytest.raises(EngagementRefused, match="does not go with"):
        begin_engagement(actor=None, **given)


def test_an_expected_end_before_the_start_is_refused() -> None:
    row = EngagementFactory(starts_on=BEGAN)

    with pytest.raises(EngagementRefused, match="cannot end before"):
        update_engagement(engagement=row, actor=None, expected_end_on=date(2020, 1, 1))


def test_an_assignment_from_brief_to_closed() -> None:
    contact = ContactFactory()
    row = begin_engagement(
        contact=contact, actor=None, form="assignment", phase="brief", starts_on=on(-5)
    )
    told = []
    for phase in ("proposal", "agreed", "running", "closed"):
        row = move_assignment(engagement=row, actor=None, phase=phase)
        told.append(TimelineEntry.objects.filter(verb="engagement.began").count())

    assert told == [0, 1, 1, 1]
    assert (row.phase, row.ends_on) == ("closed", on(0))
    assert TimelineEntry.objects.filter(verb="engagement.ended").count() == 1
    acts = list(EngagementChange.objects.order_by("pk").values_list("act", "after"))
    assert acts == [
        ("moved", {"phase": "proposal"}),
        ("moved", {"phase": "agreed"}),
        ("moved", {"phase": "running"}),
        ("moved", {"phase": "closed", "ends_on": on(0).isoformat()}),
    ]


@pytest.mark.parametrize("here", ALLOWED)
def test_only_allowed_moves_are_made(here: str) -> None:
    for there in Engagement.Phase.values:
        row = EngagementFactory(form="assignment", phase=here, starts_on=BEGAN)
        if there in ALLOWED[here]:
            move_assignment(engagement=row, actor=None, phase=there, reason="because")
            continue
        with pytest.raises(EngagementRefused, match="does not go from"):
            move_assignment(engagement=row, actor=None, phase=there, reason="because")


def test_what_did_not_go_ahead_says_why_and_is_no_work_for_us() -> None:
    row = EngagementFactory(form="assignment", phase="agreed", starts_on=on(3))

    with pytest.raises(EngagementRefused, match="Say why"):
        move_assignment(engagement=row, actor=None, phase="off", reason=" ")
    move_assignment(engagement=row, actor=None, phase="off", reason="No budget")

    assert not Engagement.objects.binding().exists()
    with pytest.raises(EngagementRefused, match="did not go ahead"):
        end_engagement(engagement=row, actor=None, ends_on=on(9))


def test_employment_has_no_phase() -> None:
    row = EngagementFactory(starts_on=BEGAN)

    with pytest.raises(EngagementRefused, match="Only an assignment"):
        move_assignment(engagement=row, actor=None, phase="running")


def test_what_was_agreed_runs_from_its_first_day() -> None:
    due = EngagementFactory(form="assignment", phase="agreed", starts_on=on(0))
    EngagementFactory(form="assignment", phase="agreed", starts_on=on(1))
    EngagementFactory(form="assignment", phase="brief", starts_on=on(-1))

    assert begin_agreed(today=on(0)) == 1
    assert begin_agreed(today=on(0)) == 0

    due.refresh_from_db()
    assert due.phase == "running"


def test_a_closed_assignment_runs_again_when_its_end_is_taken_back() -> None:
    row = EngagementFactory(form="assignment", phase="closed", starts_on=BEGAN, ends_on=on(-1))

    resume_engagement(engagement=row, actor=None)

    row.refresh_from_db()
    assert (row.phase, row.ends_on) == ("running", None)


@pytest.mark.parametrize(("days", "phase"), [(-15, "closed"), (-14, "running"), (30, "running")])
def test_an_assignment_that_is_long_over_is_closed_with_its_end(days: int, phase: str) -> None:
    row = EngagementFactory(form="assignment", starts_on=BEGAN)

    end_engagement(engagement=row, actor=None, ends_on=on(days))

    row.refresh_from_db()
    assert (row.phase, row.ends_on) == (phase, on(days))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"starts_on": on(1)}, "planned"),
        ({"starts_on": on(0)}, "running"),
        ({"starts_on": on(-9), "ends_on": on(0)}, "running"),
        ({"starts_on": on(-9), "ends_on": on(-1)}, "ended"),
        ({"form": "assignment", "phase": "brief", "starts_on": on(-1)}, "brief"),
        ({"form": "assignment", "phase": "agreed", "starts_on": on(0)}, "planned"),
        ({"form": "assignment", "starts_on": on(-9), "ends_on": on(-1)}, "over"),
        ({"form": "assignment", "phase": "closed", "starts_on": on(-9)}, "ended"),
        ({"form": "assignment", "phase": "off", "starts_on": on(-9)}, "off"),
    ],
)
def test_where_it_stands(fields: dict[str, Any], status: str) -> None:
    assert EngagementFactory(**fields).status_on(on(0)) == status
