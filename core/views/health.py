from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.models import Heartbeat

STALE_AFTER = timedelta(seconds=60)


@require_GET
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is looked at: a restart would not mend it."""
    return JsonResponse({"status": "ok"})


@require_GET
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Everything a page or a sending needs is there: 200, or 503 naming what is missing."""
    checks = {
        "database": _check_database(),
        "redis": _check_redis(),
    }
    if checks["database"] == "ok":
        checks["migrations"] = _check_migrations()
    if checks.get("migrations") == "ok":
        checks["worker"] = _check_worker()
    is_ready = len(checks) == 4 and set(checks.values()) == {"ok"}
    return JsonResponse(
        {"status": "ok" if is_ready else "unavailable", "checks": checks},
        status=200 if is_ready else 503,
    )


def _check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no connection"
    return "ok"


def _check_redis() -> str:
    try:
        # Not through the cache: that one goes on without Redis.
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "no connection"
    return "ok"


def _check_migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(plan)} to be applied" if plan else "ok"


def _check_worker() -> str:
    beat = Heartbeat.objects.filter(name="worker").first()
    if beat is None:
        return "no heartbeat yet"
    age = timezone.now() - beat.at
    return "ok" if age < STALE_AFTER else f"last heartbeat {age.total_seconds():.0f} s ago"
