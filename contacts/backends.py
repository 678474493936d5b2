from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db import models

from contacts.models.access import permissions_of
from core.models import User


class RoleBackend(BaseBackend):
    """Answers ``has_perm`` without an object: the user holds it through a role, for some part.

    Whether that part holds a given record is for the rules with an object (``rules.py``).
    """

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        return perm in permissions_of(user_obj)
