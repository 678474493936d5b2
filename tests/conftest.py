"""Where no DATABASE_URL and REDIS_URL are given, the session has servers of its own.

Django's settings read the addresses as they are imported. So the servers are started here, before
pytest-django sets Django up. That is why DJANGO_SETTINGS_MODULE does not stand in pyproject.toml.
"""

import os
from typing import Any

import pytest

from tests.support.servers import TestServers

pytest_plugins = [
    "tests.support.browser",
    "tests.support.celery",
    "tests.support.product",
    "tests.support.schema",
    "tests.support.smtp",
    "tests.support.threads",
    "tests.support.workers",
]

IS_XDIST_WORKER = "PYTEST_XDIST_WORKER" in os.environ
_servers: TestServers | None = None


def _prepare_environment() -> None:
    """What the settings read. The addresses of a product that runs meanwhile are not for tests."""
    global _servers
    _servers = TestServers.claim()
    os.environ.update(_servers.start())
    os.environ.setdefault("SECRET_KEY", "only-for-tests-" + 40 * "x")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trm.settings")
    # Playwright runs an event loop in the thread of the tests.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["VAR"] = str(_servers.folder)
    os.environ["EMAIL_URL"] = "smtp://127.0.0.1:9"
    os.environ["OUTBOX_DIR"] = ""
    os.environ["BASE_URL"] = "http://testserver"
    (_servers.folder / "staticfiles").mkdir(exist_ok=True)


if not IS_XDIST_WORKER:
    _prepare_environment()


def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """Each worker process has a Redis database of its own; pytest-django sees to PostgreSQL's."""
    if _servers and _servers.has_redis:
        base = os.environ["REDIS_URL"].rpartition("/")[0]
        for number, spec in enumerate(specs, start=1):
            spec.env = {**spec.env, "REDIS_URL": f"{base}/{number}"}


def pytest_configure(config: pytest.Config) -> None:
    """Whitenoise's storage wants files that only ``collectstatic`` makes."""
    from django.conf import settings  # noqa: PLC0415  (the environment comes first)

    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = backend


def pytest_unconfigure(config: pytest.Config) -> None:
    if _servers:
        _servers.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a running product, and those that count processes, stay in one worker."""
    for item in items:
        for name in ("browser", "process"):
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """What a test counted or cached (rate limits, say), or spoke, is not the next one's."""
    from django.core.cache import cache  # noqa: PLC0415  (the environment comes first)
    from django.utils import translation  # noqa: PLC0415

    translation.deactivate()
    cache.clear()
