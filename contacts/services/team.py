"""Accounts of colleagues and what they may do.

There is always someone who can let others in: an active user who holds ``core.manage_accounts``
for the whole organisation. Whatever could take the last one away is refused here.
"""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import OrgUnit, RoleGrant
from contacts.rules import may_grant, may_manage
from core import audit
from core.errors import DomainError
from core.models import ApiToken, Role, User


class GrantRefused(DomainError):
    code = "grant_refused"


class AccountRefused(DomainError):
    code = "account_refused"


@transaction.atomic
def make_account(
    *,
    email: str,
    name: str,
    role: Role,
    actor: User | None,
    unit: OrgUnit | None = None,
    password: str | None = None,
    language: str = "nl",
) -> User:
    """An account that can sign in at once: its address counts as verified.

    For invitations that were accepted, and for demo data. Without a password it signs in once
    the user has chosen one by "forgot password".
    """
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise AccountRefused(_("There is already an account for this e-mail address."))
    user = User.objects.create_user(address, password, name=name.strip(), language=language)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    RoleGrant.objects.create(user=user, role=role, unit=unit)
    audit.record(
        actor=actor, action="core.account_made", target=user, role=role.name, unit=_name(unit)
    )
    return user


@transaction.atomic
def grant_role(*, user: User, role: Role, unit: OrgUnit | None, actor: User) -> RoleGrant:
    if not may_grant(actor, role, unit.pk if unit else None):
        raise GrantRefused(_("You can only give what you hold yourself, within your own part."))
    grant, is_new = RoleGrant.objects.get_or_create(user=user, role=role, unit=unit)
    if not is_new:
        raise GrantRefused(_("%(name)s already has this role there.") % {"name": user.name})
    audit.record(
        actor=actor, action="core.role_granted", target=user, role=role.name, unit=_name(unit)
    )
    return grant


@transaction.atomic
def revoke_role(*, grant: RoleGrant, actor: User) -> None:
    lock_administration()
    if not may_grant(actor, grant.role, grant.unit_id):
        raise GrantRefused(
            _("You can only take away what you hold yourself, within your own part.")
        )
    audit.record(
        actor=actor,
        action="core.role_revoked",
        target=grant.user,
        role=grant.role.name,
        unit=_name(grant.unit),
    )
    grant.delete()
    require_an_administrator()


@transaction.atomic
def deactivate_account(*, user: User, actor: User) -> None:
    """Keep someone out from this moment: their sessions and API tokens end too."""
    lock_administration()
    if user == actor:
        raise AccountRefused(_("Ask another administrator to close your own account."))
    _require_management(actor, user)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return
    user.is_active = False
    require_an_administrator()
    end_sessions(user=user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    audit.record(actor=actor, action="core.account_closed", target=user)


@transaction.atomic
def reactivate_account(*, user: User, actor: User) -> None:
    """Let someone in again, with the roles they had. Tokens and sessions stay gone."""
    _require_management(actor, user)
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        return
    user.is_active = True
    audit.record(actor=actor, action="core.account_opened", target=user)


def end_sessions(*, user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def lock_administration() -> None:
    """Hold every other change of who administers until this transaction ends: two administrators
    who take each other's role away at once would leave nobody.
    """
    list(Role.objects.select_for_update().order_by("pk").values_list("pk"))


def require_an_administrator() -> None:
    """Refuse (and so undo) the change when nobody is left to let others in."""
    remaining = RoleGrant.objects.filter(
        unit=None, role__permissions__contains=["core.manage_accounts"], user__is_active=True
    )
    if not remaining.exists():
        raise GrantRefused(
            _(
                "Somebody must stay administrator of the whole organisation. "
                "Give that to another first."
            )
        )


def _require_management(actor: User, user: User) -> None:
    if not may_manage(actor, user):
        raise AccountRefused(_("This account also has roles outside your own part."))


def _name(unit: OrgUnit | None) -> str | None:
    """How the audit log names a unit; None stands for the whole organisation."""
    return unit.name if unit else None
