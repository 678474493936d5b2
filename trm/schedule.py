"""What beat starts, and how often. Each finds its work in rows: a missed round loses nothing."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

EVERY = {
    "core.heartbeat": timedelta(seconds=10),
    "core.send_mails": timedelta(seconds=5),
    "core.retry_handlers": timedelta(seconds=30),
    "core.forget_idempotent_replies": timedelta(hours=1),
    "contacts.tidy_search_words": timedelta(days=1),
    "contacts.clear_imports": timedelta(hours=6),
    "contacts.forget_bulk_rows": timedelta(hours=1),
    "contacts.look_after_documents": timedelta(hours=6),
    "contacts.forget_exports": timedelta(minutes=10),
    "contacts.tend_pools": timedelta(minutes=30),
    "contacts.forget_old_journals": timedelta(hours=6),
    "contacts.keep_custom_indexes": timedelta(hours=1),
    "relationships.refresh_all_health": crontab(hour=3, minute=10),
    "relationships.forget_facts": timedelta(hours=1),
    "relationships.refresh_exposure": crontab(hour=3, minute=40),
    "relationships.forget_ties": timedelta(hours=6),
    "relationships.tend_engagements": timedelta(hours=1),
    "relationships.forget_versions": timedelta(hours=12),
    "relationships.mark_days": timedelta(hours=1),
    "relationships.send_digests": timedelta(minutes=5),
    "insights.recount_lives": crontab(hour=4, minute=10),
    "campaigns.dispatch": timedelta(seconds=5),
    "campaigns.recover": timedelta(seconds=15),
    "campaigns.tell_of_overdue_steps": timedelta(hours=1),
    "community.ask_profiles": timedelta(hours=1),
    "integrations.forget_mails": timedelta(hours=6),
}
# Seconds. Long work of which a second start would find nothing to do: one that waited for a worker
# until the next is due is dropped.
DROPPED_WHEN_LATE = {
    "contacts.run_imports": 15,
    "contacts.run_bulk_acts": 15,
    "contacts.run_exports": 15,
    "contacts.keep_segments": 15,
    "contacts.find_duplicates": 15,
    "contacts.read_documents": 20,
    "relationships.refresh_health": 15,
    "relationships.follow_cadences": 15,
    "relationships.run_automations": 10,
    "insights.follow_lives": 15,
    "integrations.file_mails": 10,
}

SCHEDULE: dict[str, dict[str, Any]] = {
    task: {"task": task, "schedule": schedule} for task, schedule in EVERY.items()
} | {
    task: {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": {"expires": seconds},
    }
    for task, seconds in DROPPED_WHEN_LATE.items()
}
