"""Becoming something else to us: one act, all of it or nothing, and the same person after it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact
from core.models import AuditEntry, Change, User
from relationships.choices import Cause, Kind
from relationships.kinds import WAYS
from relationships.models import (
    AllowedMove,
    Engagement,
    KindChange,
    Relationship,
    StageTransition,
    TimelineEntry,
)
from relationships.services.kind_changes import (
    KindChangeRefused,
    NewWork,
    change_kind,
    undo_kind_change,
)
from relationships.services.lifecycle import (
    EntryRefused,
    TransitionRefused,
    begin_relationship,
    move_to_stage,
)
from relationships.services.stages import set_entry_rules
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def begun(kind: str, *, days_ago: int = 100, contact: Contact | None = None) -> Relationship:
    return begin_relationship(
        contact=contact or ContactFactory(),
        kind=kind,
        actor=None,
        owner=UserFactory(role="recruiter"),
        started_on=today() - timedelta(days=days_ago),
    )


def snapshot(contact: Contact) -> dict[str, Any]:
    return Contact.objects.filter(pk=contact.pk).values().get()


def become(row: Relationship, to_kind: str, **fields: Any) -> KindChange:
    given = {"actor": None, "on": today(), "owner": row.owner, **fields}
    return change_kind(relationship=row, to_kind=to_kind, **given)


def test_a_prospect_is_hired() -> None:
    actor = UserFactory(role="recruiter")
    row = begun("prospect")
    before = snapshot(row.contact)

    made = become(
        row,
        "employee",
        actor=actor,
        reason="Signed in August",
        work=NewWork(form="employment", role="Planner"),
    )

    row.refresh_from_db()
    assert (row.stage.key, row.ended_on) == ("joined", today())
    assert made.begun is not None
    assert (made.begun.kind, made.begun.stage.key, made.begun.owner) == (
        *("employee", "preboarding"),
        row.owner,
    )
    assert made.begun.started_on == today()
    assert made.engagement is not None
    work = made.engagement
    assert (work.form, work.role, work.starts_on, work.ends_on) == (
        *("employment", "Planner"),
        *(today(), None),
    )
    assert made.ending is not None
    assert (made.ending.cause, made.ending.reason) == (Cause.KIND_CHANGED, "Signed in August")
    assert snapshot(row.contact) == before
    assert Contact.objects.count() == 1
    assert not Change.objects.filter(event="contacts.ContactUpdated").exists()
    assert AuditEntry.objects.filter(action="relationships.kind_changed").count() == 1
    lines = TimelineEntry.objects.filter(contact=row.contact, verb="kind.changed")
    assert [line.data["to"] for line in lines] == ["employee"]


def test_an_employee_becomes_an_alumnus_on_their_last_day() -> None:
    row = begun("employee")
    job = EngagementFactory(contact=row.contact, form="employment")
    volunteer = EngagementFactory(contact=row.contact, form="volunteer")
    last_day = today() - timedelta(days=3)

    made = become(row, "alumnus", on=last_day, ends_work=[job])

    job.refresh_from_db()
    volunteer.refresh_from_db()
    assert (job.ends_on, volunteer.ends_on) == (last_day, None)
    row.refresh_from_db()
    assert (row.stage.key, row.ended_on) == ("left", last_day)
    assert made.begun is not None
    assert (made.begun.stage.key, made.begun.started_on) == ("just-left", last_day)


def test_a_freelancer_comes_on_the_payroll_the_day_after_their_assignment() -> None:
    row = begun("freelancer")
    assignment = EngagementFactory(contact=row.contact, form="assignment", phase="running")

    become(row, "employee", ends_work=[assignment], work=NewWork(form="employment", role="Tester"))

    assignment.refresh_from_db()
    job = Engagement.objects.get(form="employment")
    assert (assignment.ends_on, job.starts_on) == (today() - timedelta(days=1), today())


def test_an_alumnus_returns_and_is_the_same_person() -> None:
    """First contact, hired, left, returned: one person, four relationships, one timeline."""
    person = ContactFactory()
    row = begun("prospect", days_ago=3, contact=person)
    for kind in ("employee", "alumnus", "employee"):
        made = become(row, kind)
        assert made.begun is not None
        row = made.begun

    kinds = Relationship.objects.filter(contact=person).order_by("pk")
    assert [(one.kind, one.ended_on is None) for one in kinds] == [
        ("prospect", False),
        ("employee", False),
        ("alumnus", False),
        ("employee", True),
    ]
    assert kinds[2].stage.key == "returned"
    assert Contact.objects.count() == 1
    assert TimelineEntry.objects.filter(contact=person, verb="kind.changed").count() == 3


def test_who_is_hired_for_later_is_preboarding_from_today() -> None:
    row = begun("prospect")
    first_day = today() + timedelta(days=40)

    made = become(row, "employee", on=first_day, work=NewWork(form="employment"))

    assert made.begun is not None
    assert made.begun.started_on == today()
    assert made.engagement is not None
    assert made.engagement.starts_on == first_day


@pytest.mark.parametrize(
    ("kind", "to_kind", "days", "match"),
    [
        ("prospect", "alumnus", 0, "does not become alumnus"),
        ("prospect", "prospect", 0, "does not become prospect"),
        ("prospect", "nonsense", 0, "does not become nonsense"),
        ("employee", "alumnus", 1, "Until that day they are still employee"),
        ("prospect", "employee", 400, "too far ahead"),
        ("prospect", "employee", -101, "not yet prospect on that day"),
    ],
)
def test_what_makes_no_sense_is_refused_whole(
    kind: str, to_kind: str, days: int, match: str
) -> None:
    row = begun(kind)
    before = everything()

    with pytest.raises(KindChangeRefused, match=match):
        become(row, to_kind, on=today() + timedelta(days=days))

    assert everything() == before


def everything() -> dict[str, Any]:
    models = (Relationship, StageTransition, Engagement, KindChange, Change, AuditEntry)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_what_a_part_refuses_leaves_no_half() -> None:
    """The last part, an entry rule of the new stage, comes after all others were written."""
    row = begun("prospect")
    set_entry_rules(
        stage=stage("employee", "preboarding"), actor=UserFactory(), rules=[("consent", "events")]
    )
    before = everything()

    with pytest.raises(EntryRefused, match="consent for"):
        become(row, "employee", work=NewWork(form="employment"))

    assert everything() == before
    row.refresh_from_db()
    assert row.ended_on is None


def test_the_lifecycle_decides_from_where_one_becomes_something_else() -> None:
    row = begun("prospect")
    AllowedMove.objects.filter(from_stage=row.stage, to_stage__key="joined").delete()

    with pytest.raises(TransitionRefused, match="does not allow a move"):
        become(row, "employee")


def test_the_new_work_counts_for_the_rules_of_the_new_stage() -> None:
    row = begun("alumnus")
    on_assignment = stage("freelancer", "on-assignment")
    set_entry_rules(stage=on_assignment, actor=UserFactory(), rules=[("engagement", "assignment")])

    with pytest.raises(EntryRefused):
        become(row, "freelancer", stage=on_assignment)
    made = become(row, "freelancer", stage=on_assignment, work=NewWork(form="assignment"))

    assert made.begun is not None
    assert made.begun.stage == on_assignment


@pytest.mark.parametrize("form", ["assignment", "volunteer", "nonsense"])
def test_an_employee_begins_no_other_work_than_theirs(form: str) -> None:
    with pytest.raises(KindChangeRefused, match="no work of this kind"):
        become(begun("prospect"), "employee", work=NewWork(form=form))


def test_the_work_of_somebody_else_does_not_end_with_it() -> None:
    other = EngagementFactory()
    with pytest.raises(KindChangeRefused, match="somebody else"):
        become(begun("employee"), "alumnus", ends_work=[other])
    other.refresh_from_db()
    assert other.ends_on is None


def test_it_is_undone_as_if_it_had_never_been() -> None:
    actor = UserFactory(role="recruiter")
    row = begun("employee")
    settled = stage("employee", "onboarding")
    came = timezone.now() - timedelta(days=30)
    move_to_stage(relationship=row, to_stage=settled, actor=actor, now=came)
    job = EngagementFactory(contact=row.contact, form="employment")
    made = become(row, "freelancer", actor=actor, ends_work=[job], work=NewWork(form="assignment"))
    began = made.begun

    undo_kind_change(change=made, actor=actor)

    row.refresh_from_db()
    job.refresh_from_db()
    assert (row.stage, row.stage_since, row.ended_on) == (settled, came, None)
    assert job.ends_on is None
    assert began is not None
    assert not Relationship.objects.filter(pk=began.pk).exists()
    assert not Engagement.objects.filter(form="assignment").exists()
    verbs = TimelineEntry.objects.filter(contact=row.contact).values_list("verb", flat=True)
    assert "kind.changed" not in verbs
    assert list(verbs).count("relationship.began") == 1
    # The history keeps that it happened, and that it was taken back.
    causes = row.transitions.order_by("moved_at", "pk").values_list("cause", flat=True)
    assert list(causes) == ["moved", "moved", "kind_changed", "taken_back"]
    made.refresh_from_db()
    assert made.undone_by == actor


def done(**fields: Any) -> tuple[KindChange, User]:
    actor = UserFactory(role="recruiter")
    return become(begun("prospect"), "employee", actor=actor, **fields), actor


def test_it_is_not_undone_by_another_nor_twice_nor_the_day_after() -> None:
    made, actor = done()
    with pytest.raises(KindChangeRefused, match="no longer be undone"):
        undo_kind_change(change=made, actor=UserFactory())
    with pytest.raises(KindChangeRefused, match="no longer be undone"):
        undo_kind_change(change=made, actor=actor, now=timezone.now() + timedelta(days=2))
    undo_kind_change(change=made, actor=actor)
    with pytest.raises(KindChangeRefused, match="no longer be undone"):
        undo_kind_change(change=made, actor=actor)


def test_it_is_not_undone_where_somebody_went_on_with_it() -> None:
    made, actor = done()
    assert made.begun is not None
    move_to_stage(relationship=made.begun, to_stage=stage("employee", "onboarding"), actor=None)
    before = everything()

    with pytest.raises(KindChangeRefused, match="moved this relationship since"):
        undo_kind_change(change=made, actor=actor)

    assert everything() == before


def test_every_kind_has_a_way_on_and_each_way_works() -> None:
    assert set(WAYS) == set(Kind)
    for kind, ways in WAYS.items():
        for way in ways:
            made = become(begun(kind), way)
            assert made.begun is not None
            assert made.begun.kind == way
