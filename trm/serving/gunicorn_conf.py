"""How the pages are served. Sync workers: with real work in the views they beat threads."""

import gc
import os
from typing import Any

from django.db import connections

from trm.serving.announcing import READY_LINE

_is_debug = os.environ.get("DEBUG", "").lower() in {"1", "true", "on", "yes"}

wsgi_app = "trm.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "0")) or min((os.cpu_count() or 1) + 1, 9)
worker_class = "sync"
# Loaded once, before the workers fork: they share the memory, and a fault in it is told once.
preload_app = not _is_debug
reload = _is_debug
timeout = 60
graceful_timeout = 3
# Against leaks in what we did not write; staggered, so that not all start anew at once.
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True


def when_ready(server: Any) -> None:
    print(READY_LINE, flush=True)  # noqa: T201  (the parent waits for it)


def pre_fork(server: Any, worker: Any) -> None:
    """What was loaded stays for good: it is neither searched for garbage, nor copied by that."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A connection opened while loading must not be shared by two workers."""
    connections.close_all()
    # A page makes some ten thousand objects; nearly all go without the collector.
    gc.set_threshold(20_000, 20, 50)
