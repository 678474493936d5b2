"""Colleagues who can be given work: those who sign in and hold a role."""

from django.db.models import Exists, OuterRef, QuerySet

from contacts.models import RoleGrant
from core.models import User


def colleagues() -> QuerySet[User]:
    """In the order of their names. Whether one can see a person is asked when it is given."""
    grants = RoleGrant.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(grants), is_active=True).order_by("name", "pk")
