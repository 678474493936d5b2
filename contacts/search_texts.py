"""The texts of contacts themselves that can be searched."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.searching.texts import TextSource, register
from core.models import User


def _with_a_note(user: User) -> ContactQuerySet:
    """The condition is that of the index."""
    return Contact.objects.visible_to(user).active().filter(~Q(note=""))


register(
    TextSource(
        key="note",
        label=_("Note"),
        icon="sticky-note",
        rows=_with_a_note,
        columns=("note",),
        at="updated_at",
        contact="",
        fragment="?tab=about",
        permission="contacts.view_contact",
        position=10,
    )
)
