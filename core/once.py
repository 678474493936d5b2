"""What is asked once per request, however many ask for it.

Between requests nothing is kept, so that what another process changed is seen by the next one.
Outside a request (a worker, a command) nothing is kept at all: whoever loops asks before the loop.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

T = TypeVar("T")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept_for_this_request", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` gives, made for the first who asks."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found


def forget(key: Hashable) -> None:
    """For whoever changes it."""
    kept = _kept.get()
    if kept is not None:
        kept.pop(key, None)


class OnceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with remembering():
            return self.get_response(request)
