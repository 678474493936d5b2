from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import BulkRun, Contact
from contacts.services import bulk_work
from contacts.views import bulk as views
from core.models import User
from tests.contacts.bulk import run_act
from tests.factories import ContactFactory, OrgUnitFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NEW = "/people/bulk/new/"


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def tagged(name: str = "Java") -> set[Contact]:
    return set(Contact.objects.filter(tags__name=name))


@pytest.mark.usefixtures("recruiter")
def test_those_ticked_are_asked_about_and_then_done_at_once(client: Client) -> None:
    ticked, other = ContactFactory(), ContactFactory()

    page = client.get(NEW, {"act": "tag", "only": [str(ticked.uid)], "list-city": "Delft"})
    assert (page.status_code, page.context["count"]) == (200, 1)
    kept = dict(page.context["kept"])
    assert kept == {"list-only": str(ticked.uid)}
    done = client.post(NEW, {"act": "tag", "tags": "Java", "back": "/people/?q=ada", **kept})

    assert (done.status_code, done["Location"]) == (302, "/people/?q=ada")
    assert tagged() == {ticked}
    run = BulkRun.objects.get()
    assert run.state == "done"
    shown = client.get("/people/").content.decode()
    assert reverse("contacts:undo_bulk", args=[run.uid]) in shown
    client.post(reverse("contacts:undo_bulk", args=[run.uid]))
    assert tagged() == set()
    assert other not in tagged()


@pytest.mark.usefixtures("recruiter")
def test_all_who_match_are_those_of_the_filters(client: Client) -> None:
    fits = ContactFactory(city="Delft")
    ContactFactory(city="Gouda")

    page = client.get(NEW, {"act": "tag", "all": "1", "list-city": "Delft", "list-sort": "city"})
    assert (page.context["count"], page.context["people"]) == (1, "in Delft")
    assert ("list-city", "Delft") in page.context["kept"]
    client.post(NEW, {"act": "tag", "tags": "Java", "all": "1", "list-city": "Delft"})

    assert tagged() == {fits}


@pytest.mark.usefixtures("recruiter")
def test_nobody_ticked_means_nobody(client: Client) -> None:
    ContactFactory()

    assert b"Nobody was ticked" in client.get(NEW, {"act": "tag"}).content
    refused = client.post(NEW, {"act": "tag", "tags": "Java"})

    assert refused.status_code == 422
    assert not BulkRun.objects.exists()


@pytest.mark.usefixtures("recruiter")
def test_a_filter_that_is_gone_meanwhile_lets_nobody_else_in(client: Client) -> None:
    TagFactory(name="Java")
    ContactFactory()

    client.post(NEW, {"act": "tag", "tags": "x", "all": "1", "list-tag": "gone"})

    assert not BulkRun.objects.exists()
    assert tagged("x") == set()


@pytest.mark.usefixtures("recruiter")
def test_what_is_missing_is_said_at_its_field(client: Client) -> None:
    person = ContactFactory()

    answer = client.post(
        NEW, {"act": "tag", "tags": " , ", "list-only": str(person.uid)}, headers=HTMX
    )

    assert answer.status_code == 422
    assert "Give at least one tag." in answer.content.decode()
    assert f'value="{person.uid}"' in answer.content.decode()


def test_many_are_left_to_a_worker_and_followed_from_the_list(
    client: Client, recruiter: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "FEW", 2)
    monkeypatch.setattr(views, "hurry_bulk_acts", lambda: None)
    ContactFactory.create_batch(3)

    client.post(NEW, {"act": "tag", "tags": "Java", "all": "1"}, headers=HTMX)

    run = BulkRun.objects.get()
    assert run.state == "gathering"
    poll = reverse("contacts:bulk_progress", args=[run.uid])
    assert f'hx-get="{poll}"' in client.get("/people/").content.decode()
    assert "waiting for a worker" in client.get(poll).content.decode()
    while bulk_work.work_on_next():
        pass
    ended = client.get(poll).content.decode()
    assert "hx-trigger" not in ended
    assert "3 done" in ended
    assert "3 done" in client.get("/people/").content.decode()
    client.post(reverse("contacts:dismiss_bulk", args=[run.uid]))
    assert "3 done" not in client.get("/people/").content.decode()


@pytest.mark.usefixtures("recruiter")
def test_the_report_says_who_was_left_and_why(client: Client, recruiter: User) -> None:
    unit = OrgUnitFactory()
    mine, seen = ContactFactory(unit=unit, family_name="Mine"), ContactFactory(family_name="Seen")
    run = run_act("owner", recruiter, owner="", kind="")

    page = client.get(reverse("contacts:bulk_run", args=[run.uid]))

    assert page.context["reasons"] == [
        ("no_open_relationship", "No open relationship of that kind", 2)
    ]
    assert [row.contact for row in page.context["page"].rows] == [mine, seen]
    none = client.get(reverse("contacts:bulk_run", args=[run.uid]), {"outcome": "done"})
    assert none.context["page"].rows == []


def test_runs_are_their_makers_and_the_auditors(client: Client) -> None:
    maker, other = UserFactory(role="recruiter"), UserFactory(role="recruiter")
    ContactFactory()
    run = run_act("tag", maker, tags=["x"])
    address = reverse("contacts:bulk_run", args=[run.uid])

    client.force_login(other)
    assert client.get(address).status_code == 404
    assert client.get(reverse("contacts:bulk_runs")).context["runs"] == []
    assert client.post(reverse("contacts:undo_bulk", args=[run.uid])).status_code == 404
    client.force_login(UserFactory(role="administrator"))
    assert client.get(address).status_code == 200
    assert [one.run for one in client.get(reverse("contacts:bulk_runs")).context["runs"]] == [run]


def test_a_report_names_only_people_whom_its_reader_may_see(client: Client) -> None:
    unit = OrgUnitFactory()
    maker = UserFactory(role="recruiter", unit=unit)
    person = ContactFactory(unit=unit, family_name="Secret")
    run = run_act("tag", maker, tags=["x"])
    Contact.objects.filter(pk=person.pk).update(unit=OrgUnitFactory())
    client.force_login(maker)

    page = client.get(reverse("contacts:bulk_run", args=[run.uid])).content.decode()

    assert "Secret" not in page
    assert "Somebody you cannot see" in page


def test_who_may_only_read_is_offered_nothing_and_refused(client: Client) -> None:
    person = ContactFactory()
    client.force_login(UserFactory(role="reader"))

    assert "data-select" not in client.get("/people/").content.decode()
    data = {"act": "tag", "tags": "x", "list-only": str(person.uid)}
    assert client.post(NEW, data).status_code == 403
    assert not BulkRun.objects.exists()


@pytest.mark.usefixtures("recruiter")
def test_a_page_act_goes_on_with_those_ticked(client: Client) -> None:
    person = ContactFactory()

    answer = client.get(NEW, {"act": "page:campaign", "only": [str(person.uid)]})

    assert (answer.status_code, answer["Location"]) == (302, f"/campaigns/new/?only={person.uid}")
    assert client.get(NEW, {"act": "page:nothing"}).status_code == 404
    assert client.get(NEW, {"act": "nothing"}).status_code == 404


@pytest.mark.usefixtures("recruiter")
def test_the_count_is_exact(client: Client) -> None:
    ContactFactory.create_batch(2, city="Delft")
    ContactFactory()

    count = client.get(reverse("contacts:people_count"), {"list-city": "Delft"})

    assert count.content.decode().strip() == "2"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_runs_takes_the_same_queries_however_many(
    client: Client, recruiter: User, count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    ContactFactory()
    for n in range(count):
        run_act("tag", recruiter, tags=[f"x{n}"])

    with django_assert_num_queries(5):
        client.get(reverse("contacts:bulk_runs"))
