"""Who keeps in touch beside the owner."""

import pytest
from django.test import Client

from contacts.services.merging import merge_contacts, undo_merge
from core.models import User
from relationships.models import (
    CoOwner,
    OwnershipOverride,
)
from relationships.services.ownership import (
    OwnershipRefused,
    add_co_owner,
)
from tests.factories import (
    OrgUnitFactory,
    UserFactory,
)
from tests.relationships.ownership.held import TODAY, owned
from tests.support.toasts import undo_of

pytestmark = pytest.mark.django_db


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
