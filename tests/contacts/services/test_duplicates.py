"""Deciding about pairs, one by one, in bulk and by rule."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact, DuplicateProposal, DuplicateRule, MergeRecord
from contacts.selectors.audit import lines_of
from contacts.services import duplicate_work
from contacts.services.contacts import create_contact
from contacts.services.duplicates import (
    forget_old_journals,
    merge_by_rules,
    merge_proposal,
    merge_proposals,
    switch_rule,
)
from contacts.services.merging import undo_merge
from contacts.services.proposals import ProposalGone, decide_different, put_off, reopen
from core.models import AuditEntry, User
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


def pair(number: int = 0, **fields: object) -> DuplicateProposal:
    """Two records of one, and what was proposed of them."""
    given, family = (("Eva", "Oosterwegel"), ("Piet", "Zijlstra"))[number]
    known = {"given_name": given, "family_name": family, **fields}
    one = create_contact(actor=None, **known)  # type: ignore[arg-type]
    create_contact(actor=None, **known)  # type: ignore[arg-type]
    duplicate_work.look_at_due()
    return DuplicateProposal.objects.of(one.pk).get()


def exact(number: int = 0) -> DuplicateProposal:
    return pair(number, emails=[f"eva{number}@example.org"])


@pytest.fixture
def actor() -> User:
    return UserFactory()


def test_whom_we_know_longest_stays(actor: User) -> None:
    proposal = exact()

    record = merge_proposal(proposal=proposal, actor=actor)

    assert (record.survivor_id, record.duplicate_id) == (proposal.first_id, proposal.second_id)
    assert not DuplicateProposal.objects.exists()


def test_a_pair_is_decided_once(actor: User) -> None:
    proposal = exact()
    decide_different(proposal=proposal, actor=actor)

    for act in (decide_different, put_off, merge_proposal):
        with pytest.raises(ProposalGone):
            act(proposal=proposal, actor=actor)

    proposal.refresh_from_db()
    assert (proposal.decision, proposal.decided_by) == ("different", actor)


def test_deciding_is_recorded_in_words_and_can_be_taken_back(actor: User) -> None:
    proposal = exact()

    decide_different(proposal=proposal, actor=actor)
    reopen(proposal=proposal, actor=actor)

    sentences = [line.sentence for line in lines_of(AuditEntry.objects.order_by("pk"))[-2:]]
    assert sentences == [
        f"{actor} found that Eva Oosterwegel and Eva Oosterwegel are two people",
        f"{actor} took back that Eva Oosterwegel and Eva Oosterwegel are two people",
    ]
    assert DuplicateProposal.objects.open(timezone.now()).get() == proposal


def test_what_is_put_off_comes_back(actor: User) -> None:
    put_off(proposal=exact(), actor=actor)
    now = timezone.now()

    assert not DuplicateProposal.objects.open(now).exists()
    assert DuplicateProposal.objects.put_off(now).exists()
    assert DuplicateProposal.objects.open(now + timedelta(days=15)).exists()


def test_of_three_records_the_second_pair_is_left_when_the_first_took_it_along(
    actor: User,
) -> None:
    exact()
    create_contact(
        actor=None,
        given_name="Eva",
        family_name="Oosterwegel",
        emails=["eva0@example.org"],
    )
    duplicate_work.look_at_due()
    proposals = list(DuplicateProposal.objects.order_by("pk"))

    merged = merge_proposals(proposals=proposals, actor=actor)

    assert len(proposals) == 3
    assert (len(merged.records), merged.refused) == (2, 1)
    assert Contact.objects.active().count() == 1


def test_rules_are_off_until_somebody_switches_them_on(actor: User) -> None:
    exact()

    assert merge_by_rules() == 0
    assert not DuplicateRule.objects.exists()


def test_a_rule_merges_what_fits_it_as_the_system_under_its_name(actor: User) -> None:
    fitting, other = exact(), pair(1, city="Gouda")
    switch_rule(key="email", is_active=True, actor=actor)

    assert merge_by_rules() == 1

    record = MergeRecord.objects.get()
    assert (record.merged_by, record.rule, record.survivor_id) == (None, "email", fitting.first_id)
    assert list(DuplicateProposal.objects.all()) == [other]
    entry = AuditEntry.objects.get(action="contacts.merged_by_rule")
    (line,) = lines_of([entry])
    assert entry.actor is None
    assert line.sentence == (
        "The system merged a duplicate into Eva Oosterwegel, by the rule "
        "“Same e-mail address and name”"
    )


def test_a_rule_that_was_switched_off_does_nothing(actor: User) -> None:
    exact()
    switch_rule(key="email", is_active=True, actor=actor)
    switch_rule(key="email", is_active=False, actor=actor)

    assert merge_by_rules() == 0
    assert list(
        AuditEntry.objects.filter(action__startswith="contacts.rule").values_list(
            "action", flat=True
        )
    ) == ["contacts.rule_switched_on", "contacts.rule_switched_off"]


def test_a_rule_does_not_do_again_what_was_undone(actor: User) -> None:
    exact()
    switch_rule(key="email", is_active=True, actor=actor)
    merge_by_rules()

    undo_merge(record=MergeRecord.objects.get(), actor=actor)
    duplicate_work.look_at_due()

    assert merge_by_rules() == 0
    assert DuplicateProposal.objects.open(timezone.now()).count() == 1


def test_there_are_no_other_rules(actor: User) -> None:
    with pytest.raises(TypeError):
        switch_rule(key="city", is_active=True, actor=actor)


def test_what_can_be_undone_no_more_is_forgotten(actor: User) -> None:
    young = merge_proposal(proposal=exact(), actor=actor)
    old = merge_proposal(proposal=exact(1), actor=actor)
    MergeRecord.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))

    assert forget_old_journals() == 1

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.before, old.moved, bool(young.before)) == ([], [], True)
    assert forget_old_journals() == 0


def test_two_people_out_of_each_others_sight_are_no_pair_for_who_sees_one() -> None:
    mine, theirs = ContactFactory(), ContactFactory()
    proposal = DuplicateProposal.objects.create(first=mine, second=theirs, points=20, parts=[])
    whole, nobody = UserFactory(role="hr-manager"), UserFactory()

    seen = {user: list(DuplicateProposal.objects.visible_to(user)) for user in (whole, nobody)}

    assert seen == {whole: [proposal], nobody: []}
