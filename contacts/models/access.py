"""Which part of the organisation a user may see and act in, by the roles granted to them."""

from typing import NamedTuple

from contacts.models.grant import RoleGrant
from contacts.models.unit import OrgUnit
from core.models import User


def permissions_of(user: User) -> frozenset[str]:
    """All permissions that the user holds for some part of the organisation."""
    return _granted(user).permissions


def visible_units(user: User, permission: str) -> list[int] | None:
    """The units for which ``user`` holds ``permission``: ids, or None for the whole organisation.

    A branch counts whole: who holds a unit holds all under it. What belongs to no unit is seen
    only by those who hold the whole.
    """
    if not user.is_active:
        return []
    unit_ids = [unit_id for unit_id, held in _granted(user).grants if permission in held]
    if None in unit_ids:
        return None
    roots = [unit_id for unit_id in unit_ids if unit_id is not None]
    if not roots:
        return []
    return list(OrgUnit.objects.within(roots).values_list("pk", flat=True))


def sharing_units(user: User, permission: str) -> list[int] | None:
    """The units whose shared things are meant for ``user``: those they hold ``permission`` in, and
    those above, whose branch holds theirs. None: all.
    """
    below = visible_units(user, permission)
    if below is None:
        return None
    lineages = OrgUnit.objects.filter(pk__in=below).values_list("lineage", flat=True)
    return sorted({unit_id for lineage in lineages for unit_id in lineage})


def covers(user: User, permission: str, unit_id: int | None) -> bool:
    """Whether ``user`` holds ``permission`` for what belongs to that unit (None: to no unit)."""
    units = visible_units(user, permission)
    return units is None or unit_id in units


class _Granted(NamedTuple):
    """``grants``: each as ``(unit id, permissions)``."""

    grants: list[tuple[int | None, frozenset[str]]]
    permissions: frozenset[str]


def _granted(user: User) -> _Granted:
    """Read once per user instance, so per request: a page asks a hundred times."""
    cached: _Granted | None = getattr(user, "_role_grants", None)
    if cached is None:
        rows = RoleGrant.objects.filter(user=user).select_related("role")
        grants = [(row.unit_id, frozenset(row.role.permissions)) for row in rows]
        cached = _Granted(grants, frozenset().union(*(held for _, held in grants)))
        user._role_grants = cached  # type: ignore[attr-defined]
    return cached
