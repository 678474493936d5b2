"""Before one writes to a person: whom a colleague holds is not mailed past them."""

from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from contacts.writing import register
from core.models import User
from relationships.selectors.person import hold_shown


def ask_why_first(contact: Contact, user: User) -> str:
    may_write = user.has_perm("relationships.log_interaction", contact)
    if may_write and hold_shown(contact, user, today=timezone.localdate()):
        return reverse("relationships:message", args=[contact.uid])
    return ""


register("relationships.hold", ask_why_first)
