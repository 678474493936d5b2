from typing import Any

from django.db import models
from django.http import HttpRequest
from rules.permissions import ObjectPermissionBackend

from contacts.models.access import permissions_of
from core.models import User


class RoleBackend:
    """Answers ``has_perm`` without an object: the user holds it through a role, for some part.

    Whether that part holds a given record is for the rules with an object (``rules.py``). It
    signs nobody in, and has no ``get_user``: a session must belong to a backend that knows users.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        return perm in permissions_of(user_obj)


class RuleBackend(ObjectPermissionBackend):
    """Answers ``has_perm`` about one object, by ``rules.py``. Without an object it has no say."""

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        return obj is not None and bool(super().has_perm(user_obj, perm, obj))
