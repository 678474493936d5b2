"""How many requests a credential may make: a bucket of tokens, refilled all the time."""

import logging
import math
import time
from dataclasses import dataclass

import redis
from django.conf import settings
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds for which a process leaves Redis alone after it failed."""

# One round trip, and atomic: two requests at once never spend the same token.
_SPEND = """
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local capacity, per_second, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens = tonumber(held[1]) or capacity
local at = tonumber(held[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * per_second)
local allowed = 0
if tokens >= 1 then
  tokens = tokens - 1
  allowed = 1
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / per_second) + 1)
return {allowed, tostring(tokens)}
"""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What is left. ``reset``: seconds until the bucket is full; ``wait``: until the next token."""

    is_allowed: bool
    limit: int
    remaining: int
    reset: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class Meter:
    """Counts in Redis. Without Redis nobody is counted and nobody is refused: the limit protects
    the others from a client that runs wild, and is no reason to answer nobody.
    """

    def __init__(self) -> None:
        self._redis: redis.Redis | None = None
        self._redis_from = 0.0

    def spend(self, credential: str, *, now: float) -> Allowance | None:
        """Take one token from the bucket of ``credential``; None while Redis cannot be reached."""
        if time.monotonic() < self._redis_from:
            return None
        per_second = settings.API_REQUESTS_PER_MINUTE / 60
        try:
            answer = self._client().eval(
                _SPEND,
                1,
                f"trm:api:rate:{credential}",
                str(settings.API_REQUESTS_AT_ONCE),
                str(per_second),
                repr(now),
            )
        except (RedisError, OSError):
            self._redis_from = time.monotonic() + PAUSE
            logger.warning("No Redis: API requests are not counted", exc_info=True)
            return None
        allowed, tokens = answer
        return _allowance(bool(allowed), float(tokens), per_second)

    def _client(self) -> redis.Redis:
        if self._redis is None:
            self._redis = redis.Redis.from_url(
                settings.REDIS_URL, socket_timeout=0.25, socket_connect_timeout=0.25
            )
        return self._redis


def _allowance(is_allowed: bool, tokens: float, per_second: float) -> Allowance:
    limit: int = settings.API_REQUESTS_AT_ONCE
    return Allowance(
        is_allowed=is_allowed,
        limit=limit,
        remaining=int(tokens),
        reset=math.ceil((limit - tokens) / per_second),
        wait=max(1, math.ceil((1 - tokens) / per_second)),
    )


meter = Meter()
