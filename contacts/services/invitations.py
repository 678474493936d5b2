"""How a colleague gets an account: asked by one who may, and accepted by whoever holds the link."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts.models import Invitation, OrgUnit
from contacts.rules import may_grant
from contacts.services.team import GrantRefused, make_account
from core import audit
from core.errors import DomainError
from core.mail import as_html, queue_mail
from core.models import Role, User

VALID_FOR = timedelta(days=14)


class InvitationRefused(DomainError):
    code = "invitation_refused"


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    language: str,
    role: Role,
    unit: OrgUnit | None,
    actor: User | None,
) -> Invitation:
    """Invite a colleague; the mail follows. Without an actor it is the system that invites."""
    invitation, _link = _invite(
        email=email, name=name, language=language, role=role, unit=unit, actor=actor
    )
    return invitation


@transaction.atomic
def invite_administrator(*, email: str, language: str) -> str:
    """Let someone in who then lets others in, and return their link: on a new installation there
    may be no mail yet. For the command line. Asked again, there is a new link.
    """
    pending = Invitation.objects.filter(
        email=email.strip().lower(), accepted_at=None, revoked_at=None
    )
    for old in pending.select_for_update():
        old.revoked_at = timezone.now()
        old.save(update_fields=["revoked_at", "updated_at"])
    _invitation, link = _invite(
        email=email,
        name="",
        language=language,
        role=Role.objects.get(key="administrator"),
        unit=None,
        actor=None,
    )
    return link


def _invite(
    *, email: str, name: str, language: str, role: Role, unit: OrgUnit | None, actor: User | None
) -> tuple[Invitation, str]:
    address = email.strip().lower()
    if actor is not None and not may_grant(actor, role, unit.pk if unit else None):
        raise GrantRefused(_("You can only give what you hold yourself, within your own part."))
    if User.objects.filter(email=address).exists():
        raise InvitationRefused(_("There is already an account for this e-mail address."))
    invitation = Invitation(
        email=address,
        name=name.strip(),
        language=language,
        role=role,
        unit=unit,
        invited_by=actor,
    )
    try:
        with transaction.atomic():
            link = _renew(invitation)
    except IntegrityError as clash:
        raise InvitationRefused(
            _("This address was already invited. Send that invitation again instead.")
        ) from clash
    audit.record(
        actor=actor,
        action="core.colleague_invited",
        target=invitation,
        email=address,
        role=role.name,
        unit=unit.name if unit else None,
    )
    return invitation, link


@transaction.atomic
def resend_invitation(*, invitation: Invitation, actor: User) -> None:
    """A new link, valid for two weeks again. The old one stops working."""
    current = _lock(invitation)
    if not may_grant(actor, current.role, current.unit_id):
        raise GrantRefused(_("This invitation gives more than you hold yourself."))
    _renew(current)
    audit.record(actor=actor, action="core.invitation_resent", target=current, email=current.email)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User) -> None:
    current = _lock(invitation)
    current.revoked_at = timezone.now()
    current.save(update_fields=["revoked_at", "updated_at"])
    audit.record(actor=actor, action="core.invitation_revoked", target=current, email=current.email)


def find_invitation(*, token: str, now: datetime) -> Invitation | None:
    """The open invitation that ``token`` belongs to."""
    return (
        Invitation.objects.open(now)
        .select_related("role", "unit", "invited_by")
        .filter(digest=_digest(token))
        .first()
    )


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, now: datetime) -> User:
    """Make the account that was promised. A link works once, whoever is first.

    What the inviter may no longer give is not given either: who lost their role cannot let
    others in by an old letter.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .open(now)
        .filter(digest=_digest(token))
        .first()
    )
    if invitation is None:
        raise InvitationRefused(_("This invitation is no longer valid."))
    inviter = invitation.invited_by
    if inviter is not None and not may_grant(inviter, invitation.role, invitation.unit_id):
        raise InvitationRefused(_("This invitation is no longer valid."))
    user = make_account(
        email=invitation.email,
        name=name,
        password=password,
        role=invitation.role,
        unit=invitation.unit,
        language=invitation.language,
        actor=inviter,
    )
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at", "updated_at"])
    audit.record(actor=user, action="core.invitation_accepted", target=invitation)
    return user


def _lock(invitation: Invitation) -> Invitation:
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if current.accepted_at or current.revoked_at:
        raise InvitationRefused(_("This invitation was accepted or withdrawn meanwhile."))
    return current


def _renew(invitation: Invitation) -> str:
    """Give the invitation a fresh link and put the letter with it in the queue."""
    token = secrets.token_urlsafe(32)
    link = settings.BASE_URL + reverse("contacts:accept_invitation", args=[token])
    invitation.digest = _digest(token)
    invitation.expires_at = timezone.now() + VALID_FOR
    invitation.save()
    with override(invitation.language):
        values = {"invitation": invitation, "link": link, "days": VALID_FOR.days}
        subject = render_to_string("mail/invitation_subject.txt", values).strip()
        text = render_to_string("mail/invitation_message.txt", values).strip()
        queue_mail(to=invitation.email, subject=subject, text=text, html=as_html(subject, text))
    return link


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
