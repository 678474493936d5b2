"""A colleague's word that two may be one: what it does to the queue, and what it outlives."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact, DuplicateFlag, DuplicateProposal
from contacts.selectors.audit import lines_of
from contacts.services import duplicate_work, match_profiles
from contacts.services.contacts import create_contact
from contacts.services.duplicate_flags import FlagRefused, PairDecided, flag_pair, withdraw_flag
from contacts.services.duplicates import start_search
from contacts.services.merging import merge_contacts, undo_merge
from contacts.services.privacy import erase_person
from contacts.services.proposals import decide_different, put_off
from core.models import AuditEntry, Change, User
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(name="Samira")


@pytest.fixture
def one() -> Contact:
    return create_contact(actor=None, given_name="Eva", family_name="Oosterwegel")


@pytest.fixture
def other() -> Contact:
    """With whom Eva has nothing in common."""
    return create_contact(actor=None, given_name="Ingrid", family_name="Zijlstra", city="Gouda")


def test_a_pair_that_nothing_speaks_for_waits_by_a_word_alone(
    one: Contact, other: Contact, actor: User
) -> None:
    flag = flag_pair(one=other, other=one, actor=actor, why="  She\nmarried\x00 ")

    proposal = DuplicateProposal.objects.open(timezone.now()).get()
    assert (proposal.first, proposal.second, proposal.rule) == (one, other, "")
    assert proposal.points < 0
    assert (flag.proposal, flag.flagged_by, flag.why) == (proposal, actor, "She married")
    entry = AuditEntry.objects.get(action="contacts.flagged_double")
    assert [line.sentence for line in lines_of([entry])] == [
        "Samira said that Ingrid Zijlstra and Eva Oosterwegel may be one person"
    ]
    change = Change.objects.get(event="contacts.DuplicateFlagged")
    assert change.payload == {"contact_id": other.pk, "other_id": one.pk, "actor_id": actor.pk}


def test_a_pair_waits_once_however_often_it_is_flagged(
    one: Contact, other: Contact, actor: User
) -> None:
    flag_pair(one=one, other=other, actor=actor, why="One mother")
    flag_pair(one=other, other=one, actor=actor)
    flag_pair(one=other, other=one, actor=actor, why="One mother")
    assert AuditEntry.objects.filter(action="contacts.flagged_double").count() == 1

    flag_pair(one=one, other=other, actor=actor, why="She told me")
    flag_pair(one=one, other=other, actor=UserFactory(), why="I thought so too")

    assert DuplicateProposal.objects.count() == 1
    words = DuplicateFlag.objects.order_by("pk").values_list("why", flat=True)
    assert list(words) == ["She told me", "I thought so too"]
    assert AuditEntry.objects.filter(action="contacts.flagged_double").count() == 3


def test_it_outlives_what_the_comparison_makes_of_them(
    one: Contact, other: Contact, actor: User
) -> None:
    flag_pair(one=one, other=other, actor=actor)

    match_profiles.mark_due([one.pk, other.pk])
    duplicate_work.look_at_due()
    assert DuplicateProposal.objects.count() == 1

    DuplicateProposal.objects.update(updated_at=timezone.now() - timedelta(days=1))
    start_search(actor=actor)
    assert duplicate_work.work_on_next()
    assert DuplicateProposal.objects.count() == 1


def test_who_takes_it_back_takes_the_pair_along_unless_more_speaks_for_it(
    one: Contact, other: Contact, actor: User
) -> None:
    mine = flag_pair(one=one, other=other, actor=actor)
    theirs = flag_pair(one=one, other=other, actor=UserFactory())

    withdraw_flag(flag=theirs, actor=actor)  # not the actor's own
    assert DuplicateFlag.objects.count() == 2
    withdraw_flag(flag=mine, actor=actor)
    assert list(DuplicateFlag.objects.all()) == [theirs]
    withdraw_flag(flag=theirs, actor=theirs.flagged_by)
    assert not DuplicateProposal.objects.exists()
    assert AuditEntry.objects.filter(action="contacts.unflagged_double").count() == 2


def test_taking_it_back_leaves_a_pair_that_was_found(one: Contact, actor: User) -> None:
    twin = create_contact(actor=None, given_name="Eva", family_name="Oosterwegel")
    duplicate_work.look_at_due()
    (found,) = DuplicateProposal.objects.all()

    withdraw_flag(flag=flag_pair(one=one, other=twin, actor=actor), actor=actor)

    assert list(DuplicateProposal.objects.all()) == [found]


def test_what_was_put_off_is_looked_at_now(one: Contact, other: Contact, actor: User) -> None:
    flag_pair(one=one, other=other, actor=UserFactory())
    put_off(proposal=DuplicateProposal.objects.get(), actor=UserFactory())

    flag_pair(one=one, other=other, actor=actor)

    assert DuplicateProposal.objects.open(timezone.now()).count() == 1


def test_who_decided_is_named_and_the_decision_stands(
    one: Contact, other: Contact, actor: User
) -> None:
    flag_pair(one=one, other=other, actor=actor)
    decide_different(proposal=DuplicateProposal.objects.get(), actor=UserFactory(name="Anouk"))

    with pytest.raises(PairDecided, match=r"^Anouk found on .+ that they are two people\.$"):
        flag_pair(one=one, other=other, actor=UserFactory())

    assert DuplicateFlag.objects.count() == 1


def test_only_two_people_who_are_still_there(one: Contact, other: Contact, actor: User) -> None:
    with pytest.raises(FlagRefused):
        flag_pair(one=one, other=one, actor=actor)
    merge_contacts(survivor=ContactFactory(), duplicate=other, actor=actor)
    with pytest.raises(FlagRefused):
        flag_pair(one=one, other=other, actor=actor)
    erased = ContactFactory()
    erase_person(contact=erased, actor=actor)
    erased.refresh_from_db()
    with pytest.raises(FlagRefused):
        flag_pair(one=one, other=erased, actor=actor)

    assert not DuplicateProposal.objects.exists()


def test_a_word_follows_a_merge_and_comes_back_when_it_is_undone(
    one: Contact, other: Contact, actor: User
) -> None:
    third = create_contact(actor=None, given_name="Mies", family_name="Kwast")
    colleague = UserFactory()
    of_both = flag_pair(one=one, other=third, actor=actor, why="a")
    same = flag_pair(one=other, other=third, actor=actor, why="b")
    moved = flag_pair(one=other, other=third, actor=colleague, why="c")
    before = list(DuplicateFlag.objects.order_by("pk").values())

    record = merge_contacts(survivor=one, duplicate=other, actor=actor)

    assert set(DuplicateProposal.objects.get().flags.all()) == {of_both, moved}
    undo_merge(record=record, actor=actor)
    assert list(DuplicateFlag.objects.order_by("pk").values()) == before
    assert same in DuplicateFlag.objects.all()


def test_merging_the_pair_ends_it(one: Contact, other: Contact, actor: User) -> None:
    flag_pair(one=one, other=other, actor=actor)

    record = merge_contacts(survivor=one, duplicate=other, actor=actor)

    assert not DuplicateFlag.objects.exists()
    undo_merge(record=record, actor=actor)
    assert DuplicateFlag.objects.get().flagged_by == actor
