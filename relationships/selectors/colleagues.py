"""Colleagues who can be given work: those who sign in and hold a role."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, QuerySet

from contacts.models import RoleGrant
from core.models import User
from relationships.models import Relationship


def colleagues() -> QuerySet[User]:
    """In the order of their names. Whether one can see a person is asked when it is given."""
    grants = RoleGrant.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(grants), is_active=True).order_by("name", "pk")


def owners_of(contact_ids: Collection[int]) -> dict[int, User]:
    """For each of these people the colleague who keeps in touch: the owner of the newest
    relationship that is open, or else (everything has ended) of the one that ended last.
    """
    rows = Relationship.objects.filter(contact__in=contact_ids, owner__is_active=True)
    owners: dict[int, User] = {}
    newest_last = rows.select_related("owner").order_by(
        F("ended_on").asc(nulls_last=True), "started_on", "pk"
    )
    for row in newest_last:
        if row.owner is not None:
            owners[row.contact_id] = row.owner
    return owners
