from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_alive_needs_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


def test_ready_when_all_is_there(client: Client) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "ok",
            "checks": {"database": "ok", "redis": "ok", "migrations": "ok", "worker": "ok"},
        },
    )


def test_a_worker_that_was_never_there_is_named(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "no heartbeat yet"


def test_a_worker_that_fell_silent_is_named(client: Client) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=90))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "last heartbeat 90 s ago"


def test_a_migration_that_is_missing_is_counted(client: Client) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    ((app, name),) = MigrationLoader(connection).graph.leaf_nodes("core")
    MigrationRecorder(connection).record_unapplied(app, name)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert response.json()["checks"]["migrations"] == "1 to be applied"
    assert "worker" not in response.json()["checks"]


def test_redis_that_is_gone_is_named(client: Client, settings: Settings) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["redis"] == "no connection"
