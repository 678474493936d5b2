from functools import cache

from django.conf import settings
from django.http import HttpRequest

from core import navigation, palette
from core.models import User
from core.navigation import Entry, Section

RAIL_COOKIE = "trm_rail"


def shell(request: HttpRequest) -> dict[str, object]:
    """What every signed-in page shows round its own content.

    The lists are functions, called when a template names them: a fragment pays for none.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"has_outbox": bool(settings.OUTBOX_DIR)}
    signed_in = user

    def entries(section: Section) -> list[Entry]:
        return navigation.entries_for(signed_in, section, request.path)

    @cache
    def acts() -> list[palette.Act]:
        return palette.acts_for(signed_in)

    return {
        "has_outbox": bool(settings.OUTBOX_DIR),
        "rail_is_narrow": request.COOKIES.get(RAIL_COOKIE) == "narrow",
        "main_items": cache(lambda: entries(Section.MAIN)),
        "below_items": cache(lambda: entries(Section.BELOW)),
        "settings_items": cache(lambda: entries(Section.SETTINGS)),
        "acts": acts,
        "new_acts": lambda: [act for act in acts() if act.is_new],
    }
