"""When someone tries too often: until when they must wait, and the page that says so."""

import math
import time
from datetime import UTC, datetime

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

UNKNOWN_WAIT = 60
"""Seconds to wait where the limit is not told to us: all of those are per minute."""


def seconds_to_wait(request: HttpRequest, *, action: str, key: str) -> float:
    """How long until ``action`` is allowed again: 0 when it is now."""
    now = time.time()
    waits = [0.0]
    for rate in ratelimit.get_rates(app="allauth.account", action=action):
        cache_key = ratelimit.get_cache_key(
            request, app="allauth.account", action=action, rate=rate, key=key
        )
        tries = [at for at in cache.get(cache_key, []) if at > now - rate.duration]
        if len(tries) >= rate.amount:
            waits.append(tries[rate.amount - 1] + rate.duration - now)
    return max(waits)


def too_many_requests(request: HttpRequest, wait: float = UNKNOWN_WAIT) -> HttpResponse:
    """The page for 429: when to try again, in words and in ``Retry-After``."""
    seconds = max(1, math.ceil(wait))
    context = {
        "minutes": math.ceil(seconds / 60),
        "free_at": datetime.fromtimestamp(time.time() + seconds, tz=UTC),
    }
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response
