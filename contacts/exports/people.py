"""Whom a file is about, read with all their lists in a fixed number of queries."""

from collections.abc import Iterator, Sequence

from django.db.models import Prefetch

from contacts.models import (
    Contact,
    ContactSkill,
    EmailAddress,
    ExternalId,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
    Tag,
)
from contacts.models.contact import ContactQuerySet

SET = 1000


def with_lists(people: ContactQuerySet) -> ContactQuerySet:
    first_ahead = ("-is_primary", "pk")
    return people.prefetch_related(
        Prefetch("email_addresses", EmailAddress.objects.order_by(*first_ahead)),
        Prefetch("phone_numbers", PhoneNumber.objects.order_by(*first_ahead)),
        Prefetch("postal_addresses", PostalAddress.objects.order_by(*first_ahead)),
        Prefetch("social_profiles", SocialProfile.objects.order_by("pk")),
        Prefetch("external_ids", ExternalId.objects.order_by("system", "value")),
        Prefetch("tags", Tag.objects.order_by("name")),
        Prefetch("skills", ContactSkill.objects.select_related("skill").order_by("pk")),
    )


def first_place(contact: Contact) -> PostalAddress | None:
    """The primary postal address of a contact that came ``with_lists``."""
    return next(iter(contact.postal_addresses.all()), None)


def in_sets(ids: Sequence[int], people: ContactQuerySet) -> Iterator[list[Contact]]:
    """The contacts of ``ids`` that ``people`` still holds, in the order of ``ids``, set by set."""
    for start in range(0, len(ids), SET):
        wanted = ids[start : start + SET]
        found = {one.pk: one for one in with_lists(people.filter(pk__in=wanted))}
        yield [found[pk] for pk in wanted if pk in found]
