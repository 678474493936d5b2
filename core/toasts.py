"""Short messages after an act, with an undo where there is one.

One way for every page: put the message in Django's storage. A full page shows what is there; for a
htmx request ``ToastMiddleware`` hands it over in the ``HX-Trigger`` header.
"""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.utils.functional import Promise

from core.errors import DomainError

LEVELS = {
    messages.DEBUG: "info",
    messages.INFO: "info",
    messages.SUCCESS: "success",
    messages.WARNING: "warning",
    messages.ERROR: "error",
}


def toast(
    request: HttpRequest,
    text: str | Promise,
    *,
    level: int = messages.SUCCESS,
    undo_url: str = "",
) -> None:
    """Say ``text`` on the next page or fragment. ``undo_url`` is a path that takes a POST."""
    messages.add_message(request, level, str(text), extra_tags=undo_url)


def as_event(message: Message) -> dict[str, str]:
    """What the browser's ``toast`` event carries."""
    event = {"text": str(message), "level": LEVELS.get(message.level, "info")}
    if message.extra_tags:
        event["undo_url"] = message.extra_tags
    return event


def toast_refusal(request: HttpRequest, refusal: DomainError) -> None:
    """Say why a rule of the business said no."""
    toast(request, str(refusal), level=messages.ERROR)
