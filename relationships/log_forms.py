"""What is asked of who logs a contact moment in one press, and who else was there."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import Contact
from core.models import User
from relationships.choices import Channel, Direction, Party

# So many at most at one table: more is an event.
MOST = 30

# What one press logs, and in which direction that usually goes.
QUICK: dict[str, tuple[str, Any, str]] = {
    Channel.PHONE: (Direction.TWO_WAY, pgettext_lazy("contact moment", "Called"), "phone"),
    Channel.MEETING: (Direction.TWO_WAY, pgettext_lazy("contact moment", "Met"), "users"),
    Channel.EMAIL: (Direction.OUTBOUND, pgettext_lazy("contact moment", "Mailed"), "mail"),
    Channel.CHAT: (Direction.TWO_WAY, pgettext_lazy("contact moment", "Chatted"), "message-circle"),
    Channel.WHATSAPP: (Direction.OUTBOUND, _("Wrote by WhatsApp"), "message-square-more"),
    Channel.LINKEDIN: (Direction.OUTBOUND, _("Wrote by LinkedIn"), "briefcase-business"),
}

# Those by which a text goes.
WRITTEN = (Channel.WHATSAPP, Channel.LINKEDIN, Channel.EMAIL, Channel.CHAT)


class QuickForm(forms.Form):
    """``body``: the text that was sent, where there is one."""

    channel = forms.ChoiceField(choices=[(channel, channel) for channel in QUICK])
    body = forms.CharField(required=False, max_length=5000)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "channel" in data:
            data["direction"] = QUICK[data["channel"]][0]
            data["initiated_by"] = Party.US
            if data.get("body"):
                data["direction"] = Direction.OUTBOUND
        return data


def chosen_people(user: User, given: Iterable[str], *, without: Contact) -> list[Contact]:
    """Those of the ticked whom ``user`` may see, in the order of their names."""
    uids = set()
    for one in list(given)[:MOST]:
        try:
            uids.add(UUID(one))
        except ValueError:
            continue
    if not uids:
        return []
    people = Contact.objects.visible_to(user).active().exclude(pk=without.pk)
    return list(people.filter(uid__in=uids).order_by("sort_key", "pk"))
