from django.utils.translation import gettext_lazy as _

from core import navigation
from core.audit import declare
from core.navigation import Item, Section

declare({"community.ask_changed": _("{actor} changed how people are asked about their profile")})

navigation.register(
    Item(
        section=Section.SETTINGS,
        label=_("Still right?"),
        purpose=_("Asking people each year whether what we hold is right"),
        url_name="community:profile_ask",
        icon="badge-check",
        position=40,
        permission="community.ask_profiles",
    )
)
