"""What becomes of it where two contacts that are one have what only one may have."""

from datetime import date

from django.db.models.functions import Lower

from contacts.models import (
    Contact,
    ContactSkill,
    EmailAddress,
    MergeRecord,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)
from contacts.names import fold
from core import merging
from core.merging import Clash


def _keep_one_address(clash: Clash) -> None:
    """Of an address that both have, the survivor's stays, and knows that it bounced."""
    for double in clash.duplicates.annotate(folded=Lower("address")):
        held = clash.survivors.annotate(folded=Lower("address")).filter(folded=double.folded)
        if double.bounced_at is not None and held.filter(bounced_at=None).exists():
            clash.journal.change(
                EmailAddress.objects.filter(pk__in=held.values("pk")), bounced_at=double.bounced_at
            )
        if held.exists():
            clash.journal.take_out(EmailAddress.objects.filter(pk=double.pk))
    _step_back(clash)


def _keep_one_number(clash: Clash) -> None:
    held = list(clash.survivors.values_list("number", flat=True))
    clash.journal.take_out(clash.duplicates.filter(number__in=held))
    _step_back(clash)


def _keep_one_profile(clash: Clash) -> None:
    held = list(clash.survivors.values_list("url", flat=True))
    clash.journal.take_out(clash.duplicates.filter(url__in=held))


def _keep_one_place(clash: Clash) -> None:
    held = {_place(row) for row in clash.survivors}
    doubles = [row.pk for row in clash.duplicates if _place(row) in held]
    clash.journal.take_out(clash.duplicates.filter(pk__in=doubles))
    _step_back(clash)


def _place(row: PostalAddress) -> tuple[str, ...]:
    return tuple(fold(text) for text in (row.lines, row.postcode, row.city, row.country))


def _keep_one_skill(clash: Clash) -> None:
    """Of a skill that both have, one row stays whole: one that was confirmed before one that was
    not, then the higher level, then what was confirmed last; the survivor's where all is equal.
    """
    held = {row.skill_id: row for row in clash.survivors}
    for double in clash.duplicates.filter(skill__in=held):
        own = held[double.skill_id]
        lesser = own if _worth(double) > _worth(own) else double
        clash.journal.take_out(ContactSkill.objects.filter(pk=lesser.pk))


def _worth(row: ContactSkill) -> tuple[bool, int, date]:
    return row.confirmed_on is not None, row.level or 0, row.confirmed_on or date.min


def _step_back(clash: Clash) -> None:
    """The duplicate's first is one among others from now on."""
    clash.journal.change(clash.duplicates.filter(is_primary=True), is_primary=False)


merging.register_resolver(EmailAddress, _keep_one_address)
merging.register_resolver(PhoneNumber, _keep_one_number)
merging.register_resolver(PostalAddress, _keep_one_place)
merging.register_resolver(ContactSkill, _keep_one_skill)
merging.register_resolver(SocialProfile, _keep_one_profile)
# Merges themselves go on naming whom they named: a chain of them leads to the last survivor.
merging.register_staying(Contact, "merged_into")
merging.register_staying(MergeRecord, "survivor")
merging.register_staying(MergeRecord, "duplicate")
