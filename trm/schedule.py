"""What beat starts, and how often. Each finds its work in rows: a missed round loses nothing."""

from datetime import timedelta

from celery.schedules import crontab

SCHEDULE = {
    "core.heartbeat": {"task": "core.heartbeat", "schedule": timedelta(seconds=10)},
    "core.send_mails": {"task": "core.send_mails", "schedule": timedelta(seconds=5)},
    "core.retry_handlers": {"task": "core.retry_handlers", "schedule": timedelta(seconds=30)},
    "campaigns.dispatch": {"task": "campaigns.dispatch", "schedule": timedelta(seconds=5)},
    "campaigns.recover": {"task": "campaigns.recover", "schedule": timedelta(seconds=15)},
    "core.forget_idempotent_replies": {
        "task": "core.forget_idempotent_replies",
        "schedule": timedelta(hours=1),
    },
    "relationships.refresh_health": {
        "task": "relationships.refresh_health",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "relationships.refresh_all_health": {
        "task": "relationships.refresh_all_health",
        "schedule": crontab(hour=3, minute=10),
    },
    "relationships.forget_facts": {
        "task": "relationships.forget_facts",
        "schedule": timedelta(hours=1),
    },
    "contacts.tidy_search_words": {
        "task": "contacts.tidy_search_words",
        "schedule": timedelta(days=1),
    },
    "contacts.run_imports": {
        "task": "contacts.run_imports",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "contacts.clear_imports": {"task": "contacts.clear_imports", "schedule": timedelta(hours=6)},
    "contacts.run_bulk_acts": {
        "task": "contacts.run_bulk_acts",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "contacts.forget_bulk_rows": {
        "task": "contacts.forget_bulk_rows",
        "schedule": timedelta(hours=1),
    },
    "contacts.keep_segments": {
        "task": "contacts.keep_segments",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "contacts.read_documents": {
        "task": "contacts.read_documents",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "contacts.look_after_documents": {
        "task": "contacts.look_after_documents",
        "schedule": timedelta(hours=6),
    },
    "contacts.run_exports": {
        "task": "contacts.run_exports",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "contacts.forget_exports": {
        "task": "contacts.forget_exports",
        "schedule": timedelta(minutes=10),
    },
    "community.ask_profiles": {
        "task": "community.ask_profiles",
        "schedule": timedelta(hours=1),
    },
    "contacts.tend_pools": {"task": "contacts.tend_pools", "schedule": timedelta(minutes=30)},
    "contacts.find_duplicates": {
        "task": "contacts.find_duplicates",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "contacts.forget_old_journals": {
        "task": "contacts.forget_old_journals",
        "schedule": timedelta(hours=6),
    },
    "contacts.keep_custom_indexes": {
        "task": "contacts.keep_custom_indexes",
        "schedule": timedelta(hours=1),
    },
}
