"""What each role allows. Roles are data: an administrator changes them on a page."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.models.access import visible_units
from contacts.services.team import GrantRefused, lock_administration, require_an_administrator
from core import audit
from core.errors import DomainError
from core.models import Role, User
from core.permissions import catalogue


class RoleRefused(DomainError):
    code = "role_refused"


@transaction.atomic
def make_role(*, name: str, permissions: Iterable[str], actor: User) -> Role:
    _require_whole(actor)
    key = slugify(name)[:50]
    if not key or Role.objects.filter(key=key).exists():
        raise RoleRefused(_("There is already a role with this name."))
    role = Role.objects.create(key=key, name=name.strip(), permissions=_known(permissions))
    audit.record(
        actor=actor, action="core.role_made", target=role, name=role.name, added=role.permissions
    )
    return role


@transaction.atomic
def change_permissions(*, role: Role, permissions: Iterable[str], actor: User) -> Role:
    """Set what ``role`` allows. Nobody can take their own administration away."""
    lock_administration()
    _require_whole(actor)
    current = Role.objects.get(pk=role.pk)
    wanted = _known(permissions)
    added = sorted(set(wanted) - set(current.permissions))
    removed = sorted(set(current.permissions) - set(wanted))
    if not added and not removed:
        return current
    current.permissions = wanted
    current.save(update_fields=["permissions", "updated_at"])
    require_an_administrator()
    if visible_units(User.objects.get(pk=actor.pk), "core.manage_accounts") is not None:
        raise RoleRefused(_("This would take your own administration away."))
    audit.record(
        actor=actor,
        action="core.role_changed",
        target=current,
        name=current.name,
        added=added,
        removed=removed,
    )
    return current


def _require_whole(actor: User) -> None:
    if visible_units(actor, "core.manage_accounts") is not None:
        raise GrantRefused(_("Only an administrator of the whole organisation changes roles."))


def _known(permissions: Iterable[str]) -> list[str]:
    known = {permission.codename for permission in catalogue()}
    return sorted(set(permissions) & known)
