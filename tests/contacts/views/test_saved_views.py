import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, ListSetting, SavedView
from contacts.services import saved_views
from core.models import Role, User
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = "/people/"


@pytest.fixture
def reader(client: Client) -> User:
    user = UserFactory(role="reader")
    client.force_login(user)
    return user


def a_view(owner: User, name: str = "Delft", **fields: object) -> SavedView:
    given = {"selection": {"city": ["Delft"]}, "sort": "-city", "columns": ["city", "email"]}
    return saved_views.create_view(actor=owner, name=name, **{**given, **fields})  # type: ignore[arg-type]


def tabs(client: Client) -> list[SavedView]:
    return list(client.get(PEOPLE, {"view": "all"}).context["views"])


def test_a_view_is_kept_from_what_the_list_shows(client: Client, reader: User) -> None:
    fits, _other = ContactFactory(city="Delft"), ContactFactory(city="Gouda")
    state = {"city": "Delft", "sort": "-city", "columns": "city,email"}
    assert client.get(reverse("contacts:new_view"), state).status_code == 200

    answer = client.post(
        reverse("contacts:new_view"), {**state, "name": " Delft  and near ", "shared_with": ""}
    )

    view = SavedView.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/people/?view={view.uid}")
    assert (view.name, view.owner, view.is_shared) == ("Delft and near", reader, False)
    page = client.get(answer["Location"])
    assert page.context["page"].people == [fits]
    assert page.context["state"].keys == ["city", "email"]
    assert page.context["state"].order.name == "-city"
    assert not page.context["is_changed"]


def test_a_changed_view_can_be_saved_and_discarded(client: Client, reader: User) -> None:
    view = a_view(reader)
    changed = {"view": str(view.uid), "edited": "1", "city": "Gouda", "sort": "name"}

    page = client.get(PEOPLE, changed)
    assert page.context["is_changed"]
    assert page.context["state"].url() == f"/people/?view={view.uid}&edited=1&city=Gouda"
    client.post(reverse("contacts:discard_view", args=[view.uid]))
    assert client.get(PEOPLE, {"view": view.uid}).context["state"].selection == {"city": ["Delft"]}
    client.post(reverse("contacts:save_view", args=[view.uid]), changed)

    page = client.get(PEOPLE, {"view": view.uid})
    assert page.context["state"].selection == {"city": ["Gouda"]}
    assert not page.context["is_changed"]


def test_columns_chosen_in_a_view_are_remembered_there_alone(client: Client, reader: User) -> None:
    view = a_view(reader)
    chosen = {"view": str(view.uid), "edited": "1", "city": "Delft", "sort": "-city"}

    client.post(reverse("contacts:columns"), {**chosen, "column": ["phone"], "apply": "1"})

    page = client.get(PEOPLE, {"view": view.uid})
    assert (page.context["state"].keys, page.context["is_changed"]) == (["phone"], True)
    assert "phone" not in client.get(PEOPLE, {"view": "all"}).context["state"].keys
    client.post(reverse("contacts:discard_view", args=[view.uid]))
    assert client.get(PEOPLE, {"view": view.uid}).context["state"].keys == ["city", "email"]


def test_a_shared_view_shows_its_reader_only_whom_they_may_see(client: Client) -> None:
    branch = OrgUnitFactory()
    mine = ContactFactory(city="Delft", unit=OrgUnitFactory(parent=branch))
    ContactFactory(city="Delft", unit=OrgUnitFactory())
    view = a_view(UserFactory(role="recruiter"), is_shared=True)
    client.force_login(UserFactory(role="recruiter", unit=branch))

    page = client.get(PEOPLE, {"view": view.uid})

    assert page.context["page"].people == [mine]
    assert not page.context["is_own_view"]


def test_a_filter_that_is_not_the_readers_falls_away_and_is_told_of(client: Client) -> None:
    view = a_view(
        UserFactory(role="recruiter"), selection={"touch_due": ["1"]}, is_shared=True, columns=[]
    )
    user = UserFactory()
    role = Role.objects.create(key="names", name="Names", permissions=["contacts.view_contact"])
    user.role_grants.create(role=role)
    client.force_login(user)

    page = client.get(PEOPLE, {"view": view.uid})

    assert page.context["state"].selection == {}
    assert "A filter of this view is not yours to use" in page.content.decode()


def test_views_are_shared_with_the_part_one_belongs_to(client: Client) -> None:
    root = OrgUnitFactory()
    north, south = OrgUnitFactory(parent=root), OrgUnitFactory(parent=root)
    owner = UserFactory(role="recruiter", unit=north)
    shared = a_view(owner, is_shared=True, unit=north)
    a_view(owner, "Mine alone")

    def seen_by(unit: object) -> list[SavedView]:
        client.force_login(UserFactory(role="reader", unit=unit))
        return tabs(client)

    assert seen_by(north) == [shared]
    assert seen_by(OrgUnitFactory(parent=north)) == [shared]
    assert seen_by(root) == [shared]
    assert seen_by(south) == []
    with pytest.raises(saved_views.ViewRefused):
        a_view(owner, "Too far", is_shared=True, unit=south)
    with pytest.raises(saved_views.ViewRefused):
        a_view(owner, "Further", is_shared=True)


def test_the_view_of_a_colleague_can_be_used_and_not_changed(client: Client, reader: User) -> None:
    shared = a_view(UserFactory(role="reader"), is_shared=True)
    data = {"view": str(shared.uid), "edited": "1", "city": "Gouda"}

    client.post(reverse("contacts:save_view", args=[shared.uid]), data)
    client.post(reverse("contacts:delete_view", args=[shared.uid]))

    shared.refresh_from_db()
    assert (shared.selection, shared.deleted_at) == ({"city": ["Delft"]}, None)
    alone = a_view(UserFactory(role="reader"))
    for name in ("save_view", "discard_view", "change_view", "delete_view", "restore_view"):
        assert client.post(reverse(f"contacts:{name}", args=[alone.uid])).status_code == 404
    assert client.get(PEOPLE, {"view": alone.uid}).context["view"] is None


def test_renamed_shared_deleted_and_brought_back(client: Client, reader: User) -> None:
    view, other = a_view(reader), a_view(reader, "Other")
    change = reverse("contacts:change_view", args=[view.uid])
    prefix = str(view.uid)

    client.post(change, {f"{prefix}-name": "Near", f"{prefix}-shared_with": "all"})
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.unit) == ("Near", True, None)
    taken = client.post(change, {f"{prefix}-name": "OTHER", f"{prefix}-shared_with": ""})
    assert taken.status_code == 422
    assert "already" in taken.content.decode()
    client.post(reverse("contacts:delete_view", args=[view.uid]))
    assert tabs(client) == [other]
    again = a_view(reader, "Near")
    client.post(reverse("contacts:restore_view", args=[view.uid]))
    assert set(tabs(client)) == {other, again}
    client.post(reverse("contacts:delete_view", args=[again.uid]))
    client.post(reverse("contacts:restore_view", args=[view.uid]))
    assert set(tabs(client)) == {other, view}


def test_tabs_stand_as_they_were_put_and_one_opens_first(client: Client, reader: User) -> None:
    a, b, c = (a_view(reader, name) for name in "ABC")
    arrange = reverse("contacts:arrange_views")
    fits, _other = ContactFactory(city="Delft"), ContactFactory(city="Gouda")

    assert tabs(client) == [a, b, c]
    client.post(arrange, {"down": str(a.uid)})
    client.post(arrange, {"up": str(c.uid)})
    assert tabs(client) == [b, c, a]
    client.post(arrange, {"first": str(c.uid)})
    assert client.get(PEOPLE).context["view"] == c
    assert client.get(PEOPLE).context["page"].people == [fits]
    everybody = client.get(PEOPLE, {"view": "all"})
    assert len(everybody.context["page"].people) == 2
    assert everybody.context["state"].url() == "/people/?view=all"
    client.post(arrange, {"first": "none"})
    assert client.get(PEOPLE).context["view"] is None


def test_what_makes_no_sense_does_no_harm(client: Client, reader: User) -> None:
    view = a_view(reader, selection={"city": ["Delft"], "gone": ["x"]}, sort="gone", columns=["no"])
    ListSetting.objects.create(user=reader, columns={"": ["gone"]}, order=["x"])
    person = ContactFactory(city="Delft")

    for asked in ({"view": str(view.uid)}, {"view": "x"}, {"columns": ",,x"}, {"edited": "1"}):
        assert client.get(PEOPLE, asked).context["page"].people == [person]
    posted = client.post(reverse("contacts:new_view"), {"name": "", "shared_with": "x"})
    assert posted.status_code == 422
    assert client.post(reverse("contacts:arrange_views"), {"up": "x"}).status_code == 302


def test_people_are_never_kept_in_a_view(client: Client, reader: User) -> None:
    ContactFactory(city="Delft")
    view = a_view(reader)
    Contact.objects.update(city="Gouda")

    assert client.get(PEOPLE, {"view": view.uid}).context["page"].people == []
