"""The queue of pairs, the page side by side, merges and their undo, rules."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, DuplicateProposal, DuplicateRule, DuplicateSearch, MergeRecord
from contacts.services import duplicate_work
from contacts.services.contacts import create_contact
from contacts.services.merging import merge_contacts
from core.models import User
from tests.factories import ConsentFactory, ContactFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

QUEUE = reverse("contacts:duplicates")


@pytest.fixture
def manager(client: Client) -> User:
    user = UserFactory(role="hr-manager", language="en")
    client.force_login(user)
    return user


def pair(given: str = "Eva", **fields: object) -> DuplicateProposal:
    known = {"given_name": given, "family_name": "Oosterwegel", "city": "Gouda", **fields}
    one = create_contact(actor=None, **known)  # type: ignore[arg-type]
    create_contact(actor=None, **known)  # type: ignore[arg-type]
    duplicate_work.look_at_due()
    return DuplicateProposal.objects.of(one.pk).get()


def decide(client: Client, proposal: DuplicateProposal, act: str, **headers: str) -> object:
    url = reverse("contacts:decide_duplicate", args=[proposal.uid])
    return client.post(url, {"act": act}, headers=headers)


def test_the_queue_shows_pairs_and_why(client: Client, manager: User) -> None:
    pair()

    page = client.get(QUEUE).content.decode()

    for words in ("Eva Oosterwegel", "same family name", "same given name", "same city", "Gouda"):
        assert words in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_as_many_queries_for_three_as_for_one(
    client: Client,
    manager: User,
    count: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for given in ("Eva", "Piet", "Sjoerd")[:count]:
        pair(given, emails=[f"{given}@example.org"], phones=["0612345678"])
    client.get(QUEUE)

    with django_assert_num_queries(19):
        client.get(QUEUE)


def test_the_most_certain_come_first_and_can_be_asked_for_alone(
    client: Client, manager: User
) -> None:
    pair("Piet")
    pair("Eva", emails=["eva@example.org"], phones=["0612345678"])

    first = [one.survivor.given_name for one in client.get(QUEUE).context["page"].pairs]
    certain = [
        one.survivor.given_name
        for one in client.get(QUEUE, {"certainty": "almost"}).context["page"].pairs
    ]
    named = [
        one.survivor.given_name for one in client.get(QUEUE, {"q": "piet"}).context["page"].pairs
    ]

    assert (first, certain, named) == (["Eva", "Piet"], ["Eva"], ["Piet"])


def test_merging_from_the_queue_and_back(client: Client, manager: User) -> None:
    proposal = pair()

    answer = decide(client, proposal, "merge", **{"hx-request": "true"})

    record = MergeRecord.objects.get()
    undo = reverse("contacts:undo_merge", args=[record.uid])
    assert undo in answer.headers["HX-Trigger"]  # type: ignore[attr-defined]
    assert Contact.objects.active().count() == 1
    client.post(undo)
    assert Contact.objects.active().count() == 2
    assert DuplicateProposal.objects.get().decision == ""


def test_deciding_without_a_script_leads_back_to_the_queue(client: Client, manager: User) -> None:
    answer = decide(client, pair(), "different")

    assert (answer.status_code, answer["Location"]) == (302, QUEUE)  # type: ignore[attr-defined,index]
    assert client.get(QUEUE).context["page"].pairs == []
    assert len(client.get(QUEUE, {"show": "decided"}).context["page"].pairs) == 1


def test_what_was_decided_can_be_reopened(client: Client, manager: User) -> None:
    proposal = pair()
    decide(client, proposal, "later")
    assert len(client.get(QUEUE, {"show": "later"}).context["page"].pairs) == 1

    client.post(reverse("contacts:reopen_duplicate", args=[proposal.uid]))

    assert len(client.get(QUEUE).context["page"].pairs) == 1


@pytest.mark.parametrize("act", ["", "erase", "\x00"])
def test_an_act_that_there_is_not_does_nothing(client: Client, manager: User, act: str) -> None:
    proposal = pair()

    decide(client, proposal, act)

    proposal.refresh_from_db()
    assert (proposal.decision, Contact.objects.active().count()) == ("", 2)


def test_safe_pairs_are_merged_at_once_and_ticked_ones_too(client: Client, manager: User) -> None:
    pair("Eva", emails=["eva@example.org"])
    ticked, left = pair("Piet"), pair("Sjoerd")
    url = reverse("contacts:merge_many")

    client.post(url, {"which": "exact"})
    assert MergeRecord.objects.count() == 1
    client.post(url, {"pair": [str(ticked.uid), "no uid"]})

    assert MergeRecord.objects.count() == 2
    assert list(DuplicateProposal.objects.all()) == [left]


def test_pairs_of_another_unit_are_not_there(client: Client) -> None:
    unit = OrgUnitFactory()
    client.force_login(UserFactory(role="hr-manager", unit=unit))
    proposal = pair(unit=OrgUnitFactory())

    assert client.get(QUEUE).context["page"].pairs == []
    assert decide(client, proposal, "merge").status_code == 404  # type: ignore[attr-defined]
    client.post(reverse("contacts:merge_many"), {"pair": str(proposal.uid)})
    assert not MergeRecord.objects.exists()


def test_everybody_is_searched_by_who_holds_the_whole(client: Client) -> None:
    url = reverse("contacts:search_duplicates")
    client.force_login(UserFactory(role="hr-manager", unit=OrgUnitFactory()))
    client.post(url)
    assert not DuplicateSearch.objects.exists()

    client.force_login(UserFactory(role="hr-manager"))
    client.post(url)
    client.post(url)

    assert DuplicateSearch.objects.count() == 1
    assert client.get(reverse("contacts:duplicates_progress")).status_code == 200


def test_rules_are_switched_by_who_holds_the_whole(client: Client) -> None:
    pair(emails=["eva@example.org"])
    url = reverse("contacts:duplicate_rules")
    client.force_login(UserFactory(role="hr-manager", unit=OrgUnitFactory()))
    client.post(url, {"rule": "email", "is_active": "1"})
    assert not DuplicateRule.objects.exists()

    client.force_login(UserFactory(role="hr-manager"))
    lines = {line.rule.key: line.count for line in client.get(url).context["lines"]}
    client.post(url, {"rule": "email", "is_active": "1"})
    client.post(url, {"rule": "city", "is_active": "1"})

    assert lines == {"profile": 0, "email": 1, "mobile": 0}
    assert list(DuplicateRule.objects.values_list("key", "is_active")) == [("email", True)]


# Side by side ------------------------------------------------------------------------------------


def merge_page(survivor: Contact, duplicate: Contact) -> str:
    return f"{reverse('contacts:merge', args=[survivor.uid])}?with={duplicate.uid}"


def test_side_by_side_one_sees_what_will_be(client: Client, manager: User) -> None:
    survivor = ContactFactory(city="Gouda", headline="", email="a@example.org")
    duplicate = ContactFactory(city="Delft", headline="Nurse", email="b@example.org")
    ConsentFactory(contact=survivor)
    ConsentFactory(contact=duplicate, withdrawn=True)

    preview = client.get(merge_page(survivor, duplicate)).context["preview"]

    defaults = {choice.name: choice.default for choice in preview.differing}
    assert defaults == {"name": "survivor", "city": "survivor", "headline": "duplicate"}
    assert preview.lists[0].entries == [("a@example.org", False), ("b@example.org", True)]
    assert [(word.result, word.is_restricted) for word in preview.words] == [("withdrawn", True)]
    assert {line.label: line.count for line in preview.followers} == {
        "e-mail addresses": 1,
        "consents": 1,
    }


def test_a_name_is_chosen_with_its_initials_and_the_name_at_birth(
    client: Client, manager: User
) -> None:
    named = {"given_name": "Eva", "family_name": "Vos"}
    survivor = ContactFactory(**named, given_initials="E.M.", form_of_address="formal")
    duplicate = ContactFactory(**named, birth_name="de Boer", form_of_address="informal")

    preview = client.get(merge_page(survivor, duplicate)).context["preview"]

    shown = {choice.name: (choice.survivor, choice.duplicate) for choice in preview.differing}
    assert shown == {
        "name": ("Eva Vos, E.M.", "Eva Vos, at birth de Boer"),
        "form_of_address": ("Formal", "Informal"),
    }
    client.post(merge_page(survivor, duplicate), {"choice-form_of_address": "duplicate"})
    survivor.refresh_from_db()
    assert survivor.form_of_address == "informal"


def test_what_is_chosen_is_what_stays(client: Client, manager: User) -> None:
    survivor, duplicate = ContactFactory(city="Gouda"), ContactFactory(city="Delft")

    answer = client.post(merge_page(survivor, duplicate), {"choice-city": "duplicate"})

    survivor.refresh_from_db()
    assert answer["Location"] == reverse("contacts:person", args=[survivor.uid])
    assert survivor.city == "Delft"


@pytest.mark.parametrize("other", ["x", "00000000-0000-0000-0000-000000000000", "itself", "hidden"])
def test_only_another_person_in_sight_can_be_merged(client: Client, other: str) -> None:
    unit = OrgUnitFactory()
    client.force_login(UserFactory(role="hr-manager", unit=unit))
    survivor, hidden = ContactFactory(unit=unit), ContactFactory(unit=OrgUnitFactory())
    uid = {"itself": survivor.uid, "hidden": hidden.uid}.get(other, other)

    answer = client.post(reverse("contacts:merge", args=[survivor.uid]), {"with": uid})

    assert answer.status_code == 404
    assert not MergeRecord.objects.exists()


def test_the_other_is_found_by_name(client: Client, manager: User) -> None:
    survivor, other = ContactFactory(), ContactFactory(family_name="Wiersma")

    page = client.get(reverse("contacts:merge", args=[survivor.uid]), {"q": "wiers"})

    assert page.context["found"] == [other]


def test_two_who_were_ticked_are_taken_to_their_page(client: Client, manager: User) -> None:
    old, young, third = ContactFactory(), ContactFactory(), ContactFactory()
    url = reverse("contacts:merge_two")

    two = client.get(url, {"only": [str(young.uid), str(old.uid)]})
    three = client.get(url, {"only": [str(one.uid) for one in (old, young, third)]})
    none = client.get(url, {"only": "x"})

    assert two["Location"] == merge_page(old, young)
    assert (three["Location"], none["Location"]) == (reverse("contacts:people"),) * 2


def test_undoing_can_say_that_they_are_two(client: Client, manager: User) -> None:
    proposal = pair()
    decide(client, proposal, "merge")
    record = MergeRecord.objects.get()

    client.post(reverse("contacts:undo_merge", args=[record.uid]), {"are_two": "1"})

    assert DuplicateProposal.objects.get().decision == "different"


def test_an_undo_that_is_refused_leads_to_why(client: Client, manager: User) -> None:
    anna, bram, cees = (ContactFactory(given_name=name) for name in ("Anna", "Bram", "Cees"))
    inner = merge_contacts(survivor=anna, duplicate=bram, actor=manager)
    outer = merge_contacts(survivor=cees, duplicate=anna, actor=manager)

    answer = client.post(reverse("contacts:undo_merge", args=[inner.uid]), follow=True)

    assert reverse("contacts:one_merge", args=[outer.uid]) in answer.content.decode()
    assert Contact.objects.active().count() == 1


# Before somebody is added ------------------------------------------------------------------------

FORM = {
    "given_name": "Eva",
    "family_name": "Oosterwegel",
    "city": "Gouda",
    "language": "nl",
    "unit": "",
    **{
        f"{kind}-{name}": "0"
        for kind in ("emails", "phones", "profiles", "postal_addresses")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    },
}


def known() -> Contact:
    return create_contact(
        actor=None, given_name="Eva", family_name="Oosterwegel", city="Gouda", headline="Nurse"
    )


def test_whoever_may_be_known_is_shown_before_saving_and_can_be_added_all_the_same(
    client: Client, manager: User
) -> None:
    eva = known()
    url = reverse("contacts:new")

    asked = client.post(url, FORM)
    assert [hint.contact for hint in asked.context["hints"]] == [eva]
    assert Contact.objects.count() == 1
    client.post(url, {**FORM, "seen": str(eva.uid)})

    assert Contact.objects.count() == 2


def test_a_hint_comes_as_one_types(client: Client, manager: User) -> None:
    eva = known()
    url = reverse("contacts:known")

    shown = client.post(url, FORM).content.decode()
    nothing = client.post(url, {**FORM, "family_name": "", "city": ""}).content.decode()

    assert ("This may be someone we know" in shown, str(eva.uid) in shown) == (True, True)
    assert "someone we know" not in nothing


def test_nothing_is_told_of_people_out_of_sight(client: Client) -> None:
    unit = OrgUnitFactory()
    client.force_login(UserFactory(role="recruiter", unit=unit))
    known()

    assert "Nurse" not in client.post(reverse("contacts:known"), FORM).content.decode()
    client.post(reverse("contacts:new"), {**FORM, "unit": unit.pk})
    assert Contact.objects.count() == 2
