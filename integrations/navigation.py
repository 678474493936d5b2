"""Both pages stand in the navigation where mail can come in: where there is a domain for it."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.navigation import Item, Section
from integrations.selectors.waiting import LOG, waiting_count

UNKNOWN_MAIL = Item(
    section=Section.BELOW,
    label=_("Unknown mail"),
    url_name="integrations:mail",
    icon="mail-question-mark",
    position=35,
    permission=LOG,
    shortcut="m",
    count=waiting_count,
)
FILING = Item(
    section=Section.SETTINGS,
    label=_("Filing mail"),
    purpose=_("Your private address: mail copied to it appears with the people concerned"),
    url_name="integrations:filing",
    icon="mail-plus",
    position=25,
    permission=LOG,
)

if settings.CAPTURE_DOMAIN:
    navigation.register(UNKNOWN_MAIL)
    navigation.register(FILING)
