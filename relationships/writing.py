"""Before one writes to a person: whom a colleague holds is not mailed past them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from contacts.models.access import visible_units
from contacts.writing import Gate, register
from core.models import User
from relationships.selectors.ownership import holds_against
from relationships.selectors.person import hold_shown

_MAY_WRITE = "relationships.log_interaction"


def ask_why_first(contact: Contact, user: User) -> str:
    may_write = user.has_perm(_MAY_WRITE, contact)
    if may_write and hold_shown(contact, user, today=timezone.localdate()):
        return _page(contact.uid)
    return ""


def ask_why_first_each(contact_ids: Sequence[int], user: User) -> Mapping[int, str]:
    units = visible_units(user, _MAY_WRITE)
    if units == []:
        return {}
    held = list(holds_against(user, contact_ids, today=timezone.localdate()))
    people = Contact.objects.filter(pk__in=held)
    if units is not None:
        people = people.filter(unit__in=units)
    return {pk: _page(uid) for pk, uid in people.values_list("pk", "uid")} if held else {}


def _page(uid: UUID) -> str:
    return reverse("relationships:message", args=[uid])


register("relationships.hold", Gate(before=ask_why_first, before_each=ask_why_first_each))
