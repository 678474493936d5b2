from collections.abc import Callable

import pytest
from django.test import Client

from contacts.models import SavedView, Segment, TalentPool
from contacts.services.inheriting import (
    InheritingRefused,
    hand_on_lists,
    lists_kept_by,
    take_lists_back,
)
from contacts.services.team import deactivate_account
from core.models import AuditEntry, User
from tests.factories import OrgUnitFactory, UserFactory
from tests.factories.groups import SegmentFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaver() -> User:
    return UserFactory(role="recruiter", name="Joris Prins", language="en")


@pytest.fixture
def heir() -> User:
    return UserFactory(role="recruiter", name="Anna Kok", language="en")


@pytest.fixture
def admin() -> User:
    return UserFactory(role="administrator", language="en")


def lists_of(owner: User) -> tuple[Segment, TalentPool, SavedView]:
    return (
        SegmentFactory(owner=owner, is_private=True, name="My own"),
        TalentPoolFactory(owner=owner, is_private=True),
        SavedView.objects.create(owner=owner, name="Delft"),
    )


def test_private_lists_of_a_closed_account_get_an_heir(
    leaver: User, heir: User, admin: User
) -> None:
    segment, pool, view = lists_of(leaver)
    others = SegmentFactory(owner=admin)
    deactivate_account(user=leaver, actor=admin)
    assert segment not in Segment.objects.visible_to(heir)

    made = hand_on_lists(leaver=leaver, heir=heir, actor=admin)

    assert (made.total, made.left) == (3, [])
    assert segment in Segment.objects.visible_to(heir)
    assert Segment.objects.get(pk=segment.pk).is_private
    assert {row.owner for row in (*TalentPool.objects.all(), *SavedView.objects.all())} == {heir}
    others.refresh_from_db()
    assert others.owner == admin
    assert lists_kept_by(leaver).total == 0
    entry = AuditEntry.objects.get(action="contacts.lists_handed_on")
    assert entry.details == {"heir": "Anna Kok", "count": 3}
    assert (pool.pk, view.pk) == (made.parts["pools"][0], made.parts["views"][0])


def test_undone_they_are_the_leavers_but_for_what_went_on(
    leaver: User, heir: User, admin: User
) -> None:
    segment, pool, _view = lists_of(leaver)
    made = hand_on_lists(leaver=leaver, heir=heir, actor=admin)
    TalentPool.objects.filter(pk=pool.pk).update(owner=admin)

    back = take_lists_back(leaver=leaver, heir=heir, parts=made.parts, actor=admin)

    segment.refresh_from_db()
    assert (back, segment.owner) == (2, leaver)
    assert TalentPool.objects.get().owner == admin


def test_a_view_of_the_same_name_is_told_apart(leaver: User, heir: User, admin: User) -> None:
    SavedView.objects.create(owner=heir, name="delft")
    SavedView.objects.create(owner=heir, name="Delft (Joris Prins)")
    SavedView.objects.create(owner=leaver, name="Delft")

    hand_on_lists(leaver=leaver, heir=heir, actor=admin)

    names = set(SavedView.objects.filter(owner=heir).values_list("name", flat=True))
    assert names == {"delft", "Delft (Joris Prins)", "Delft (Joris Prins) 2"}


def test_what_the_heir_may_not_keep_stays_as_it_is(leaver: User, admin: User) -> None:
    north = OrgUnitFactory()
    heir = UserFactory(role="recruiter", unit=north)
    whole = SegmentFactory(owner=leaver, name="Of the whole house")
    theirs = SegmentFactory(owner=leaver, unit=north)

    made = hand_on_lists(leaver=leaver, heir=heir, actor=admin)

    assert made.left == ["Of the whole house"]
    whole.refresh_from_db()
    theirs.refresh_from_db()
    assert (whole.owner, theirs.owner) == (leaver, heir)


def test_nobody_inherits_from_themselves_or_once_gone(
    leaver: User, heir: User, admin: User
) -> None:
    lists_of(leaver)
    heir.is_active = False
    for one in (leaver, heir):
        with pytest.raises(InheritingRefused):
            hand_on_lists(leaver=leaver, heir=one, actor=admin)
    assert lists_kept_by(leaver).total == 3


def test_on_the_page_of_the_account_with_undo(
    client: Client, leaver: User, heir: User, admin: User
) -> None:
    lists_of(leaver)
    client.force_login(admin)
    page = f"/settings/team/{leaver.uid}/"
    shown = client.get(page).content.decode()

    answer = client.post(f"{page}lists/", {"heir": str(heir.uid)}, follow=True)

    assert "1 segment" in shown
    assert "My own" not in shown
    assert "3 lists are with Anna Kok now." in answer.content.decode()
    assert lists_kept_by(heir).total == 3
    client.post(f"{page}lists/undo/")
    assert lists_kept_by(leaver).total == 3
    again = client.post(f"{page}lists/undo/", follow=True)
    assert "nothing to undo" in again.content.decode()
    wrong = client.post(f"{page}lists/", {"heir": "x"}, follow=True)
    assert "Choose a colleague who goes on" in wrong.content.decode()


def test_only_who_manages_accounts_hands_on(client: Client, leaver: User, heir: User) -> None:
    lists_of(leaver)
    login: Callable[[User], None] = client.force_login
    for user in (heir, UserFactory()):
        login(user)
        url = f"/settings/team/{leaver.uid}/lists/"
        assert client.post(url, {"heir": str(heir.uid)}).status_code in (403, 404)
    assert lists_kept_by(leaver).total == 3
