import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from contacts.services.contacts import update_contact
from core.models import AuditEntry, User
from tests.factories import ContactFactory, OrgUnitFactory, TagFactory, UserFactory
from tests.factories.core import grant_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def address(person: Contact, column: str = "city") -> str:
    return reverse("contacts:cell", args=[person.uid, column])


def posted(client: Client, person: Contact, column: str, **values: str) -> dict[str, str]:
    """What the form of the cell would send, with other values in it."""
    form = client.get(address(person, column)).context
    return {
        "expected_updated_at": form["expected_updated_at"],
        "was": str(form["was"]),
        **values,
    }


@pytest.mark.usefixtures("recruiter")
def test_a_field_is_changed_in_its_cell_as_on_its_page(client: Client) -> None:
    person = ContactFactory(city="Delft")
    data = posted(client, person, "city", city=" Gouda ")

    answer = client.post(address(person), data)

    assert (answer.status_code, answer.content.decode()) == (200, "Gouda")
    person.refresh_from_db()
    assert person.city == "Gouda"
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.details) == ("contacts.updated", {"fields": ["city"]})


@pytest.mark.usefixtures("recruiter")
def test_tags_unit_and_language_too(client: Client) -> None:
    unit = OrgUnitFactory(name="North")
    person = ContactFactory(language="nl")
    person.tags.add(TagFactory(name="Java"))

    tags = client.post(address(person, "tags"), posted(client, person, "tags", tags="Java, Zorg"))
    assert "Zorg" in tags.content.decode()
    kept_by = client.post(
        address(person, "unit"), posted(client, person, "unit", unit=str(unit.pk))
    )
    assert kept_by.content.decode() == "North"
    read = client.post(
        address(person, "language"), posted(client, person, "language", language="en")
    )
    assert read.content.decode() == "English"
    person.refresh_from_db()
    assert (person.unit, person.language, person.tags.count()) == (unit, "en", 2)


@pytest.mark.usefixtures("recruiter")
def test_what_somebody_else_wrote_there_meanwhile_is_shown_beside_ones_own(client: Client) -> None:
    person = ContactFactory(city="Delft")
    data = posted(client, person, "city", city="Gouda")
    update_contact(contact=person, actor=None, city="Leiden")

    answer = client.post(address(person), data)

    assert answer.status_code == 422
    assert "Saved meanwhile: Leiden" in answer.content.decode()
    assert 'value="Gouda"' in answer.content.decode()
    person.refresh_from_db()
    assert person.city == "Leiden"
    again = {**data, "expected_updated_at": answer.context["expected_updated_at"]}
    assert client.post(address(person), again).content.decode() == "Gouda"


@pytest.mark.usefixtures("recruiter")
def test_what_somebody_else_wrote_elsewhere_is_in_nobodys_way(client: Client) -> None:
    person = ContactFactory(city="Delft")
    data = posted(client, person, "city", city="Gouda")
    update_contact(contact=person, actor=None, headline="Adviser")

    assert client.post(address(person), data).content.decode() == "Gouda"

    person.refresh_from_db()
    assert (person.city, person.headline) == ("Gouda", "Adviser")


@pytest.mark.usefixtures("recruiter")
def test_a_mistake_is_said_at_the_cell_and_nothing_is_written(client: Client) -> None:
    person = ContactFactory(city="Delft")
    data = posted(client, person, "city", city="x" * 101)

    answer = client.post(address(person), data)

    assert answer.status_code == 422
    assert "at most 100 characters" in answer.content.decode()
    person.refresh_from_db()
    assert person.city == "Delft"


@pytest.mark.usefixtures("recruiter")
def test_thinking_better_of_it_gives_the_cell_as_it_was(client: Client) -> None:
    person = ContactFactory(city="Den <Haag>")

    answer = client.get(address(person), {"as-is": "1"})

    assert answer.content.decode() == "Den &lt;Haag&gt;"


@pytest.mark.usefixtures("recruiter")
def test_only_cells_that_are_fields_can_be_changed(client: Client) -> None:
    person = ContactFactory()

    for column in ("changed", "owner", "search_text", "x" * 300):
        assert client.get(address(person, column)).status_code == 404


def test_who_may_not_change_somebody_is_offered_no_cell_of_theirs(client: Client) -> None:
    own, other = OrgUnitFactory(), OrgUnitFactory()
    mine, seen = ContactFactory(unit=own), ContactFactory(unit=other)
    user = UserFactory(role="recruiter", unit=own)
    grant_role(user, "reader", other)
    client.force_login(user)

    content = client.get("/people/").content.decode()
    rows = {part[:36]: part for part in content.split('<tr data-uid="')[1:]}
    assert 'data-cell="city"' in rows[str(mine.uid)]
    assert "data-cell" not in rows[str(seen.uid)]
    assert client.post(address(seen), {"city": "x"}).status_code == 403
    assert client.post(address(ContactFactory()), {"city": "x"}).status_code == 404
