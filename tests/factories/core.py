from typing import Any

import factory

from contacts.models import OrgUnit, RoleGrant
from core.models import Role, User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """Someone who signs in. Without a ``role`` a stranger, who may see nothing.

    ``UserFactory(role="recruiter", unit=unit)`` grants a seeded role for a branch; without
    ``unit`` it holds for the whole organisation.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@trm.example")
    name = factory.Sequence(lambda n: f"User {n:03}")
    language = "en"
    password = "!"

    @classmethod
    def _create(
        cls,
        model_class: type[User],
        *args: Any,
        role: str = "",
        unit: OrgUnit | None = None,
        **fields: Any,
    ) -> User:
        user = super()._create(model_class, *args, **fields)
        if role:
            grant_role(user, role, unit)
        return user


def grant_role(user: User, key: str, unit: OrgUnit | None = None) -> RoleGrant:
    """Give ``user`` the seeded role ``key``: administrator, hr-manager, recruiter or reader."""
    user.__dict__.pop("_role_grants", None)
    return RoleGrant.objects.create(user=user, role=Role.objects.get(key=key), unit=unit)
