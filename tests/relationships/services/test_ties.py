from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Organisation
from contacts.services.merging import merge_contacts, undo_merge
from contacts.services.privacy import erase_person
from core.models import AuditEntry, User
from relationships.models import Tie, TieKind, TimelineEntry
from relationships.services.tie_kinds import change_kind, create_kind, restore_kind, retire_kind
from relationships.services.ties import (
    TieRefused,
    add_tie,
    change_tie,
    end_tie,
    forget_removed,
    organisation_named,
    remove_tie,
    reopen_tie,
    restore_tie,
)
from relationships.timeline import find_verb
from tests.factories import (
    ContactFactory,
    OrganisationFactory,
    OrgUnitFactory,
    TieFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def actor() -> User:
    return UserFactory(role="recruiter")


def kind(key: str) -> TieKind:
    return TieKind.objects.get(key=key)


def lines(contact_id: int) -> list[str]:
    rows = TimelineEntry.objects.filter(contact=contact_id, verb__startswith="tie.")
    return [find_verb(row.verb).render(row) for row in rows.order_by("at", "pk")]


def test_a_knows_b_since_2019(actor: User) -> None:
    """Row C5: stored directed, dated, with source and author; read from both sides."""
    a, b = ContactFactory(), ContactFactory()

    tie = add_tie(
        contact=a,
        actor=actor,
        kind=kind("mentor"),
        target=b,
        since=date(2019, 1, 1),
        is_since_year=True,
        source="themselves",
        detail="  Graduation  project ",
    )

    assert (tie.contact, tie.other, tie.author, tie.source) == (a, b, actor, "themselves")
    assert (tie.since_shown, tie.until_shown, tie.detail) == ("2019", "", "Graduation project")
    assert (tie.words_from(a.pk), tie.words_from(b.pk)) == ("mentor of", "mentee of")
    assert lines(a.pk) == ["A tie was written down: mentor of"]
    assert lines(b.pk) == ["A tie was written down: mentee of"]
    entry = AuditEntry.objects.get(action="relationships.tie_added")
    assert entry.details == {"tie": tie.pk, "kind": "mentor"}


def test_the_other_way_round(actor: User) -> None:
    a, b = ContactFactory(), ContactFactory()
    tie = add_tie(contact=a, actor=actor, kind=kind("manager"), target=b, is_inverse=True)
    assert (tie.contact, tie.other) == (b, a)
    assert tie.words_from(a.pk) == "reports to"


def test_a_tie_leads_to_an_organisation_or_a_colleague(actor: User) -> None:
    contact, school = ContactFactory(), OrganisationFactory(kind="school")
    studied = add_tie(contact=contact, actor=actor, kind=kind("studied-at"), target=school)
    met = add_tie(contact=contact, actor=None, kind=kind("met-by"), target=actor)
    assert (studied.organisation, studied.other, studied.colleague) == (school, None, None)
    assert (met.organisation, met.other, met.colleague) == (None, None, actor)


@pytest.mark.parametrize("key", ["colleague", "mentor"])
def test_what_is_written_down_already_is_refused(key: str, actor: User) -> None:
    a, b = ContactFactory(), ContactFactory()
    first = add_tie(contact=a, actor=actor, kind=kind(key), target=b)
    with pytest.raises(TieRefused):
        add_tie(contact=a, actor=actor, kind=kind(key), target=b)
    end_tie(tie=first, actor=actor, until=date(2026, 3, 1))
    add_tie(contact=a, actor=actor, kind=kind(key), target=b)
    with pytest.raises(TieRefused):
        reopen_tie(tie=first, actor=actor)
    assert Tie.objects.count() == 2


def test_colleagues_are_so_from_both_sides_and_mentors_are_not(actor: User) -> None:
    a, b = ContactFactory(), ContactFactory()
    add_tie(contact=a, actor=actor, kind=kind("colleague"), target=b)
    add_tie(contact=a, actor=actor, kind=kind("mentor"), target=b)
    with pytest.raises(TieRefused):
        add_tie(contact=b, actor=actor, kind=kind("colleague"), target=a)
    add_tie(contact=b, actor=actor, kind=kind("mentor"), target=a)
    assert Tie.objects.count() == 3


@pytest.mark.parametrize(
    "details",
    [
        {"since": date(2026, 3, 11)},
        {"since": date(2020, 1, 1), "until": date(2019, 12, 31)},
    ],
)
def test_days_that_make_no_sense_are_refused(details: dict[str, date], actor: User) -> None:
    with pytest.raises(TieRefused):
        add_tie(
            contact=ContactFactory(),
            actor=actor,
            kind=kind("knows"),
            target=ContactFactory(),
            **details,
        )
    assert not Tie.objects.exists()


def test_nobody_has_a_tie_with_themselves_or_with_whom_one_may_not_see() -> None:
    north = OrgUnitFactory()
    actor = UserFactory(role="recruiter", unit=north)
    contact = ContactFactory(unit=north)
    for other in (contact, ContactFactory(unit=OrgUnitFactory()), ContactFactory(unit=None)):
        with pytest.raises(TieRefused):
            add_tie(contact=contact, actor=actor, kind=kind("knows"), target=other)
    assert not Tie.objects.exists()


def test_a_kind_leads_where_it_leads(actor: User) -> None:
    with pytest.raises(TieRefused):
        add_tie(
            contact=ContactFactory(),
            actor=actor,
            kind=kind("studied-at"),
            target=ContactFactory(),
        )
    retire_kind(kind=kind("knows"), actor=actor)
    with pytest.raises(TieRefused):
        add_tie(contact=ContactFactory(), actor=actor, kind=kind("knows"), target=ContactFactory())


def test_changing_tells_what_and_nothing_when_nothing_differs(actor: User) -> None:
    tie = TieFactory(since=date(2019, 1, 1), is_since_year=True)
    change_tie(tie=tie, actor=actor, since=date(2019, 1, 1), detail="")
    assert not AuditEntry.objects.filter(action="relationships.tie_changed").exists()
    change_tie(tie=tie, actor=actor, since=date(2018, 4, 2), is_since_year=False)
    entry = AuditEntry.objects.get(action="relationships.tie_changed")
    assert entry.details == {"tie": tie.pk, "fields": ["is_since_year", "since"]}


def test_an_end_and_its_undo(actor: User) -> None:
    tie = TieFactory(key="mentor")
    end_tie(tie=tie, actor=actor, until=date(2025, 12, 31), is_until_year=True)
    assert lines(tie.contact_id) == [
        "A tie was written down: mentor of",
        "A tie ended: mentor of",
    ]
    reopened = reopen_tie(tie=tie, actor=actor)
    assert (reopened.until, reopened.is_until_year) == (None, False)
    assert lines(tie.contact_id) == ["A tie was written down: mentor of"]


def test_what_was_taken_out_can_be_put_back_for_a_month(actor: User) -> None:
    tie = TieFactory()
    remove_tie(tie=tie, actor=actor)
    remove_tie(tie=tie, actor=actor)
    assert list(Tie.objects.visible_to(actor)) == []
    assert lines(tie.contact_id) == []
    restore_tie(tie=tie, actor=actor)
    assert list(Tie.objects.visible_to(actor)) == [tie]
    with pytest.raises(TieRefused):
        restore_tie(tie=tie, actor=actor)
    remove_tie(tie=tie, actor=actor)
    assert forget_removed(now=timezone.now() + timedelta(days=30)) == 0
    assert forget_removed(now=timezone.now() + timedelta(days=30, seconds=1)) == 1
    assert not Tie.objects.exists()


def test_putting_back_what_was_written_down_again_is_refused(actor: User) -> None:
    tie = TieFactory()
    remove_tie(tie=tie, actor=actor)
    add_tie(contact=tie.other, actor=actor, kind=tie.kind, target=tie.contact)
    with pytest.raises(TieRefused):
        restore_tie(tie=tie, actor=actor)
    assert Tie.objects.filter(removed_at=None).count() == 1


def test_an_organisation_is_known_whatever_its_capitals() -> None:
    known = OrganisationFactory(name="TU Delft", kind="school")
    assert organisation_named(name=" tu  delft ", kind="school") == known
    assert organisation_named(name="TU Delft", kind="client") != known
    assert Organisation.objects.count() == 2


def test_ties_follow_a_merge_and_come_back(actor: User) -> None:
    survivor, duplicate, third = ContactFactory(), ContactFactory(), ContactFactory()
    between = TieFactory(contact=survivor, other=duplicate)
    kept = TieFactory(contact=survivor, other=third, since=date(2020, 1, 1))
    # The same, said from the other side, and since longer.
    double = TieFactory(contact=third, other=duplicate, since=date(2018, 1, 1), is_since_year=True)
    followed = TieFactory(contact=duplicate, other=third, key="mentor")
    towards = TieFactory(contact=third, other=duplicate, key="mentor")
    before = sorted(Tie.objects.values_list())

    record = merge_contacts(survivor=survivor, duplicate=duplicate, actor=actor)

    assert {(tie.pk, tie.contact_id, tie.other_id) for tie in Tie.objects.all()} == {
        (kept.pk, survivor.pk, third.pk),
        (followed.pk, survivor.pk, third.pk),
        (towards.pk, third.pk, survivor.pk),
    }
    kept.refresh_from_db()
    assert (kept.since, kept.is_since_year) == (date(2018, 1, 1), True)
    undo_merge(record=record, actor=actor)
    assert sorted(Tie.objects.values_list()) == before
    assert {between.pk, double.pk} <= set(Tie.objects.values_list("pk", flat=True))


def test_who_is_erased_is_no_end_of_a_tie_any_more(actor: User) -> None:
    gone, friend = ContactFactory(), ContactFactory()
    TieFactory(contact=gone, other=friend, detail="secret")
    TieFactory(contact=friend, other=gone, key="mentor")
    removed = TieFactory(contact=friend, other=gone, key="knows")
    remove_tie(tie=removed, actor=actor)
    stays = TieFactory(contact=friend)
    erase_person(contact=gone, actor=actor)
    assert list(Tie.objects.all()) == [stays]


def test_kinds_are_renamed_and_keep_their_key(actor: User) -> None:
    made = create_kind(
        actor=actor,
        among="person",
        name_en="buddy of",
        name_nl="maatje van",
        inverse_en="has as buddy",
    )
    again = create_kind(actor=actor, among="organisation", name_en="Buddy of", inverse_en="x")
    assert (made.key, again.key, again.is_symmetric) == ("buddy-of", "buddy-of-2", True)
    changed = change_kind(
        kind=made, actor=actor, name_en="pal of", name_nl="maatje van", inverse_en="has as pal"
    )
    assert (changed.key, changed.name, changed.inverse) == ("buddy-of", "pal of", "has as pal")
    TieFactory(kind=changed)
    with pytest.raises(TieRefused):
        change_kind(kind=made, actor=actor, name_en="pal of")
    retire_kind(kind=made, actor=actor)
    restore_kind(kind=made, actor=actor)
    made.refresh_from_db()
    assert made.retired_at is None
    with pytest.raises(TieRefused):
        create_kind(actor=actor, among="person", name_en="  ")
