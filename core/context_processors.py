from django.conf import settings
from django.http import HttpRequest

from core import navigation
from core.navigation import Section


def shell(request: HttpRequest) -> dict[str, object]:
    """What every signed-in page shows round its own content."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"has_outbox": bool(settings.OUTBOX_DIR)}
    return {
        "has_outbox": bool(settings.OUTBOX_DIR),
        "main_items": navigation.items_for(user, Section.MAIN),
        "below_items": navigation.items_for(user, Section.BELOW),
    }
