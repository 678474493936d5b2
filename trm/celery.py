import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trm.settings")

app = Celery("trm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def show_up(sender: Any, **_kwargs: Any) -> None:
    """The first heartbeat at once: who waits for ``/readyz`` need not wait for its round."""
    app.send_task("core.heartbeat")
