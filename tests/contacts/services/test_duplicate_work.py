"""Finding people who may be one: those just written, and everybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.matching.keys import MOST_HOLDERS
from contacts.models import Contact, DuplicateProposal, DuplicateSearch, MatchProfile
from contacts.services import duplicate_work, match_profiles, match_statistics
from contacts.services.contacts import archive_contact, create_contact, update_contact
from contacts.services.duplicates import AlreadySearching, start_search
from contacts.services.merging import merge_contacts, undo_merge
from contacts.services.privacy import erase_person
from contacts.services.proposals import decide_different, put_off
from core.models import AuditEntry
from tests.factories import ContactFactory, PhoneNumberFactory, UserFactory

pytestmark = pytest.mark.django_db


def eva(**fields: object) -> Contact:
    return create_contact(
        actor=None,
        **{"given_name": "Eva", "family_name": "Oosterwegel", "city": "Gouda", **fields},  # type: ignore[arg-type]
    )


def pairs() -> list[set[int]]:
    rows = DuplicateProposal.objects.filter(decision="").values_list("first_id", "second_id")
    return [set(row) for row in rows.order_by("pk")]


def search() -> DuplicateSearch:
    start_search(actor=None)
    assert duplicate_work.work_on_next()
    return DuplicateSearch.objects.order_by("-pk")[0]


def test_whoever_is_added_is_held_against_all_others() -> None:
    one, other = eva(), eva(phones=["0612345678"])
    eva(given_name="Piet")

    assert duplicate_work.look_at_due() == 3

    assert pairs() == [{one.pk, other.pk}]
    assert not MatchProfile.objects.filter(due_since__isnull=False).exists()
    assert duplicate_work.look_at_due() == 0


def test_a_proposal_says_why() -> None:
    eva()
    eva()
    duplicate_work.look_at_due()

    proposal = DuplicateProposal.objects.get()

    assert sorted((field, outcome) for field, outcome, *_rest in proposal.parts) == [
        ("city", "same"),
        ("family", "same"),
        ("given", "same"),
    ]
    assert proposal.points == sum(part[2] for part in proposal.parts)


def test_whoever_changes_is_looked_at_again_and_what_no_longer_holds_is_withdrawn() -> None:
    one, other = eva(), eva(family_name="Wiersma")
    duplicate_work.look_at_due()
    assert pairs() == []

    update_contact(contact=other, actor=None, family_name="Oosterwegel")
    duplicate_work.look_at_due()
    assert pairs() == [{one.pk, other.pk}]

    update_contact(contact=other, actor=None, family_name="Wiersma")
    duplicate_work.look_at_due()
    assert pairs() == []


def test_a_tag_or_a_note_is_no_reason_to_look_again() -> None:
    person = eva()
    duplicate_work.look_at_due()

    update_contact(contact=person, actor=None, tags=["mentor"], note="Tall")
    archive_contact(contact=person, actor=None)

    assert duplicate_work.look_at_due() == 0


def test_who_was_put_aside_is_still_known() -> None:
    one = eva()
    archive_contact(contact=one, actor=None)

    other = eva()
    duplicate_work.look_at_due()

    assert pairs() == [{one.pk, other.pk}]


def test_what_was_found_to_be_two_people_stays_so_until_more_speaks_for_it() -> None:
    one, other = eva(), eva()
    duplicate_work.look_at_due()
    decide_different(proposal=DuplicateProposal.objects.get(), actor=UserFactory())

    update_contact(contact=other, actor=None, preferred_name="Evie")
    duplicate_work.look_at_due()
    search()
    assert pairs() == []

    for person in (one, other):
        update_contact(contact=person, actor=None, phones=["0612345678"])
    duplicate_work.look_at_due()
    assert pairs() == [{one.pk, other.pk}]


def test_what_was_put_off_stays_so() -> None:
    eva()
    eva()
    duplicate_work.look_at_due()
    put_off(proposal=DuplicateProposal.objects.get(), actor=UserFactory())

    search()

    assert not DuplicateProposal.objects.open(timezone.now()).exists()
    assert DuplicateProposal.objects.open(timezone.now() + timedelta(days=15)).exists()


def test_everybody_is_searched_also_those_that_nobody_told_of() -> None:
    same = {"given_name": "Eva", "family_name": "Oosterwegel", "city": "Gouda"}
    one, other = ContactFactory(**same), ContactFactory(**same)
    ContactFactory(**same, merged_into=one)
    ContactFactory(**same, erased_at=timezone.now())
    ContactFactory(family_name="Wiersma")

    done = search()

    assert pairs() == [{one.pk, other.pk}]
    assert (done.state, done.people, done.pairs, done.found) == ("done", 3, 1, 1)
    assert done.finished_at is not None
    assert MatchProfile.objects.count() == 3


def test_searching_again_changes_nothing_and_withdraws_what_no_longer_holds() -> None:
    eva()
    other = eva()
    search()
    before = DuplicateProposal.objects.values().get()

    search()
    assert DuplicateProposal.objects.values().get() == before

    Contact.objects.filter(pk=other.pk).update(family_name="Wiersma")
    match_profiles.mark_due([other.pk])
    search()
    assert pairs() == []


def test_one_search_at_a_time() -> None:
    start_search(actor=None)

    with pytest.raises(AlreadySearching):
        start_search(actor=None)

    assert DuplicateSearch.objects.count() == 1
    assert AuditEntry.objects.filter(action="contacts.duplicates_sought").count() == 1


def test_a_search_whose_worker_died_is_taken_over() -> None:
    eva()
    eva()
    start_search(actor=None)
    long_ago = timezone.now() - timedelta(hours=1)
    (claimed,) = DuplicateSearch.objects.claim(
        now=timezone.now(), limit=1, lease=timedelta(minutes=5)
    )
    DuplicateSearch.objects.filter(pk=claimed.pk).update(state="comparing", lease_until=long_ago)

    duplicate_work.release_expired()
    assert duplicate_work.work_on_next()

    assert DuplicateSearch.objects.get().state == "done"
    assert len(pairs()) == 1
    with pytest.raises(duplicate_work.LeaseLost):
        duplicate_work.see_through(claimed)


def test_a_search_that_fails_is_tried_again_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr(match_statistics, "count", broken)
    search_row = start_search(actor=None)
    for _ in range(duplicate_work.MAX_ATTEMPTS):
        assert duplicate_work.work_on_next()
        DuplicateSearch.objects.filter(queue_state="waiting").update(due_at=timezone.now())

    search_row.refresh_from_db()
    assert (search_row.state, search_row.queue_state) == ("failed", "done")
    assert not duplicate_work.work_on_next()


def test_what_too_many_share_is_passed_over() -> None:
    for number in range(MOST_HOLDERS + 1):
        contact = ContactFactory(given_name=f"Name{number:02}", family_name=f"Family{number:02}")
        PhoneNumberFactory(contact=contact, number="+31301234567")
    match_profiles.mark_due(Contact.objects.values_list("pk", flat=True))

    duplicate_work.look_at_due()
    done = search()

    assert done.pairs == 0


def test_a_switchboard_makes_nobody_one() -> None:
    for given, family in (("Piet", "Wiersma"), ("Eva", "Oosterwegel"), ("Eva", "Zijlstra")):
        create_contact(
            actor=None, given_name=given, family_name=family, phones=["0301234567"], city="Gouda"
        )

    duplicate_work.look_at_due()

    assert pairs() == []


def test_after_a_merge_the_survivor_is_looked_at_and_the_other_no_more() -> None:
    one, other, third = eva(), eva(), eva()
    duplicate_work.look_at_due()
    assert len(pairs()) == 3

    record = merge_contacts(survivor=one, duplicate=other, actor=None)
    assert pairs() == [{one.pk, third.pk}]
    duplicate_work.look_at_due()
    assert pairs() == [{one.pk, third.pk}]

    undo_merge(record=record, actor=None)
    duplicate_work.look_at_due()
    assert sorted(map(sorted, pairs())) == [
        [one.pk, other.pk],
        [one.pk, third.pk],
        [other.pk, third.pk],
    ]


def test_that_two_are_not_one_goes_for_whoever_they_become_part_of() -> None:
    one, other, third = eva(), eva(), eva()
    duplicate_work.look_at_due()
    decide_different(
        proposal=DuplicateProposal.objects.of(other.pk).of(third.pk).get(), actor=UserFactory()
    )

    merge_contacts(survivor=one, duplicate=other, actor=None)
    duplicate_work.look_at_due()

    assert pairs() == []
    assert DuplicateProposal.objects.of(one.pk).of(third.pk).get().decision == "different"


def test_nothing_is_left_of_who_was_erased() -> None:
    one = eva()
    eva()
    duplicate_work.look_at_due()

    erase_person(contact=one, actor=None)

    assert not DuplicateProposal.objects.exists()
    assert not MatchProfile.objects.filter(contact=one).exists()
    duplicate_work.look_at_due()
    assert not MatchProfile.objects.filter(contact=one).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_takes_as_many_queries_for_three_as_for_one(
    count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        eva()
        eva(family_name="Zijlstra")
    match_statistics.count()
    duplicate_work.look_at_due()
    match_profiles.mark_due(Contact.objects.values_list("pk", flat=True))

    with django_assert_num_queries(36):  # type: ignore[operator]
        duplicate_work.look_at_due()


def test_statistics_hold_names_that_several_have_and_nobodys_address() -> None:
    for number in range(6):
        eva(emails=[f"eva{number}@example.org"], phones=["0612345678"])
    duplicate_work.look_at_due()

    counted = match_statistics.count()

    assert counted.families == {"oosterwegel": 6}
    assert counted.given == {"eva": 6}
    assert (counted.cities, counted.domains) == ({"gouda": 6}, {"example.org": 6})
    assert match_statistics.current() == counted
    assert not match_statistics.is_stale()
