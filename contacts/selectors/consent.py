"""Whom we may write to, and why not the others. Asked at the preview and again when sending."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models import Consent, Contact, EmailAddress, Suppression
from contacts.suppression import digests_of

BATCH = 5000


class LeftOut(models.TextChoices):
    """Why someone is not written to; the first that holds, in this order."""

    ARCHIVED = "archived", _("No longer active")
    DO_NOT_CONTACT = "do_not_contact", _("Not to be contacted")
    SUPPRESSED = "suppressed", _("Unsubscribed from everything")
    NO_CONSENT = "no_consent", _("No consent")
    NO_ADDRESS = "no_address", _("No e-mail address")


@dataclass(frozen=True)
class Standing:
    """``address`` is where to write to; empty when ``reason`` says why not."""

    contact_id: int
    address: str
    reason: LeftOut | None

    @property
    def is_contactable(self) -> bool:
        return self.reason is None


@dataclass
class _Known:
    addresses: list[str]
    is_suppressed: bool = False


def contactable(
    people: Iterable[int] | models.QuerySet[Contact], *, purpose: str, now: datetime
) -> dict[int, Standing]:
    """For each of ``people`` whether, for ``purpose`` and at ``now``, we may write to them.

    ``people`` are ids or a queryset of contacts; who does not exist counts as archived. Four
    queries per 5,000 people.
    """
    if isinstance(people, models.QuerySet):
        people = people.values_list("pk", flat=True)
    ids = list(dict.fromkeys(people))
    standings: dict[int, Standing] = {}
    for start in range(0, len(ids), BATCH):
        standings |= _standings(ids[start : start + BATCH], purpose, now)
    return standings


def _standings(ids: list[int], purpose: str, now: datetime) -> dict[int, Standing]:
    active = dict(Contact.objects.active().filter(pk__in=ids).values_list("pk", "do_not_contact"))
    consenting = set(
        Consent.objects.in_force(now)
        .filter(contact__in=ids, purpose=purpose)
        .values_list("contact_id", flat=True)
    )
    known = _addresses(ids)
    standings = {}
    for pk in ids:
        reason = _reason(pk, active, known, consenting)
        address = "" if reason else known[pk].addresses[0]
        standings[pk] = Standing(pk, address, reason)
    return standings


def _reason(
    pk: int, active: dict[int, bool], known: dict[int, _Known], consenting: set[int]
) -> LeftOut | None:
    held = known.get(pk, _Known([]))
    checks = (
        (pk not in active, LeftOut.ARCHIVED),
        (active.get(pk, False), LeftOut.DO_NOT_CONTACT),
        (held.is_suppressed, LeftOut.SUPPRESSED),
        (pk not in consenting, LeftOut.NO_CONSENT),
        (not held.addresses, LeftOut.NO_ADDRESS),
    )
    return next((reason for holds, reason in checks if holds), None)


def _addresses(ids: list[int]) -> dict[int, _Known]:
    """Usable addresses, the primary first. Whoever unsubscribed one address from everything is
    not written to at another; one that merely does not exist is passed over.
    """
    rows = list(
        EmailAddress.objects.filter(contact__in=ids)
        .order_by("contact", "-is_primary", "pk")
        .values_list("contact_id", "address", "bounced_at")
    )
    digests = {address: digests_of(address) for _pk, address, _bounced in rows}
    every = [digest for keyed in digests.values() for digest in keyed]
    reasons = dict(Suppression.objects.filter(digest__in=every).values_list("digest", "reason"))
    known: dict[int, _Known] = {}
    for pk, address, bounced_at in rows:
        held = known.setdefault(pk, _Known([]))
        said = {reasons[digest] for digest in digests[address] if digest in reasons}
        held.is_suppressed |= bool(said - {Suppression.Reason.BOUNCED})
        if not said and bounced_at is None:
            held.addresses.append(address)
    return known
