"""The private address of a colleague: given out, renewed, and known again."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.models import User
from integrations.models import FilingAddress
from integrations.models.filing_address import new_token
from integrations.selectors.waiting import LOG


class UnknownFilingAddress(DomainError):
    code = "unknown_filing_address"

    def __init__(self) -> None:
        super().__init__(_("There is no such filing address."))


@transaction.atomic
def make_filing_address(*, actor: User) -> FilingAddress:
    """Theirs if they have one."""
    held, is_new = FilingAddress.objects.get_or_create(user=actor)
    if is_new:
        audit.record(actor=actor, action="integrations.filing_address_made", target=actor)
    return held


@transaction.atomic
def renew_filing_address(*, actor: User) -> FilingAddress:
    """Another address, at once: what comes to the one before is refused from now on."""
    make_filing_address(actor=actor)
    held = FilingAddress.objects.select_for_update().get(user=actor)
    held.token = new_token()
    held.save(update_fields=["token", "updated_at"])
    audit.record(actor=actor, action="integrations.filing_address_renewed", target=actor)
    return held


def holder_of(token: str) -> User:
    """Whose mail comes to the address, if they may still log contact moments anywhere."""
    held = FilingAddress.objects.select_related("user").filter(token=token.strip().lower()).first()
    if held is None or not held.user.has_perm(LOG):
        raise UnknownFilingAddress
    return held.user
