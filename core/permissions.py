"""What a role may allow. Each app's ``rules.py`` declares its own permissions here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User


@dataclass(frozen=True)
class Permission:
    """``codename`` as Django writes it (``app.verb_noun``), ``label`` as people read it."""

    codename: str
    label: str | Promise


class _Guarded(Protocol):
    @property
    def permission(self) -> str: ...


Guarded = TypeVar("Guarded", bound=_Guarded)
_catalogue: dict[str, Permission] = {}


def declare(codename: str, label: str | Promise) -> None:
    _catalogue[codename] = Permission(codename, label)


def catalogue() -> list[Permission]:
    """Every permission that a role can hold, by name."""
    return [_catalogue[codename] for codename in sorted(_catalogue)]


def require(user: User, permission: str, target: models.Model | None = None) -> None:
    """Stop here unless ``user`` holds ``permission``. Pages and API both answer 403."""
    if not user.has_perm(permission, target):
        raise PermissionDenied


def held(registered: Iterable[Guarded], user: User) -> list[Guarded]:
    """Those that ``user`` may use; an empty ``permission`` is for everybody. Each is asked once."""
    answers = {"": True}
    found = []
    for one in registered:
        answer = answers.get(one.permission)
        if answer is None:
            answer = answers[one.permission] = user.has_perm(one.permission)
        if answer:
            found.append(one)
    return found


declare("core.view_audit", _("See the audit log"))
declare("core.manage_accounts", _("Invite colleagues and give them roles"))
declare("core.use_api", _("Make API tokens"))
declare("core.operate", _("See how workers and queues are doing"))
