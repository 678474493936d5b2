from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class PasswordBackend(AuthenticationBackend):
    """Says who somebody is, by e-mail address and password; never what they may do.

    Django's own permissions, which the base class would look up in two queries a page, are not
    used here: roles are (``contacts.backends``).
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()
