from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts.models import Organisation
from core.models import User
from relationships.models import Tie, TieKind
from relationships.selectors.ties import ties_of
from tests.factories import (
    ContactFactory,
    InteractionFactory,
    OrganisationFactory,
    OrgUnitFactory,
    TieFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def user(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    return user


def kind(key: str) -> TieKind:
    return TieKind.objects.get(key=key)


def person(name: str, **fields: Any) -> Any:
    return ContactFactory(given_name=name, family_name="Vos", **fields)


def test_a_tie_is_shown_on_both_profiles_with_source_and_author(client: Client, user: User) -> None:
    noor, jan = person("Noor"), person("Jan")
    url = f"/people/{noor.uid}/ties/new/"
    body = {"kind": str(kind("mentor").uid), "who": "Jan Vos", "since": "2019"}

    answer = client.post(url, {**body, "source": "themselves", "detail": "at school"})

    assert (answer.status_code, answer["Location"]) == (302, f"/people/{noor.uid}/?tab=ties")
    tie = Tie.objects.get()
    assert (tie.contact, tie.other, tie.author) == (noor, jan, user)
    for one, words, other in ((noor, "mentor of", "Jan Vos"), (jan, "mentee of", "Noor Vos")):
        page = client.get(f"/people/{one.uid}/?tab=ties").content.decode()
        for part in (words, other, "since 2019", "at school", "They told us", user.name):
            assert part in page


def test_a_name_that_several_bear_asks_which(client: Client, user: User) -> None:
    noor = person("Noor")
    first, second = person("Jan"), person("Jan")
    url = f"/people/{noor.uid}/ties/new/"
    body = {"kind": f"{kind('manager').uid}:inverse", "who": "Jan", "source": "themselves"}

    asked = client.post(url, body, headers=HTMX)
    chosen = client.post(url, {**body, "who_uid": str(second.uid)}, headers=HTMX)

    assert asked.status_code == 422
    for one in (first, second):
        assert f'value="{one.uid}"' in asked.content.decode()
    assert chosen.headers["HX-Trigger"].count("ties-changed") == 1
    tie = Tie.objects.get()
    assert (tie.contact, tie.other) == (second, noor)


def test_how_we_met_names_the_colleague(client: Client, user: User) -> None:
    """Row C6: from the tie, or else from the first conversation that was logged."""
    noor = person("Noor")
    colleague = UserFactory(role="recruiter", name="Joris Prins")
    InteractionFactory(contact=noor, author=None)
    InteractionFactory(
        contact=noor, author=UserFactory(name="Fatma Kaya"), happened_at="2020-05-04T10:00Z"
    )

    before = client.get(f"/people/{noor.uid}/?tab=ties").content.decode()
    client.post(
        f"/people/{noor.uid}/ties/new/?with=colleague",
        {
            "kind": str(kind("met-by").uid),
            "colleague": str(colleague.uid),
            "source": "colleague",
            "detail": "Dike congress",
        },
    )
    after = client.get(f"/people/{noor.uid}/?tab=ties").content.decode()

    assert "First spoke with Fatma Kaya, 4 May 2020 (call)." in before
    assert "Joris Prins" in after
    assert "Dike congress" in after
    assert "First spoke" not in after


def test_an_organisation_is_made_once_and_has_a_page(client: Client, user: User) -> None:
    noor, eva = person("Noor"), person("Eva")
    for one, name in ((noor, "TU Delft"), (eva, "tu delft")):
        client.post(
            f"/people/{one.uid}/ties/new/?with=organisation",
            {
                "kind": str(kind("studied-at").uid),
                "organisation": name,
                "organisation_kind": "school",
                "source": "public",
            },
        )
    school = Organisation.objects.get()
    page = client.get(f"/organisations/{school.uid}/").content.decode()
    assert "Noor Vos" in page
    assert "Eva Vos" in page


def test_a_tie_with_whom_one_may_not_see_leaks_nothing(client: Client) -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    user = UserFactory(role="recruiter", unit=north, language="en")
    client.force_login(user)
    seen, hidden = person("Noor", unit=north), person("Hidden", unit=south)
    tie = TieFactory(contact=seen, other=hidden, detail="whisper")
    school = OrganisationFactory()
    TieFactory(contact=hidden, organisation=school, key="studied-at")

    page = client.get(f"/people/{seen.uid}/?tab=ties").content.decode()
    pages = [
        page,
        client.get(f"/people/{seen.uid}/?tab=timeline").content.decode(),
        client.get(f"/organisations/{school.uid}/").content.decode(),
        client.get(f"/people/?tied_to={hidden.uid}").content.decode(),
        client.get(f"/people/?tied_to={seen.uid}").content.decode(),
        client.get(f"/people/{seen.uid}/ties/people/?q=Hidden").content.decode(),
    ]

    assert not any("Hidden" in one or "whisper" in one for one in pages)
    for act in ("edit", "end", "reopen", "remove"):
        assert client.post(f"/ties/{tie.uid}/{act}/").status_code == 404
    refused = client.post(
        f"/people/{seen.uid}/ties/new/",
        {
            "kind": str(kind("knows").uid),
            "who": "x",
            "who_uid": str(hidden.uid),
            "source": "public",
        },
    )
    assert refused.status_code == 422
    assert Tie.objects.count() == 2


def test_ending_taking_out_and_both_undone(client: Client, user: User) -> None:
    tie = TieFactory(author=user)
    client.post(f"/ties/{tie.uid}/end/", {"until": "2025"})
    tie.refresh_from_db()
    assert (str(tie.until), tie.is_until_year) == ("2025-12-31", True)
    client.post(f"/ties/{tie.uid}/reopen/")
    client.post(f"/ties/{tie.uid}/remove/")
    tie.refresh_from_db()
    assert tie.until is None
    assert tie.removed_at is not None
    assert client.post(f"/ties/{tie.uid}/remove/").status_code == 404
    client.post(f"/ties/{tie.uid}/restore/")
    edit = client.post(f"/ties/{tie.uid}/edit/", {"since": "3-5-2018", "source": "public"})
    tie.refresh_from_db()
    assert (edit.status_code, tie.removed_at, str(tie.since)) == (302, None, "2018-05-03")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": ""},
        {"kind": "x", "who": "Jan", "source": "public"},
        {"kind": "KIND", "who": "", "source": "public"},
        {"kind": "KIND", "who": "Nobody\x00", "source": "public"},
        {"kind": "KIND", "who": "Noor Vos", "source": "public"},
        {"kind": "KIND", "who": "Jan", "source": "public", "since": "soon"},
        {"kind": "KIND", "who": "Jan", "source": "public", "since": "2999"},
        {"kind": "KIND", "who": "Jan", "source": "public", "since": "2020", "until": "2019"},
        {"kind": "KIND", "who": "Jan", "who_uid": "x", "source": "public"},
        {"kind": "KIND:x", "who": "Jan", "source": "nonsense"},
    ],
)
def test_what_makes_no_sense_is_said(client: Client, user: User, body: dict[str, str]) -> None:
    noor, _jan = person("Noor"), person("Jan")
    sent = {name: value.replace("KIND", str(kind("knows").uid)) for name, value in body.items()}
    answer = client.post(f"/people/{noor.uid}/ties/new/", sent)
    assert answer.status_code == 422
    assert not Tie.objects.exists()


def test_a_form_that_leads_nowhere_is_not_found(client: Client, user: User) -> None:
    assert client.get(f"/people/{person('Noor').uid}/ties/new/?with=x").status_code == 404


def test_suggestions_are_options(client: Client, user: User) -> None:
    noor, jan = person("Noor"), person("Jan")
    OrganisationFactory(name="Hogeschool <b>Vos</b>")
    people = client.get(f"/people/{noor.uid}/ties/people/", {"q": "vos"}).content.decode()
    schools = client.get("/ties/organisations/", {"q": "vos"}).content.decode()
    assert f'data-uid="{jan.uid}"' in people
    assert str(noor.uid) not in people
    assert "Hogeschool &lt;b&gt;Vos&lt;/b&gt;" in schools
    assert client.get("/ties/organisations/").content.decode().strip() == ""


@pytest.mark.parametrize("number", [1, 3])
def test_the_panel_asks_as_much_for_one_as_for_many(
    number: int, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    noor = person("Noor")
    for _ in range(number):
        TieFactory(contact=noor)
        TieFactory(other=noor, contact=ContactFactory(), key="mentor", author=user)
        TieFactory(contact=noor, organisation=OrganisationFactory(), key="worked-at")
    reader = User.objects.get(pk=user.pk)
    with django_assert_num_queries(4):
        found = ties_of(noor, reader, today=timezone.localdate())
        shown = [(line.words, line.other and line.other.full_name) for line in found.people]
    assert len(shown) == 2 * number


def test_kinds_are_kept_by_who_may(client: Client) -> None:
    client.force_login(UserFactory(role="administrator", language="en"))
    made = client.post(
        "/settings/ties/new/",
        {"among": "person", "name_en": "buddy of", "name_nl": "maatje van"},
    )
    buddy = kind("buddy-of")
    client.post(f"/settings/ties/{buddy.uid}/", {"name_en": "pal of", "name_nl": "maatje van"})
    page = client.get("/settings/ties/").content.decode()
    client.post(f"/settings/ties/{buddy.uid}/retire/")
    retired = client.get("/settings/ties/").content.decode()
    client.post(f"/settings/ties/{buddy.uid}/restore/")
    buddy.refresh_from_db()

    assert made.status_code == 302
    assert "pal of" in page
    assert "Out of use</h2>" in retired
    assert (buddy.name_en, buddy.retired_at) == ("pal of", None)
    assert client.post("/settings/ties/new/", {"among": "person"}).status_code == 422
