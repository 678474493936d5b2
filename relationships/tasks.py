"""What beat starts. Work is found in rows: a round that is lost changes nothing."""

import time

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from relationships.services import (
    assignments,
    automation_work,
    dossiers,
    expected_ends,
    occasions,
    papers,
    ties,
)
from relationships.services.assignments import begin_agreed
from relationships.services.birthdays import mark_birthdays
from relationships.services.digest import send_due_digests
from relationships.services.dossiers import ask_for_reviews
from relationships.services.expected_ends import ask_what_it_will_be, settle_expected
from relationships.services.exposure import refresh_exposure as work_out_exposure
from relationships.services.exposure import refresh_sides
from relationships.services.facts import BATCH, forget_expired
from relationships.services.health import AT_ONCE, refresh_all, refresh_marked
from relationships.services.leaving import keep_all_ways
from relationships.services.moments import forget_versions
from relationships.services.papers import ask_for_new_checks
from relationships.services.segment_cadence import follow_segments, follow_stages
from relationships.services.tie_values import refresh_tie_values

SECONDS = 10.0


@shared_task(name="relationships.refresh_health")
def refresh_health() -> None:
    """Answer the marks that stand, as long as there are many and there is time."""
    stop_at = time.monotonic() + SECONDS
    while refresh_marked(now=timezone.now()) == AT_ONCE and time.monotonic() < stop_at:
        continue


@shared_task(name="relationships.refresh_all_health")
def refresh_all_health() -> None:
    """Every night: time has passed for everybody."""
    refresh_all(now=timezone.now())
    refresh_tie_values(now=timezone.now())


@shared_task(name="relationships.follow_cadences")
def follow_cadences() -> None:
    """Whom a change of a segment, or of the cadence of a segment or a stage, concerns."""
    follow_segments(now=timezone.now())
    follow_stages()


@shared_task(name="relationships.send_digests")
def send_digests() -> None:
    send_due_digests(now=timezone.now())


@shared_task(name="relationships.mark_days")
def mark_days() -> None:
    """What the calendar brings: closings, anniversaries, facts. It may run as often as it likes."""
    today = timezone.localdate()
    for work in (
        occasions.owe_for_engagements,
        occasions.mark_anniversaries,
        mark_birthdays,
        occasions.bring_up_facts,
    ):
        with transaction.atomic():
            work(today=today)


@shared_task(name="relationships.tend_engagements")
def tend_engagements() -> None:
    """What a new day brings to work for us."""
    today = timezone.localdate()
    while begin_agreed(today=today) == assignments.BATCH:
        continue
    keep_all_ways(today=today)
    settle_expected()
    while ask_what_it_will_be(today=today) == expected_ends.BATCH:
        continue
    while ask_for_new_checks(today=today) == papers.BATCH:
        continue
    while ask_for_reviews(today=today) == dossiers.BATCH:
        continue


@shared_task(name="relationships.forget_versions")
def forget_earlier_versions() -> None:
    forget_versions(now=timezone.now())


@shared_task(name="relationships.forget_facts")
def forget_facts() -> None:
    while forget_expired(today=timezone.localdate()) == BATCH:
        continue


@shared_task(name="relationships.forget_ties")
def forget_ties() -> None:
    while ties.forget_removed(now=timezone.now()) == ties.BATCH:
        continue


@shared_task(name="relationships.run_automations")
def run_automations() -> None:
    """What moves asked for, and what workers that died had begun."""
    automation_work.recover(now=timezone.now())
    automation_work.run_due(stop_at=time.monotonic() + SECONDS)


@shared_task(name="relationships.refresh_exposure")
def refresh_exposure() -> None:
    """Every night: a year has passed since other talks, and people came and went."""
    work_out_exposure(now=timezone.now())
    refresh_sides(now=timezone.now())
