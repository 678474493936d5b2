"""The page of mail that nobody is known by, and one's own filing address."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from contacts.models import Contact
from contacts.services.contacts import archive_contact, restore_contact
from core.models import User
from integrations.models import Correspondent, FilingAddress
from integrations.selectors.waiting import name_parts, unknown_mail, waiting_count
from integrations.services.filing import file_waiting
from relationships.models import Interaction
from tests.factories import ContactFactory, EmailAddressFactory, OrgUnitFactory, UserFactory
from tests.integrations.mails import address_of, capture, mail, recruiter
from tests.support.toasts import undo_of

pytestmark = pytest.mark.django_db
URL = "/mail/"


@pytest.fixture(autouse=True)
def _domain(settings: Settings) -> None:
    settings.CAPTURE_DOMAIN = "file.trm.example"


@pytest.fixture
def user() -> User:
    return recruiter(language="en")


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def waits(user: User, sender: str = "Eva van der Vos <eva@x.example>", number: int = 1) -> str:
    """The path under which the address is dealt with."""
    held = capture(user, mail(sender=sender, message_id=f"<{number}@{user.pk}.x>"))
    return f"{URL}{held.correspondents.get().uid}/"


def test_each_address_stands_there_once_with_its_latest_mail(client: Client, user: User) -> None:
    waits(user, number=1)
    waits(user, number=2)
    waits(user, "<script>alert(1)</script> <x@x.example>", number=3)
    page = client.get(URL).content.decode()
    assert page.count("<article") == 2
    assert "2 mails" in page
    assert "eva@x.example" in page
    assert "Shall we talk on Friday?" in page
    assert "<script>alert" not in page
    assert waiting_count(user) == 2


def test_a_colleagues_mail_is_not_there(client: Client) -> None:
    path = waits(recruiter())
    assert "<article" not in client.get(URL).content.decode()
    for act in ("person", "set-aside", "take-back"):
        assert client.post(f"{path}{act}/", {"person": "x"}).status_code == 404
    assert client.get(f"{path}person/").status_code == 404


def test_this_is(client: Client, user: User) -> None:
    path = waits(user)
    eva = ContactFactory(given_name="Eva", infix="van der", family_name="Vos")
    ContactFactory(given_name="Bas")
    page = client.get(f"{path}person/").content.decode()
    assert str(eva.uid) in page, "who is called so is offered without being searched for"
    found = client.get(f"{path}person/?q=bas", headers={"hx-request": "true"}).content.decode()
    assert "Bas" in found
    assert "<html" not in found
    answer = client.post(f"{path}person/", {"person": str(eva.uid)}, follow=True)
    assert "1 mail now stands with Eva van der Vos." in answer.content.decode()
    assert Interaction.objects.get().contact == eva
    assert eva.email_addresses.get(address="eva@x.example").contact == eva
    undo = undo_of(client.post(f"{waits(user, 'x@x.example', 2)}person/", {"person": str(eva.uid)}))
    assert Interaction.objects.count() == 2
    assert Client().post(undo).status_code == 302
    client.post(undo)
    assert waiting_count(user) == 1
    assert Interaction.objects.get().summary == "The training"
    again = client.post(f"{path}person/", {"person": str(eva.uid)}, follow=True)
    assert "This mail has been dealt with." in again.content.decode()


@pytest.mark.parametrize("person", ["", "x", "00000000-0000-7000-8000-000000000000"])
def test_nobody_is_no_answer(client: Client, user: User, person: str) -> None:
    assert client.post(f"{waits(user)}person/", {"person": person}).status_code == 404


def test_a_person_whom_one_may_not_see_is_neither_found_nor_chosen() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    user = recruiter(unit=south, language="en")
    client = Client()
    client.force_login(user)
    hidden = ContactFactory(unit=north, given_name="Eva", family_name="Vos", email="eva@x.example")
    path = waits(user)
    assert str(hidden.uid) not in client.get(URL).content.decode()
    assert str(hidden.uid) not in client.get(f"{path}person/?q=eva").content.decode()
    assert client.post(f"{path}person/", {"person": str(hidden.uid)}).status_code == 404
    assert not Interaction.objects.exists()


def test_who_may_not_change_a_person_gives_them_no_address(client: Client, user: User) -> None:
    path = waits(user)
    eva = ContactFactory()
    role = user.role_grants.get().role
    role.permissions = [one for one in role.permissions if one != "contacts.change_contact"]
    role.save()
    assert client.post(f"{path}person/", {"person": str(eva.uid)}).status_code == 403
    assert "A new person" not in client.get(URL).content.decode()
    EmailAddressFactory(contact=eva, address="Eva@x.example")
    assert client.post(f"{path}person/", {"person": str(eva.uid)}).status_code == 302
    assert Interaction.objects.get().contact == eva


def test_of_several_with_the_address_each_is_offered(client: Client, user: User) -> None:
    people = [ContactFactory() for _number in range(2)]
    for person in people:
        EmailAddressFactory(contact=person, address="eva@x.example")
    path = waits(user)
    page = client.get(URL).content.decode()
    assert "Several people have this address:" in page
    assert all(str(person.uid) in page for person in people)
    client.post(f"{path}person/", {"person": str(people[1].uid)})
    assert Interaction.objects.get().contact == people[1]


def test_who_was_put_aside_is_named_and_filed_with_once_back(client: Client, user: User) -> None:
    eva = ContactFactory(given_name="Eva", family_name="Vos", email="eva@x.example")
    archive_contact(contact=eva, actor=user)
    waits(user)
    page = client.get(URL).content.decode()
    assert "Eva Vos has this address and was put aside." in page
    assert "File with" not in page
    restore_contact(contact=eva, actor=user)
    file_waiting()
    assert Interaction.objects.get().contact == eva


def test_a_new_person_is_written_down_with_what_is_known(client: Client, user: User) -> None:
    waits(user)
    line = unknown_mail(user, "waiting").lines[0]
    form = client.get(line.new_url).content.decode()
    for value in ("Eva", "van der", "Vos", "eva@x.example"):
        assert f'value="{value}"' in form
    sent = {"given_name": "Eva", "family_name": "Vos", "language": "nl"}
    for prefix in ("emails", "phones", "postal_addresses", "profiles"):
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    sent |= {"emails-TOTAL_FORMS": "1", "emails-INITIAL_FORMS": "1"}
    sent |= {"emails-0-address": "eva@x.example"}
    sent |= {"emails-0-label": "work"}
    assert client.post(line.new_url, sent).status_code == 302
    assert Contact.objects.get().email_addresses.get().address == "eva@x.example"
    file_waiting()
    assert Interaction.objects.get().contact.given_name == "Eva"
    assert waiting_count(user) == 0


def test_not_for_here_and_taken_back(client: Client, user: User) -> None:
    path = waits(user)
    answer = client.post(f"{path}set-aside/", headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "hx-swap-oob" in answer.content.decode()
    assert f"{path}take-back/" in answer.headers["HX-Trigger"]
    assert "<article" not in client.get(URL).content.decode()
    assert "Have it wait again" in client.get(f"{URL}?show=aside").content.decode()
    back = client.post(f"{path}take-back/", follow=True)
    assert "It waits here again." in back.content.decode()
    assert Correspondent.objects.get().state == "waiting"


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_of_one_as_of_three(
    number: int, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for at in range(number):
        waits(user, f"Eva <eva{at}@x.example>", number=at)
        person = ContactFactory()
        EmailAddressFactory(contact=person, address=f"eva{at}@x.example")
    with django_assert_num_queries(6):
        found = unknown_mail(User.objects.get(pk=user.pk), "waiting")
    assert [len(line.candidates) for line in found.lines] == [1] * number


def test_ones_own_address_is_made_shown_and_renewed() -> None:
    user = UserFactory(role="recruiter", language="en")
    client = Client()
    client.force_login(user)
    url = reverse("integrations:filing")
    assert "Make my address" in client.get(url).content.decode()
    assert not FilingAddress.objects.exists()
    client.post(url)
    first = address_of(user)
    assert first in client.get(url).content.decode()
    renew = reverse("integrations:filing-renew")
    assert client.get(renew).status_code == 200
    assert address_of(user) == first
    client.post(renew)
    assert address_of(user) != first


def test_without_a_domain_no_address_is_shown(client: Client, settings: Settings) -> None:
    settings.CAPTURE_DOMAIN = ""
    page = client.get(reverse("integrations:filing")).content.decode()
    assert "Mail cannot come in yet" in page


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Eva van der Vos", ("Eva", "van der", "Vos")),
        ("Vos, Eva", ("Eva", "", "Vos")),
        ("van der Vos, Eva Maria", ("Eva Maria", "van der", "Vos")),
        ("Eva", ("Eva", "", "")),
        ("", ("", "", "")),
    ],
)
def test_a_name_in_parts(name: str, parts: tuple[str, str, str]) -> None:
    assert name_parts(name) == parts
