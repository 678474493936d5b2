"""Figures that follow: a page with a script is there at once, and asks for them itself."""

from core.http import UserRequest

# A browser that runs scripts says so, since its first page (assets/js).
SCRIPTED = "scripted"


def comes_later(request: UserRequest) -> bool:
    """Whether the page should be answered without what takes long: it asks for that by ``part``."""
    return "part" not in request.GET and request.COOKIES.get(SCRIPTED) == "yes"


def part_of(request: UserRequest) -> str:
    """What to add to the name of a template, for the part that was asked for."""
    return "#figures" if request.htmx and request.GET.get("part") == "figures" else ""
