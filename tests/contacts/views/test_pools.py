from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts import bulk_acts
from contacts.models import PoolMember, PoolMove, TalentPool
from contacts.services import bulk, bulk_work
from contacts.services.pool_members import move_in_pool
from contacts.services.pools import create_pool
from core import palette
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.groups import PoolMemberFactory, SegmentFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter(client: Client) -> Any:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def url(name: str, row: Any) -> str:
    return reverse(f"contacts:{name}", args=[row.uid])


def steps_form(*names: str, **uids: str) -> dict[str, Any]:
    data: dict[str, Any] = {"steps-TOTAL_FORMS": len(names), "steps-INITIAL_FORMS": 0}
    for at, name in enumerate(names):
        data[f"steps-{at}-name"] = name
        data[f"steps-{at}-uid"] = uids.get(name, "")
    return data


def test_a_pool_is_made_and_changed(client: Client, recruiter: Any) -> None:
    segment = SegmentFactory()
    data = {"name": "Back", "purpose": "Who left", "filled_from": segment.pk}

    client.post("/segments/pools/new/", {**data, **steps_form("Asked", "", "Met")})
    pool = TalentPool.objects.get()
    assert (pool.name, pool.filled_from, pool.owner) == ("Back", segment, recruiter)
    assert list(pool.steps.values_list("name", flat=True)) == ["Asked", "Met"]

    met = str(pool.steps.get(name="Met").uid)
    client.post(url("edit_pool", pool), {"name": "Home", **steps_form("Met", "Asked", Met=met)})
    pool.refresh_from_db()
    assert pool.name == "Home"
    names = pool.steps.order_by("position").values_list("name", flat=True)
    assert list(names) == ["Met", "Asked"]


def test_a_wrong_form_loses_nothing(client: Client, recruiter: Any) -> None:
    response = client.post("/segments/pools/new/", {"name": "", **steps_form("Asked")})

    assert response.status_code == 422
    assert 'value="Asked"' in response.content.decode()
    assert not TalentPool.objects.exists()


def test_people_are_found_added_ticked_and_taken_out(client: Client, recruiter: Any) -> None:
    pool = TalentPoolFactory(owner=recruiter)
    person = ContactFactory(family_name="Vos")

    assert person.full_name in client.get(f"{url('add_to_pool', pool)}?q=vos").content.decode()
    client.post(url("add_to_pool", pool), {"contact": person.uid, "why": "Kind"})
    member = PoolMember.objects.get()
    assert (member.contact, member.why, member.added_by) == (person, "Kind", recruiter)
    page = client.get(url("pool", pool)).content.decode()
    assert person.full_name in page
    assert "Kind" in page

    client.post(url("remove_from_pool", pool), {"of": member.uid, "why": "Left"})
    member.refresh_from_db()
    assert member.removed_why == "Left"
    client.post(f"{url('put_back_in_pool', pool)}?of={member.uid}")
    member.refresh_from_db()
    assert member.until is None


def test_a_person_is_put_in_a_pool_from_their_own_page(client: Client, recruiter: Any) -> None:
    pool, person = TalentPoolFactory(), ContactFactory()

    client.post(url("put_in_pool", person), {"pool": pool.uid, "why": "Met at the fair"})

    assert PoolMember.objects.get().why == "Met at the fair"
    assert pool.name in client.get(url("person", person)).content.decode()


def test_a_card_moves_and_moves_back(client: Client, recruiter: Any) -> None:
    pool = TalentPoolFactory(steps=["Asked", "Met"])
    first, second = pool.steps.order_by("position")
    member = PoolMemberFactory(pool=pool, step=first)
    board = url("pool_board", pool)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{board}"}

    answer = client.post(url("move_in_pool", member), {"to_stage": second.uid}, headers=headers)

    assert f'id="head-{first.uid}" hx-swap-oob' in answer.content.decode()
    assert f"afterbegin:#cards-{second.uid}" in answer.content.decode()
    member.refresh_from_db()
    assert member.step == second
    assert member.contact.full_name in client.get(board).content.decode()
    client.post(url("take_back_pool_move", PoolMove.objects.get()), headers=headers)
    member.refresh_from_db()
    assert (member.step, PoolMove.objects.count()) == (first, 0)


def test_a_refused_drag_says_why_in_the_card(client: Client, recruiter: Any) -> None:
    pool = TalentPoolFactory(steps=["Asked"])
    member = PoolMemberFactory(pool=pool, step=pool.steps.get())
    headers = {"HX-Request": "true"}

    answer = client.post(
        url("move_in_pool", member), {"to_stage": pool.steps.get().uid}, headers=headers
    )

    assert answer.status_code == 422
    assert "They are at this step already." in answer.content.decode()


def test_a_stale_pool_says_so_until_it_is_reviewed(client: Client, recruiter: Any) -> None:
    pool = TalentPoolFactory(reviewed_on=timezone.localdate().replace(year=2020))
    words = "Nobody looked at this pool for half a year"

    assert words in client.get(url("pool", pool)).content.decode()
    client.post(url("review_pool", pool))
    assert words not in client.get(url("pool", pool)).content.decode()


def test_a_private_pool_exists_for_nobody_else(client: Client) -> None:
    """Not in pages, not in lists, not in search, not in the log; for its owner in all of them."""
    owner = UserFactory(role="administrator")
    other = UserFactory(role="administrator")
    person = ContactFactory()
    pool = create_pool(actor=owner, name="Quiet tips", is_private=True)
    member = PoolMemberFactory(pool=pool, contact=person, why="Whispered")
    step_pool = TalentPoolFactory(owner=owner, is_private=True, steps=["Asked", "Met"])
    moved = PoolMemberFactory(pool=step_pool, contact=person)
    move = move_in_pool(member=moved, to_step=step_pool.steps.get(position=2), actor=owner)
    pages = [
        "/segments/",
        "/people/",
        f"/people/?add=pool&pool={pool.uid}",
        f"/people/{person.uid}/",
        f"/people/{person.uid}/pools/",
        "/segments/new/",
        "/search/?q=quiet",
        "/settings/audit/",
    ]
    own = [url("pool", pool), url("pool_board", step_pool), url("edit_pool", pool)]
    own += [url("add_to_pool", pool), url("move_in_pool", moved)]
    posts = [url("remove_from_pool", pool), url("review_pool", pool), url("archive_pool", pool)]
    posts += [url("take_back_pool_move", move), url("put_back_in_pool", pool)]

    client.force_login(other)
    for path in pages:
        assert "Quiet tips" not in client.get(path).content.decode(), path
    for path in own:
        assert client.get(path).status_code == 404, path
    for path in posts:
        assert client.post(path, {"of": member.uid}).status_code == 404, path
    assert palette.find(other, "quiet") == []

    client.force_login(owner)
    for path in ("/segments/", f"/people/{person.uid}/", "/search/?q=quiet", own[0]):
        assert "Quiet tips" in client.get(path).content.decode(), path
    audit = client.get("/settings/audit/").content.decode()
    assert "a private talent pool" in audit


def test_members_whom_the_reader_may_not_see_are_not_shown_or_counted(client: Client) -> None:
    north = OrgUnitFactory()
    client.force_login(UserFactory(role="recruiter", unit=north))
    pool = TalentPoolFactory(unit=north, steps=["Asked"])
    step = pool.steps.get()
    seen = PoolMemberFactory(pool=pool, contact=ContactFactory(unit=north), step=step)
    hidden = PoolMemberFactory(pool=pool, contact=ContactFactory(), step=step)

    for name in ("pool", "pool_board"):
        html = client.get(url(name, pool)).content.decode()
        assert seen.contact.full_name in html
        assert hidden.contact.full_name not in html
    assert client.get(url("move_in_pool", hidden)).status_code == 404


def test_the_board_costs_the_same_for_one_and_for_three(
    client: Client, recruiter: Any, django_assert_num_queries: Any
) -> None:
    pool = TalentPoolFactory(steps=["Asked"])
    step = pool.steps.get()
    PoolMemberFactory(pool=pool, step=step)
    client.get(url("pool_board", pool))
    with django_assert_num_queries(BOARD_QUERIES):
        client.get(url("pool_board", pool))
    PoolMemberFactory(pool=pool, step=step), PoolMemberFactory(pool=pool, step=step)
    with django_assert_num_queries(BOARD_QUERIES):
        client.get(url("pool_board", pool))


BOARD_QUERIES = 10


def test_many_people_are_put_in_a_pool_at_once_and_out_again(recruiter: Any) -> None:
    pool = TalentPoolFactory()
    people = [ContactFactory(city="Utrecht") for _person in range(3)]
    ContactFactory(city="Gouda")

    run = bulk.begin(
        act=bulk_acts.known("pool_add"),
        options={"pool": str(pool.uid), "why": "Fair"},
        selection={"city": ["Utrecht"]},
        actor=recruiter,
    )
    while bulk_work.work_on_next():
        pass

    inside = PoolMember.objects.present().filter(pool=pool)
    assert {row.contact for row in inside} == set(people)
    assert {row.why for row in inside} == {"Fair"}
    run.refresh_from_db()
    bulk.undo(run=run, actor=recruiter)
    while bulk_work.work_on_next():
        pass
    assert not PoolMember.objects.present().exists()
