"""The live server answers each request in a thread of its own, which leaves its Redis connections
behind when it ends. Real servers keep their threads; here they are closed with the request."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.signals import request_finished


@pytest.fixture(scope="session", autouse=True)
def _threads_leave_no_redis_connection() -> Iterator[None]:
    request_finished.connect(_disconnect, weak=False)
    yield
    request_finished.disconnect(_disconnect)


def _disconnect(**_kwargs: Any) -> None:
    if threading.current_thread() is threading.main_thread():
        return
    for cache in caches.all(initialized_only=True):
        client = getattr(cache, "_cache", None)
        for pool in getattr(client, "_pools", {}).values():
            pool.disconnect()
