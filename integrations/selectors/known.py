"""Whose an address is, as far as a colleague may know; and which addresses are our own."""

from collections import defaultdict
from collections.abc import Collection

from django.conf import settings
from django.db.models.functions import Lower

from contacts.models import Contact, EmailAddress, Suppression
from contacts.selectors.persons import survivor_of
from contacts.suppression import digests_of
from core.models import User


def people_by_address(user: User, addresses: Collection[str]) -> dict[str, list[Contact]]:
    """Those who have an address, in any of their places, by address in lower case; archived
    people too. An address may be of several people.
    """
    rows = (
        EmailAddress.objects.annotate(lower=Lower("address"))
        .filter(lower__in=[one for one in addresses if one], contact__erased_at=None)
        .filter(contact__in=Contact.objects.visible_to(user))
        .select_related("contact__merged_into")
        .order_by("contact_id")
    )
    found: defaultdict[str, dict[int, Contact]] = defaultdict(dict)
    for row in rows:
        person = survivor_of(row.contact)
        found[row.lower][person.pk] = person
    merged = {one.pk for people in found.values() for one in people.values()}
    seen = set(Contact.objects.visible_to(user).filter(pk__in=merged).values_list("pk", flat=True))
    return {
        address: [one for pk, one in people.items() if pk in seen]
        for address, people in found.items()
    }


def forgotten_addresses(addresses: Collection[str]) -> set[str]:
    """Those of people who asked to be erased: nothing with them is kept anew."""
    by_digest = {digest: one for one in addresses for digest in digests_of(one)}
    held = Suppression.objects.filter(digest__in=by_digest, reason=Suppression.Reason.ERASED)
    return {by_digest[digest] for digest in held.values_list("digest", flat=True)}


def colleagues_addresses(addresses: Collection[str]) -> set[str]:
    rows = User.objects.annotate(lower=Lower("email")).filter(lower__in=list(addresses))
    return set(rows.values_list("lower", flat=True))


def is_filing_address(address: str) -> bool:
    domain = str(settings.CAPTURE_DOMAIN)
    return bool(domain) and address.rpartition("@")[2] == domain
