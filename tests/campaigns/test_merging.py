import pytest
from django.utils import timezone

from campaigns.models import Enrolment, Touchpoint
from contacts.events import ContactErased
from contacts.models import Contact
from contacts.services.merging import merge_contacts, undo_merge
from core.events import publish
from core.merging import faults
from core.privacy import faults as privacy_faults
from tests.factories import UserFactory
from tests.factories.campaigns import EnrolmentFactory, TouchpointFactory, reachable_contact

pytestmark = pytest.mark.django_db


def snapshot() -> list[tuple[object, ...]]:
    enrolments = Enrolment.objects.order_by("pk").values_list(
        "pk", "contact", "campaign", "entry_number", "state", "reason", "ended_at"
    )
    touchpoints = Touchpoint.objects.order_by("pk").values_list(
        "pk", "contact", "enrolment", "queue_state", "result", "outcome", "done_at"
    )
    return [*enrolments, *touchpoints]


def test_every_table_of_ours_can_follow_a_merge_and_is_in_the_privacy_registry() -> None:
    assert [fault for fault in faults(Contact) if fault.startswith("campaigns.")] == []
    assert privacy_faults(["campaigns"]) == []


def test_of_two_who_are_one_the_survivor_goes_on_and_undoing_brings_both_back() -> None:
    mine = TouchpointFactory()
    theirs = TouchpointFactory(step=mine.step)
    alone = EnrolmentFactory(contact=theirs.contact)
    before = snapshot()
    actor = UserFactory(role="hr-manager")

    record = merge_contacts(survivor=mine.contact, duplicate=theirs.contact, actor=actor)

    rows = Enrolment.objects.in_bulk([mine.enrolment_id, theirs.enrolment_id, alone.pk])
    assert {row.contact_id for row in rows.values()} == {mine.contact_id}
    assert [
        (rows[pk].entry_number, rows[pk].state, rows[pk].reason)
        for pk in (mine.enrolment_id, theirs.enrolment_id, alone.pk)
    ] == [(1, "active", ""), (2, "stopped", "merged"), (1, "active", "")]
    assert list(Touchpoint.objects.due(timezone.now())) == [mine]
    assert set(Touchpoint.objects.values_list("contact", flat=True)) == {mine.contact_id}

    undo_merge(record=record, actor=actor)

    assert snapshot() == before


def test_who_was_in_it_before_keeps_each_entry() -> None:
    survivor, duplicate = reachable_contact(), reachable_contact()
    done = EnrolmentFactory(contact=survivor, state="finished")
    active = EnrolmentFactory(campaign=done.campaign, contact=duplicate)

    merge_contacts(survivor=survivor, duplicate=duplicate, actor=None)

    active.refresh_from_db()
    assert (active.contact, active.entry_number, active.state) == (survivor, 2, "active")


def test_whoever_was_erased_leaves_every_campaign() -> None:
    touchpoint = TouchpointFactory()
    other = TouchpointFactory(step=touchpoint.step)

    publish(ContactErased(contact_id=touchpoint.contact_id, actor_id=None))

    states = dict(Enrolment.objects.values_list("pk", "reason"))
    assert states == {touchpoint.enrolment_id: "erased", other.enrolment_id: ""}
    assert list(Touchpoint.objects.due(timezone.now())) == [other]
