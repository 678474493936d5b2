from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contacts import bulk_acts
from contacts.bulk_acts import skipped
from contacts.models import Contact
from contacts.services.merging import merge_contacts, undo_merge
from core.models import AuditEntry, User
from relationships.models import (
    CoOwner,
    FollowUp,
    Interaction,
    OwnershipOverride,
    OwnershipRule,
    Relationship,
    Stage,
    TimelineEntry,
)
from relationships.selectors.ownership import hold_against, holds_against
from relationships.services.cadence import hand_over_relationship
from relationships.services.many import hand_over_all, undo_handing_over
from relationships.services.ownership import (
    HeldByColleague,
    OwnershipRefused,
    add_co_owner,
    remove_co_owner,
    set_rule,
    take_over_or_give,
    turn_to,
)
from relationships.timeline import find_verb
from tests.factories import (
    EmailAddressFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    RelationshipFactory,
    SocialProfileFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for
from tests.support.toasts import undo_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def owner() -> User:
    return UserFactory(role="recruiter", name="Joris Prins", language="en")


@pytest.fixture
def second() -> User:
    return UserFactory(role="recruiter", name="Fatma Kaya", language="en")


def owned(owner: User, **fields: object) -> Relationship:
    """A prospect since 1 January: with the seeded 90 days held until 31 March."""
    fields = {"started_on": date(2026, 1, 1), "kind": "prospect", **fields}
    return RelationshipFactory(owner=owner, **fields)


def hold(user: User, contact: Contact) -> tuple[str, date, int] | None:
    found = hold_against(user, contact, today=TODAY)
    return found and (found.owner.name, found.until, found.days_left)


def test_a_second_recruiter_sees_who_and_for_how_long(owner: User, second: User) -> None:
    """31 days of January, 28 of February, 31 of March: 31 March is day 90, 22 days are left."""
    row = owned(owner)
    assert hold(second, row.contact) == ("Joris Prins", date(2026, 3, 31), 22)
    assert hold(owner, row.contact) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"started_on": date(2025, 1, 1)},
        {"kind": "employee"},
        {"owner": None},
        {"ended_on": date(2026, 2, 1)},
    ],
)
def test_whom_nobody_holds(fields: dict[str, object], owner: User, second: User) -> None:
    row = owned(**{"owner": owner, **fields})
    assert hold(second, row.contact) is None


def test_a_talk_begins_the_days_anew(owner: User, second: User) -> None:
    row = owned(owner, last_two_way_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert hold(second, row.contact) == ("Joris Prins", date(2026, 5, 30), 82)
    set_rule(kind="prospect", basis="fixed", days=90, actor=owner)
    assert hold(second, row.contact) == ("Joris Prins", date(2026, 3, 31), 22)


def test_a_closed_account_holds_nobody(owner: User, second: User) -> None:
    row = owned(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert hold(second, row.contact) is None


def test_who_owns_or_co_owns_anything_with_them_is_not_held_off(owner: User, second: User) -> None:
    row = owned(owner)
    beside = add_co_owner(relationship=row, user=second, actor=owner)
    assert add_co_owner(relationship=row, user=second, actor=owner) == beside
    assert hold(second, row.contact) is None
    remove_co_owner(relationship=row, user=second, actor=owner)
    assert hold(second, row.contact) is not None
    owned(second, kind="alumnus", contact=row.contact)
    assert hold(second, row.contact) is None


def test_the_longest_hold_counts(owner: User, second: User) -> None:
    row = owned(owner)
    other = UserFactory(name="Grace Poel")
    owned(other, kind="alumnus", contact=row.contact)
    assert hold(second, row.contact) == ("Grace Poel", date(2026, 12, 31), 297)


@pytest.mark.parametrize("number", [1, 3])
def test_in_sets(
    number: int, owner: User, second: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [owned(owner) for _ in range(number)]
    with django_assert_num_queries(3):
        found = holds_against(second, [row.contact_id for row in rows], today=TODAY)
        names = [one.owner.name for one in found.values()]
    assert names == ["Joris Prins"] * number


def test_without_a_reason_it_is_refused_and_nothing_is_written(owner: User, second: User) -> None:
    row = owned(owner)
    with pytest.raises(HeldByColleague) as refusal:
        turn_to(contact=row.contact, actor=second, act="mail", reason="  ")
    assert refusal.value.context == {
        "owner": {"id": str(owner.uid), "name": "Joris Prins"},
        "held_until": "2026-03-31",
        "days_left": 22,
    }
    assert "Joris Prins" in str(refusal.value)
    assert "22 days left" in str(refusal.value)
    assert not OwnershipOverride.objects.exists()
    assert not FollowUp.objects.exists()


def test_an_override_is_logged_and_the_owner_told(owner: User, second: User) -> None:
    """Row C8."""
    row = owned(owner)
    turn_to(contact=row.contact, actor=second, act="mail", reason=" She  asked me ")
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.made_by, made.reason, made.days_left) == (
        owner,
        second,
        "She asked me",
        22,
    )
    entry = AuditEntry.objects.get(action="relationships.ownership_overridden")
    assert entry.details == {"owner": owner.pk, "act": "mail", "reason": "She asked me"}
    line = TimelineEntry.objects.get(verb="ownership.overridden")
    assert find_verb(line.verb).render(line) == (
        "Turned to while Joris Prins keeps in touch: She asked me"
    )
    task = FollowUp.objects.get()
    assert (task.assignee, task.contact, task.body) == (owner, row.contact, "Why: She asked me")
    assert task.title == "Fatma Kaya turned to somebody you keep in touch with"


def test_taking_over_needs_a_reason_and_giving_does_not(owner: User, second: User) -> None:
    row = owned(owner)
    third = UserFactory(role="recruiter")
    with pytest.raises(HeldByColleague):
        take_over_or_give(relationship=row, actor=second, owner=second)
    take_over_or_give(relationship=row, actor=owner, owner=third)
    take_over_or_give(relationship=row, actor=second, owner=second, override_reason="On leave")
    row.refresh_from_db()
    assert (row.owner, row.owner_since) == (second, TODAY)
    assert OwnershipOverride.objects.get().owner == third
    # The days begin anew with a new owner.
    assert hold(owner, row.contact) == ("Fatma Kaya", date(2026, 6, 7), 90)


def test_giving_to_many_and_its_undo_keep_since_when(owner: User, second: User) -> None:
    row = owned(owner)
    hand_over_relationship(relationship=row, actor=owner, owner=owner, since=date(2026, 2, 1))
    options = {"owner": str(second.uid), "kind": ""}
    results = hand_over_all([row.contact_id], options, owner)
    row.refresh_from_db()
    assert row.owner_since == TODAY
    before = results[row.contact_id].before
    assert undo_handing_over({row.contact_id: before}, options, owner) == {}
    row.refresh_from_db()
    assert (row.owner, row.owner_since) == (owner, date(2026, 2, 1))


def test_whom_a_colleague_holds_is_skipped_in_bulk_and_told(owner: User, second: User) -> None:
    held, free = owned(owner), owned(owner, started_on=date(2025, 1, 1))
    options = {"owner": str(second.uid), "kind": "", "override_reason": ""}

    results = hand_over_all([held.contact_id, free.contact_id], options, second)

    assert results[held.contact_id] == skipped("held_by_colleague")
    assert results[free.contact_id].outcome == "done"
    held.refresh_from_db()
    assert held.owner == owner
    assert bulk_acts.reason_words("held_by_colleague").startswith("A colleague keeps in touch")
    assert not OwnershipOverride.objects.exists()


def test_one_reason_overrides_all_holds_and_each_owner_hears_once(
    owner: User, second: User
) -> None:
    rows = [owned(owner), owned(owner), owned(UserFactory())]
    ids = [row.contact_id for row in rows]
    options = {"owner": str(second.uid), "kind": "", "override_reason": "Joris is on leave"}

    results = hand_over_all(ids, options, second)

    assert {one.outcome for one in results.values()} == {"done"}
    made = OwnershipOverride.objects.values_list("made_by", "act", "reason")
    assert list(made) == [(second.pk, "take_over", "Joris is on leave")] * 3
    told = FollowUp.objects.filter(assignee=owner)
    assert [task.title for task in told] == [
        "Fatma Kaya became the owner of 2 people you kept in touch with"
    ]
    assert FollowUp.objects.count() == 2


def test_giving_held_people_to_somebody_else_needs_no_reason(owner: User, second: User) -> None:
    row = owned(owner)
    options = {"owner": str(second.uid), "kind": ""}

    hand_over_all([row.contact_id], options, owner)

    row.refresh_from_db()
    assert row.owner == second
    assert not OwnershipOverride.objects.exists()


def test_nobody_is_co_owner_of_whom_they_cannot_see(owner: User) -> None:
    north = OrgUnitFactory()
    row = owned(owner, contact__unit=OrgUnitFactory())
    for user in (UserFactory(role="recruiter", unit=north), owner):
        with pytest.raises(Exception, match=r"cannot see|owner already"):
            add_co_owner(relationship=row, user=user, actor=owner)
    row.ended_on = TODAY
    row.save()
    with pytest.raises(OwnershipRefused):
        add_co_owner(relationship=row, user=UserFactory(), actor=owner)
    assert not CoOwner.objects.exists()


def test_co_owners_follow_a_merge(owner: User, second: User) -> None:
    kept, double = owned(owner), owned(owner)
    third = UserFactory()
    for row, user in ((kept, second), (double, second), (double, third)):
        CoOwner.objects.create(relationship=row, user=user)
    before = sorted(CoOwner.objects.values_list("relationship", "user"))
    record = merge_contacts(survivor=kept.contact, duplicate=double.contact, actor=owner)
    assert {(one.relationship_id, one.user_id) for one in CoOwner.objects.all()} == {
        (kept.pk, second.pk),
        (kept.pk, third.pk),
    }
    undo_merge(record=record, actor=owner)
    assert sorted(CoOwner.objects.values_list("relationship", "user")) == before


def test_logging_what_is_from_us_alone(client: Client, owner: User, second: User) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/people/{row.contact.uid}/log/"
    body = {
        "channel": "email",
        "direction": "outbound",
        "initiated_by": "us",
        "summary": "Asked about spring",
        "happened_at": "2026-03-10T11:00",
    }
    shown = client.get(url).content.decode()
    refused = client.post(url, body)
    assert refused.status_code == 422
    assert not Interaction.objects.exists()
    client.post(url, {**body, "direction": "inbound", "initiated_by": "them"})
    assert not OwnershipOverride.objects.exists()
    client.post(url, {**body, "override_reason": "He asked me to"})
    assert "Joris Prins keeps in touch" in shown
    assert "22 days left" in shown
    assert Interaction.objects.count() == 2
    assert OwnershipOverride.objects.get().reason == "He asked me to"


def test_composing_and_logging_in_one_press(client: Client, owner: User, second: User) -> None:
    row = owned(owner)
    client.force_login(second)
    page = client.get(f"/people/{row.contact.uid}/message/").content.decode()
    url = f"/people/{row.contact.uid}/log/quick/"
    asked = client.post(url, {"channel": "email", "body": "Hello"})
    assert asked.status_code == 422
    form = asked.context["form"]
    assert [form[name].value() for name in ("channel", "direction", "summary", "body")] == [
        "email",
        "outbound",
        "Mailed",
        "Hello",
    ]
    assert 'name="override_reason"' in asked.content.decode()
    in_place = client.post(url, {"channel": "whatsapp"}, headers={"HX-Request": "true"})
    assert (in_place.status_code, in_place["HX-Retarget"]) == (422, "#dialog-content")
    assert not Interaction.objects.exists()
    client.post(url, {"channel": "email", "body": "Hello", "override_reason": "She asked"})
    assert "Joris Prins keeps in touch" in page
    assert Interaction.objects.get().direction == "outbound"
    assert OwnershipOverride.objects.get().reason == "She asked"


def test_forms_that_ask_why_say_who_and_for_how_long(
    client: Client, owner: User, second: User
) -> None:
    owner.name = "Joris <b>Prins</b>"
    owner.save()
    row = owned(owner)
    client.force_login(second)
    for path in (
        f"/relationships/{row.uid}/co-owners/new/",
        f"/relationships/{row.uid}/hand-over/",
        f"/relationships/{row.uid}/becomes/employee/",
        f"/people/{row.contact.uid}/relationships/new/",
    ):
        page = client.get(path).content.decode()
        said = "Joris &lt;b&gt;Prins&lt;/b&gt; keeps in touch, until 31 March 2026: 22 days left."
        assert said in page, path
        assert "<b>Prins" not in page


def reachable(owner: User) -> Contact:
    contact = owned(owner, contact__language="en").contact
    EmailAddressFactory(contact=contact, address="sanne@example.org")
    PhoneNumberFactory(contact=contact, number="+31612345678")
    SocialProfileFactory(contact=contact, url="https://linkedin.com/in/sanne")
    return contact


WAYS_OUT = ("ready-text", "data-copy", "wa.me", "mailto:", "linkedin.com", "Hi ", "log/quick")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_text_and_its_links_come_after_the_word_of_why(
    client: Client, owner: User, second: User, headers: dict[str, str]
) -> None:
    contact = reachable(owner)
    client.force_login(second)
    url = f"/people/{contact.uid}/message/"

    notice = client.get(url, headers=headers).content.decode()
    refused = client.post(url, {"override_reason": "  "}, headers=headers)
    for page in (notice, refused.content.decode()):
        assert "Joris Prins keeps in touch" in page
        assert "22 days left" in page
        assert not [way for way in WAYS_OUT if way in page]
    assert refused.status_code == 422
    assert not OwnershipOverride.objects.exists()

    said = client.post(url, {"override_reason": "She asked"}, headers=headers, follow=True)
    for page in (said.content.decode(), client.get(url, headers=headers).content.decode()):
        assert not [way for way in WAYS_OUT if way not in page]
        assert "You said why: She asked" in page
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.made_by, made.act, made.reason) == (owner, second, "mail", "She asked")
    assert FollowUp.objects.get().assignee == owner


def test_the_word_of_why_is_asked_once_a_day(client: Client, owner: User, second: User) -> None:
    contact = reachable(owner)
    client.force_login(second)
    client.post(f"/people/{contact.uid}/message/", {"override_reason": "She asked"})

    logged = client.post(
        f"/people/{contact.uid}/log/quick/", {"channel": "whatsapp", "body": "Hello"}
    )

    assert logged.status_code == 302
    assert Interaction.objects.get().body == "Hello"
    assert OwnershipOverride.objects.count() == 1
    assert "keeps in touch" not in client.get(f"/people/{contact.uid}/log/").content.decode()
    api = client_for(second)
    sent = {"contact": str(contact.uid), "channel": "email", "direction": "outbound"}
    assert api.post("/api/v1/interactions", sent).status_code == 201
    third = UserFactory(role="recruiter")
    assert_problem(
        client_for(third).post("/api/v1/interactions", sent), 409, code="held_by_colleague"
    )
    client.force_login(third)
    assert "wa.me" not in client.get(f"/people/{contact.uid}/message/").content.decode()
    with time_machine.travel("2026-03-11T08:00:00+01:00", tick=False):
        client.force_login(second)
        assert "wa.me" not in client.get(f"/people/{contact.uid}/message/").content.decode()


def test_an_address_on_the_page_of_who_is_held_leads_to_the_word_of_why(
    client: Client, owner: User, second: User
) -> None:
    contact = reachable(owner)
    first = f'href="/people/{contact.uid}/message/"'
    for tab in ("timeline", "about"):
        url = f"/people/{contact.uid}/?tab={tab}"
        client.force_login(second)
        page = client.get(url).content.decode()
        assert "mailto:" not in page
        assert "22 days more" in page
        assert page.count(first) == (2 if tab == "timeline" else 3)
        client.force_login(owner)
        assert "mailto:sanne@example.org" in client.get(url).content.decode()
    CoOwner.objects.create(relationship=contact.relationships.get(), user=second)
    client.force_login(second)
    assert "mailto:sanne@example.org" in client.get(url).content.decode()


def test_taking_over_on_the_page_and_its_undo(client: Client, owner: User, second: User) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/relationships/{row.uid}/hand-over/"
    assert "Needed if you choose yourself." in client.get(url).content.decode()
    assert client.post(url, {"colleague": str(second.uid)}).status_code == 422
    taken = client.post(url, {"colleague": str(second.uid), "override_reason": "On leave"})
    row.refresh_from_db()
    assert row.owner == second
    client.post(undo_of(taken))
    row.refresh_from_db()
    assert (row.owner, row.owner_since) == (owner, date(2026, 1, 1))


def test_the_undo_of_a_handing_over_makes_nobody_else_the_owner(
    client: Client, owner: User, second: User
) -> None:
    row, other = owned(second), owned(owner)
    client.force_login(second)
    undo = undo_of(
        client.post(f"/relationships/{row.uid}/hand-over/", {"colleague": str(owner.uid)})
    )
    made_up = f"/relationships/{other.uid}/owner/?user={second.uid}&since=2026-01-01"
    for address in (made_up, undo.replace(str(row.uid), str(other.uid)), f"{undo}x"):
        said = client.post(address, headers={"HX-Request": "true"})
        assert "This can no longer be undone." in said["HX-Trigger"]
    client.force_login(UserFactory(role="recruiter"))
    client.post(undo)
    row.refresh_from_db()
    assert row.owner == owner
    third = UserFactory(role="recruiter")
    hand_over_relationship(relationship=row, actor=owner, owner=third)
    client.force_login(second)
    client.post(undo)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.owner, other.owner) == (third, owner)


def test_the_panel_says_until_when_and_who_else(client: Client, owner: User, second: User) -> None:
    row = owned(owner)
    client.force_login(owner)
    client.post(f"/relationships/{row.uid}/co-owners/new/", {"user": str(second.uid)})
    page = client.get(f"/people/{row.contact.uid}/").content.decode()
    assert "holds until" in page
    assert "22 days left" in page
    assert "Fatma Kaya" in page
    client.post(f"/relationships/{row.uid}/co-owners/{second.uid}/remove/")
    assert not CoOwner.objects.exists()
    client.post(f"/relationships/{row.uid}/co-owners/{second.uid}/put-back/")
    assert CoOwner.objects.get().user == second


def test_who_puts_themselves_beside_a_colleague_says_why(
    client: Client, owner: User, second: User
) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/relationships/{row.uid}/co-owners/new/"
    assert "Needed if you choose yourself." in client.get(url).content.decode()
    refused = client.post(url, {"user": str(second.uid), "override_reason": " "})
    assert refused.status_code == 422
    assert "22 days left" in refused.content.decode()
    beside = f"/relationships/{row.uid}/co-owners/{second.uid}"
    client.post(f"{beside}/put-back/")
    assert not CoOwner.objects.exists()

    client.post(url, {"user": str(second.uid), "override_reason": "He asked me to"})

    assert CoOwner.objects.get().user == second
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.act, made.reason) == (owner, "take_over", "He asked me to")
    undo = undo_of(client.post(f"{beside}/remove/"))
    client.post(undo.replace(str(row.uid), str(owned(owner).uid)))
    assert not CoOwner.objects.exists()
    client.post(undo)
    assert CoOwner.objects.get().relationship == row
    assert OwnershipOverride.objects.count() == 1


def test_a_colleague_is_put_beside_without_a_word(
    client: Client, owner: User, second: User
) -> None:
    row = owned(owner)
    client.force_login(second)
    third = UserFactory(role="recruiter")
    client.post(f"/relationships/{row.uid}/co-owners/new/", {"user": str(third.uid)})
    assert CoOwner.objects.get().user == third
    assert not OwnershipOverride.objects.exists()


def test_who_begins_one_of_their_own_beside_a_colleague_says_why(
    client: Client, owner: User, second: User
) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/people/{row.contact.uid}/relationships/new/"
    first = Stage.objects.get(lifecycle__kind="alumnus", is_entry=True)
    body = {"stage": str(first.uid), "owner": str(second.uid), "started_on": "2026-03-10"}
    refused = client.post(url, body)
    assert refused.status_code == 422
    assert "22 days left" in refused.content.decode()
    assert Relationship.objects.get() == row

    client.post(url, {**body, "override_reason": "He asked me to"})

    assert Relationship.objects.get(kind="alumnus").owner == second
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.act, made.reason) == (owner, "take_over", "He asked me to")


def test_beginning_one_for_its_owner_needs_no_reason(
    client: Client, owner: User, second: User
) -> None:
    row = owned(owner)
    client.force_login(second)
    first = Stage.objects.get(lifecycle__kind="alumnus", is_entry=True)
    body = {"stage": str(first.uid), "owner": str(owner.uid), "started_on": "2026-03-10"}
    client.post(f"/people/{row.contact.uid}/relationships/new/", body)
    assert Relationship.objects.get(kind="alumnus").owner == owner
    assert not OwnershipOverride.objects.exists()


def test_who_becomes_the_owner_as_they_become_something_else_says_why(
    client: Client, owner: User, second: User
) -> None:
    row = owned(owner)
    client.force_login(second)
    url = f"/relationships/{row.uid}/becomes/employee/"
    first = Stage.objects.get(lifecycle__kind="employee", is_entry=True)
    body = {"on": "2026-03-10", "stage": str(first.uid), "owner": str(second.uid)}
    shown = client.get(url).content.decode()
    refused = client.post(url, body)
    assert "Needed if you choose yourself." in shown
    assert refused.status_code == 422
    assert "22 days left" in refused.content.decode()
    assert Relationship.objects.get().ended_on is None
    sent = {"relationship": str(row.uid), "to_kind": "employee", "on": "2026-03-10"}
    address = "/api/v1/kind-changes"
    api = client_for(second)
    mine = {**sent, "owner": str(second.uid)}
    assert_problem(api.post(address, mine, format="json"), 409, "held_by_colleague")

    client.post(url, {**body, "override_reason": "He will work for me"})

    assert Relationship.objects.open().get().owner == second
    made = OwnershipOverride.objects.get()
    assert (made.owner, made.act, made.reason) == (owner, "take_over", "He will work for me")


def test_by_the_api_one_becomes_the_owner_with_a_reason(owner: User, second: User) -> None:
    kept, taken = owned(owner), owned(owner)
    api = client_for(second)
    sent = {"to_kind": "employee", "on": "2026-03-10"}
    own = {"owner": str(second.uid), "override_reason": "He will work for me"}
    for row, more in ((kept, {}), (taken, own)):
        body = {**sent, "relationship": str(row.uid), **more}
        answer = api.post("/api/v1/kind-changes", body, format="json")
        assert answer.status_code == 201
    assert Relationship.objects.open().get(contact=kept.contact).owner == owner
    assert Relationship.objects.open().get(contact=taken.contact).owner == second
    assert OwnershipOverride.objects.get().contact == taken.contact


def test_the_rules_are_set_by_who_may(client: Client) -> None:
    client.force_login(UserFactory(role="administrator"))
    body = {}
    for kind in ("prospect", "employee", "freelancer", "alumnus"):
        body |= {f"{kind}-basis": "fixed", f"{kind}-days": "30"}
    wrong = client.post("/settings/ownership/", {**body, "prospect-days": "0"})
    assert wrong.status_code == 422
    assert OwnershipRule.objects.get(kind="alumnus").days == 365
    assert client.post("/settings/ownership/", body).status_code == 302
    assert {(rule.basis, rule.days) for rule in OwnershipRule.objects.all()} == {("fixed", 30)}


def test_the_api_says_who_and_how_long_and_takes_a_reason(owner: User, second: User) -> None:
    row = owned(owner)
    CoOwner.objects.create(relationship=row, user=UserFactory(name="Grace Poel"))
    api = client_for(second)
    address = f"/api/v1/relationships/{row.uid}"

    read = api.get(address).json()
    refused = api.post(f"{address}/hand-over", {"owner": str(second.uid)})
    problem = assert_problem(refused, 409, "held_by_colleague")
    made = api.post(
        f"{address}/hand-over", {"owner": str(second.uid), "override_reason": "On leave"}
    )

    assert_is("Relationship", read)
    assert (read["held_until"], read["co_owners"][0]["name"]) == ("2026-03-31", "Grace Poel")
    assert problem["context"] == {
        "owner": {"id": str(owner.uid), "name": "Joris Prins"},
        "held_until": "2026-03-31",
        "days_left": 22,
    }
    assert made.json()["owner"]["name"] == "Fatma Kaya"
    assert OwnershipOverride.objects.get().reason == "On leave"
