from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.conditions import shape
from contacts.conditions.shape import RuleRefused
from contacts.models import Segment, SegmentMember, SegmentProposal
from contacts.services import segments as services
from contacts.services.segments import SegmentRefused
from core.models import AuditEntry, Role
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.core import grant_role
from tests.factories.groups import (
    SegmentFactory,
    SegmentProposalFactory,
    TalentPoolFactory,
    asks,
    rule_of,
)

pytestmark = pytest.mark.django_db
UTRECHT = shape.stored(rule_of(asks("city", "is", "Utrecht")))
KIND = shape.stored(rule_of(asks("kind", "filled"), asks("added", "last", "3")))


def test_what_is_derived_from_the_rule_is_kept_with_it() -> None:
    actor = UserFactory(role="recruiter")

    segment = services.create_segment(actor=actor, name=" Near ", rule=KIND)

    assert (segment.name, segment.fields, segment.pace) == ("Near", ["added", "kind"], "day")
    assert segment.permissions == ["relationships.view_relationship"]
    assert segment.due_at is not None
    assert AuditEntry.objects.get().action == "contacts.segment_created"


def test_only_another_rule_lets_a_worker_begin_anew() -> None:
    segment = SegmentFactory(worked_out_at=timezone.now(), due_at=None)

    services.change_segment(segment=segment, actor=segment.owner, name="Other")
    segment.refresh_from_db()
    assert (segment.name, segment.due_at) == ("Other", None)

    services.change_segment(segment=segment, actor=segment.owner, rule=KIND)
    segment.refresh_from_db()
    assert (segment.worked_out_at, segment.due_at is None) == (None, False)


def test_nothing_is_written_when_nothing_differs() -> None:
    segment = SegmentFactory()

    services.change_segment(segment=segment, actor=segment.owner, rule=shape.stored(segment.rule))

    assert not AuditEntry.objects.exists()


def test_a_rule_is_checked_for_whoever_writes_it() -> None:
    role = Role.objects.create(
        key="r", name="R", permissions=["contacts.view_contact", "contacts.manage_segments"]
    )
    actor = UserFactory()
    grant_role(actor, role.key)

    with pytest.raises(RuleRefused):
        services.create_segment(actor=actor, name="X", rule=KIND)
    with pytest.raises(SegmentRefused, match="name"):
        services.create_segment(actor=actor, name=" ", rule=UTRECHT)
    assert not Segment.objects.exists()


def test_a_segment_is_about_people_whom_its_maker_may_ask_about() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    actor = UserFactory(role="recruiter", unit=north)

    services.create_segment(actor=actor, name="X", rule=UTRECHT, unit=north)
    for unit in (south, None):
        with pytest.raises(SegmentRefused, match="this unit"):
            services.create_segment(actor=actor, name="X", rule=UTRECHT, unit=unit)


def test_a_shared_segment_cannot_name_a_private_pool() -> None:
    actor = UserFactory(role="recruiter")
    pool = TalentPoolFactory(owner=actor, is_private=True)
    rule = shape.stored(rule_of(asks("pool", "one_of", str(pool.uid))))

    services.create_segment(actor=actor, name="Mine", rule=rule, is_private=True)
    with pytest.raises(SegmentRefused, match="private talent pool"):
        services.create_segment(actor=actor, name="Ours", rule=rule)


@pytest.mark.parametrize("reader", ["owner", "colleague", "other unit", "half", "stranger"])
def test_who_may_know_of_a_segment(reader: str) -> None:
    """Whoever sees who is in it learns what its rule asks, so they must be allowed to ask it."""
    north = OrgUnitFactory()
    owner = UserFactory(role="recruiter", unit=north)
    people_only = Role.objects.create(key="r", name="R", permissions=["contacts.view_contact"])
    users = {
        "owner": owner,
        "colleague": UserFactory(role="reader", unit=north),
        "other unit": UserFactory(role="reader", unit=OrgUnitFactory()),
        "half": UserFactory(),
        "stranger": UserFactory(),
    }
    grant_role(users["half"], people_only.key, north)
    plain = services.create_segment(actor=owner, name="Plain", rule=UTRECHT, unit=north)
    kind = services.create_segment(actor=owner, name="Kind", rule=KIND, unit=north)
    mine = services.create_segment(
        actor=owner, name="Mine", rule=UTRECHT, unit=north, is_private=True
    )

    expected = {
        "owner": {plain, kind, mine},
        "colleague": {plain, kind},
        "half": {plain},
    }.get(reader, set())
    assert set(Segment.objects.visible_to(users[reader])) == expected


def test_accepting_lets_in_declining_keeps_out_and_both_can_be_taken_back() -> None:
    segment = SegmentFactory(is_reviewed=True, waiting=3)
    yes, no, left = (SegmentProposalFactory(segment=segment) for _one in range(3))
    day = timezone.localdate() + timedelta(days=30)

    services.accept_proposals(segment=segment, actor=segment.owner, proposals=[yes])
    services.decline_proposals(
        segment=segment, actor=segment.owner, proposals=[no], reason="Not now", not_before=day
    )

    segment.refresh_from_db()
    assert (segment.size, segment.waiting) == (1, 1)
    member = SegmentMember.objects.get()
    assert (member.contact, member.admitted_by, member.joined_because) == (
        yes.contact,
        segment.owner,
        "review",
    )
    no.refresh_from_db()
    assert (no.state, no.reason, no.not_before) == ("declined", "Not now", day)

    services.take_back_decisions(segment=segment, actor=segment.owner, proposals=[yes, no, left])
    segment.refresh_from_db()
    assert (segment.size, segment.waiting) == (0, 3)
    assert set(SegmentProposal.objects.values_list("state", "reason")) == {("waiting", "")}


def test_a_no_says_why_and_no_day_that_has_passed() -> None:
    one = SegmentProposalFactory()
    segment, actor = one.segment, one.segment.owner

    with pytest.raises(SegmentRefused, match="Say why"):
        services.decline_proposals(segment=segment, actor=actor, proposals=[one], reason=" ")
    with pytest.raises(SegmentRefused, match="still come"):
        services.decline_proposals(
            segment=segment,
            actor=actor,
            proposals=[one],
            reason="x",
            not_before=timezone.localdate(),
        )
    one.refresh_from_db()
    assert one.state == "waiting"


def test_who_was_decided_about_meanwhile_is_left_alone() -> None:
    one = SegmentProposalFactory(state="declined", reason="No")

    done = services.accept_proposals(segment=one.segment, actor=one.segment.owner, proposals=[one])

    assert done == 0
    assert not SegmentMember.objects.exists()


def test_a_segment_that_fills_a_pool_is_not_put_aside() -> None:
    segment = SegmentFactory()
    pool = TalentPoolFactory(filled_from=segment)

    with pytest.raises(SegmentRefused, match="filled from"):
        services.archive_segment(segment=segment, actor=segment.owner)
    pool.filled_from = None
    pool.save()
    services.archive_segment(segment=segment, actor=segment.owner)
    assert not Segment.objects.live().exists()
    services.restore_segment(segment=segment, actor=segment.owner)
    assert Segment.objects.live().get().due_at is not None


def test_contacts_stay_out_of_the_sentence_of_the_log() -> None:
    one = SegmentProposalFactory(contact=ContactFactory(given_name="Secret"))
    services.accept_proposals(segment=one.segment, actor=one.segment.owner, proposals=[one])

    assert "Secret" not in str(AuditEntry.objects.get().details)
