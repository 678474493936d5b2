"""The cache, which a lost Redis slows down but never stops.

Rate limits of signing in live in it. Were they simply gone with Redis, guessing would be free;
were they an error, nobody could sign in. So each process counts for itself until Redis is back:
with four web processes a guesser has at most four times the tries.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds for which a process leaves Redis alone after it failed."""


def _steady(name: str) -> Callable[..., Any]:
    def call(self: "SteadyRedisCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= SteadyRedisCache.redis_from:
            try:
                return getattr(super(SteadyRedisCache, self), name)(*args, **kwargs)
            except (RedisError, OSError):
                SteadyRedisCache.redis_from = time.monotonic() + PAUSE
                logger.warning("No Redis: this process keeps a cache of its own", exc_info=True)
        return getattr(self.own, name)(*args, **kwargs)

    return call


class SteadyRedisCache(RedisCache):
    redis_from: ClassVar[float] = 0.0

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.own = LocMemCache("steady", {**params, "OPTIONS": {"MAX_ENTRIES": 10_000}})

    add = _steady("add")
    get = _steady("get")
    set = _steady("set")
    touch = _steady("touch")
    delete = _steady("delete")
    get_many = _steady("get_many")
    set_many = _steady("set_many")
    delete_many = _steady("delete_many")
    has_key = _steady("has_key")
    incr = _steady("incr")
    clear = _steady("clear")
