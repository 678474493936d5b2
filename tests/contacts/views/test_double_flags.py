"""Recruiters, who may not merge, say whom they take for one; those who may see who said so."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact, DuplicateFlag, DuplicateProposal
from contacts.services import duplicate_work
from contacts.services.contacts import create_contact
from contacts.services.duplicate_flags import flag_pair
from contacts.services.proposals import decide_different
from core.models import User
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

QUEUE = reverse("contacts:duplicates")


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en", name="Samira")
    client.force_login(user)
    return user


def person(given: str = "Eva", family: str = "Oosterwegel", **known: object) -> Contact:
    return create_contact(actor=None, given_name=given, family_name=family, **known)  # type: ignore[arg-type]


def page_of(contact: Contact) -> str:
    return reverse("contacts:flag_double", args=[contact.uid])


@pytest.mark.usefixtures("recruiter")
def test_the_other_one_is_found_by_name_or_by_what_is_known(client: Client) -> None:
    eva, twin = person(), person()
    duplicate_work.look_at_due()
    ingrid = person("Ingrid", "Zijlstra")

    page = client.get(page_of(eva)).content.decode()
    assert f'href="?with={twin.uid}"' in page
    assert "same family name, same given name" in page

    found = client.get(page_of(eva), {"q": "zijl"}, headers={"HX-Request": "true"})
    assert f'href="?with={ingrid.uid}"' in found.content.decode()
    assert str(eva.uid) not in found.content.decode()


def test_flagging_leads_back_to_the_person_with_undo(client: Client, recruiter: User) -> None:
    eva, ingrid = person(), person("Ingrid", "Zijlstra")
    assert "Ingrid Zijlstra" in client.get(page_of(eva), {"with": ingrid.uid}).content.decode()

    answer = client.post(page_of(eva), {"with": ingrid.uid, "why": "She <b>married"}, follow=True)

    shown = answer.content.decode()
    flag = DuplicateFlag.objects.get()
    assert answer.redirect_chain == [(reverse("contacts:person", args=[eva.uid]), 302)]
    assert "Who may merge them will look." in shown
    assert "“She &lt;b&gt;married”" in shown
    undo = reverse("contacts:unflag_double", args=[flag.uid])
    assert undo in shown
    client.post(undo)
    assert not DuplicateProposal.objects.exists()


def test_what_was_decided_is_told(client: Client, recruiter: User) -> None:
    eva, ingrid = person(), person("Ingrid", "Zijlstra")
    flag_pair(one=eva, other=ingrid, actor=recruiter)
    DuplicateProposal.objects.update(decision="different")

    answer = client.post(page_of(eva), {"with": ingrid.uid}, follow=True)

    assert "They were found to be two people." in answer.content.decode()


def test_a_colleagues_word_cannot_be_taken_back(client: Client, recruiter: User) -> None:
    flag = flag_pair(one=person(), other=person("Ingrid", "Zijlstra"), actor=UserFactory())

    assert client.post(reverse("contacts:unflag_double", args=[flag.uid])).status_code == 404
    assert DuplicateFlag.objects.exists()


@pytest.mark.usefixtures("recruiter")
@pytest.mark.parametrize("named", ["", "x", "self", "gone"])
def test_nobody_else_is_a_404(client: Client, named: str) -> None:
    eva = person()
    known = {"self": str(eva.uid), "gone": str(ContactFactory(erased_at="2026-01-01T00:00Z").uid)}

    assert client.post(page_of(eva), {"with": known.get(named, named)}).status_code == 404
    assert not DuplicateProposal.objects.exists()


def test_of_people_elsewhere_nothing_is_told_nor_flagged(client: Client) -> None:
    branch = OrgUnitFactory()
    mine, hidden = person(unit=branch), person(unit=OrgUnitFactory())
    duplicate_work.look_at_due()
    client.force_login(UserFactory(role="recruiter", unit=branch))

    shown = client.get(reverse("contacts:person", args=[mine.uid])).content.decode()

    assert "May stand here twice" not in shown
    assert str(hidden.uid) not in client.get(page_of(mine)).content.decode()
    assert client.get(page_of(mine), {"with": hidden.uid}).status_code == 404
    assert client.post(page_of(mine), {"with": hidden.uid}).status_code == 404


def test_a_reader_flags_nothing(client: Client) -> None:
    client.force_login(UserFactory(role="reader"))
    eva, twin = person(), person()

    assert client.post(page_of(eva), {"with": twin.uid}).status_code == 403
    person_page = client.get(reverse("contacts:person", args=[eva.uid])).content.decode()
    assert page_of(eva) not in person_page


@pytest.mark.usefixtures("recruiter")
def test_the_person_page_tells_a_recruiter_and_offers_the_way(client: Client) -> None:
    eva, twin = person(), person()
    duplicate_work.look_at_due()
    url = reverse("contacts:person", args=[eva.uid])

    before = client.get(url).content.decode()
    client.post(page_of(eva), {"with": twin.uid})
    after = client.get(url).content.decode()

    assert "May stand here twice" in before
    assert "Have a colleague who may merge them look" in before
    assert reverse("contacts:merge", args=[eva.uid]) not in before
    assert "Have a colleague who may merge them look" not in after
    assert "Flagged by Samira" in after


@pytest.mark.usefixtures("recruiter")
def test_who_is_added_all_the_same_can_be_flagged_at_once(client: Client) -> None:
    eva = person(emails=["eva@example.org"])
    duplicate_work.look_at_due()
    form = {"given_name": "Eva", "family_name": "Oosterwegel", "language": "nl"}
    for name in ("emails", "phones", "postal_addresses", "profiles"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}

    asked = client.post(reverse("contacts:new"), form).content.decode()
    assert f'name="double" form="contact-form" value="{eva.uid}"' in asked
    answer = client.post(reverse("contacts:new"), {**form, "seen": eva.uid, "double": eva.uid})

    assert answer.status_code == 302
    flag = DuplicateFlag.objects.get()
    assert eva in (flag.proposal.first, flag.proposal.second)


def test_those_who_decide_see_it_ahead_and_alone(client: Client, recruiter: User) -> None:
    person("Piet", "Jager"), person("Piet", "Jager")
    duplicate_work.look_at_due()
    flag_pair(one=person(), other=person("Ingrid", "Zijlstra"), actor=recruiter, why="One mother")
    client.force_login(UserFactory(role="hr-manager", language="en"))

    def pairs(**asked: str) -> list[str]:
        context = client.get(QUEUE, asked).context
        return [pair.survivor.given_name for pair in context["pairs"]]

    assert pairs() == ["Eva", "Piet"]
    assert pairs(certainty="flagged") == ["Eva"]
    assert pairs(q="piet") == ["Piet"]
    html = client.get(QUEUE).content.decode()
    assert "Flagged by Samira" in html
    assert "“One mother”" in html
    assert "By a colleague&#x27;s word" in html


def test_the_number_that_waits_counts_it(client: Client, recruiter: User) -> None:
    flag_pair(one=person(), other=person("Ingrid", "Zijlstra"), actor=recruiter)
    client.force_login(UserFactory(role="hr-manager"))

    assert client.get(QUEUE).context["waiting_count"] == 1


def test_who_flagged_reads_on_both_pages_what_was_found(client: Client, recruiter: User) -> None:
    eva, ingrid = person(), person("Ingrid", "Zijlstra <b>")
    flag = flag_pair(one=eva, other=ingrid, actor=recruiter)
    told = "Hanna found on"
    pages = [reverse("contacts:person", args=[one.uid]) for one in (eva, ingrid)]
    assert [told in client.get(page).content.decode() for page in pages] == [False, False]

    decide_different(proposal=flag.proposal, actor=UserFactory(role="hr-manager", name="Hanna"))

    shown = [client.get(page).content.decode() for page in pages]
    assert [told in page for page in shown] == [True, True]
    assert "Zijlstra &lt;b&gt;</a> is somebody else." in shown[0]
    client.force_login(UserFactory(role="recruiter", language="en"))
    assert told not in client.get(pages[0]).content.decode()
    client.force_login(recruiter)
    DuplicateProposal.objects.update(decided_at=timezone.now() - timedelta(days=31))
    assert told not in client.get(pages[0]).content.decode()


def test_of_whom_one_may_not_see_nothing_is_told(client: Client) -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=north, language="en")
    eva, ingrid = person(unit=north), person("Ingrid", "Zijlstra", unit=north)
    flag = flag_pair(one=eva, other=ingrid, actor=recruiter)
    decide_different(proposal=flag.proposal, actor=UserFactory(role="hr-manager"))
    Contact.objects.filter(pk=ingrid.pk).update(unit=south)
    client.force_login(recruiter)

    page = client.get(reverse("contacts:person", args=[eva.uid])).content.decode()

    assert "Zijlstra" not in page
