"""The colleagues whose accounts someone manages, and the invitations that are out."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from contacts.models import Invitation, RoleGrant
from contacts.models.access import visible_units
from core.models import User


@dataclass(frozen=True)
class Colleague:
    user: User
    grants: list[RoleGrant]
    has_second_factor: bool
    may_be_managed: bool
    """Whether the reader may close the account: not their own, nothing held beyond their part."""


def managed_accounts(user: User) -> QuerySet[User]:
    """Accounts with a role in the part whose accounts ``user`` manages; all, for the whole."""
    units = visible_units(user, "core.manage_accounts")
    if units is None:
        return User.objects.all()
    return User.objects.filter(pk__in=RoleGrant.objects.filter(unit__in=units).values("user"))


def managed_invitations(user: User) -> QuerySet[Invitation]:
    """Invitations that were neither accepted nor withdrawn; also those that ran out."""
    pending = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    units = visible_units(user, "core.manage_accounts")
    if units is not None:
        pending = pending.filter(unit__in=units)
    return pending.select_related("role", "unit", "invited_by").order_by("email")


def colleagues(user: User, *, text: str = "") -> list[Colleague]:
    """Everyone ``managed_accounts`` gives whose name or address holds ``text``: open accounts
    first, by name. Three queries.
    """
    units = visible_units(user, "core.manage_accounts")
    grants = RoleGrant.objects.select_related("role", "unit").order_by("role_id", "unit__name")
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    found = (
        managed_accounts(user)
        .filter(Q(name__icontains=text) | Q(email__icontains=text))
        .annotate(has_factor=Exists(factors))
        .prefetch_related(Prefetch("role_grants", grants))
        .order_by("-is_active", "name", "pk")
    )
    return [
        Colleague(
            user=colleague,
            grants=list(colleague.role_grants.all()),
            has_second_factor=colleague.has_factor,
            may_be_managed=colleague != user
            and (
                units is None
                or {grant.unit_id for grant in colleague.role_grants.all()} <= set(units)
            ),
        )
        for colleague in found
    ]


def has_run_out(invitation: Invitation, now: datetime) -> bool:
    return invitation.expires_at <= now
