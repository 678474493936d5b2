"""What contacts themselves put on a person's page: who they are, and their privacy."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.panels import Panel, register
from contacts.selectors.persons import ledger_of
from core.models import User


def _about(contact: Contact, user: User) -> dict[str, Any]:
    """All it shows stands in the context of the page."""
    return {}


def _privacy(contact: Contact, user: User) -> dict[str, Any]:
    return {"ledger": ledger_of(contact, now=timezone.now())}


register(
    Panel(
        key="about",
        slot="tab",
        label=_("About"),
        position=20,
        template="contacts/panels/about.html",
        context=_about,
    )
)
register(
    Panel(
        key="privacy",
        slot="tab",
        label=_("Privacy"),
        position=90,
        template="contacts/panels/privacy.html",
        context=_privacy,
    )
)
