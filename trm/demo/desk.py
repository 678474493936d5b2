"""What comes up by itself on the desks of the demo: messages that wait, closings, days and facts."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import override

from campaigns.services.overdue import PATIENCE, tell_of_overdue_steps
from contacts.models import Segment
from core.models import User
from relationships.choices import Channel, Direction
from relationships.models import DigestSetting, Engagement, FollowUp, Relationship
from relationships.services import occasions
from relationships.services.expected_ends import ask_what_it_will_be
from relationships.services.follow_ups import ask_introduction, hand_over_follow_up
from relationships.services.interactions import log_interaction
from relationships.services.segment_cadence import follow_segments, set_segment_cadence
from relationships.services.tie_values import refresh_tie_values

MESSAGES = {
    "nl": (
        "Heb je al iets gehoord over de startdatum?",
        "Kan ik volgende week langskomen? Ik heb een vraag over het rooster.",
    ),
    "en": (
        "Have you heard anything about the starting date?",
        "May I come by next week? I have a question about the rota.",
    ),
}
ABOUT = {"nl": "Over een plek in het nieuwe team", "en": "About a place in the new team"}


def make_desk(colleagues: Sequence[User], *, today: date) -> None:
    """Two messages wait for each colleague, one of them is asked for an introduction; the rest is
    what the nightly round finds.
    """
    now = timezone.now()
    for user in colleagues:
        rows = Relationship.objects.open().filter(owner=user, contact__do_not_contact=False)
        found = rows.filter(next_touch_on__gt=today).select_related("contact").order_by("pk")[:2]
        for days, row in enumerate(found, start=1):
            log_interaction(
                contact=row.contact,
                actor=None,
                channel=Channel.EMAIL,
                direction=Direction.INBOUND,
                happened_at=now - timedelta(days=days, hours=3),
                summary=MESSAGES[user.language][days - 1],
            )
    # Nobody here leaves people waiting for weeks: what history says of older ones was answered.
    waiting = FollowUp.objects.open().filter(kind=FollowUp.Kind.REPLY)
    waiting.filter(occurred_on__lt=today - timedelta(days=4)).delete()
    _ask(colleagues, today)
    occasions.owe_for_engagements(today=today)
    occasions.mark_anniversaries(today=today)
    occasions.bring_up_facts(today=today)
    _go_round(colleagues, today)
    segment = Segment.objects.live().filter(is_private=False).order_by("pk").first()
    if segment is not None:
        set_segment_cadence(segment=segment, actor=colleagues[0], days=45)
        follow_segments(now=now)
    DigestSetting.objects.create(user=colleagues[0], hour=8)
    refresh_tie_values(now=now)


def _go_round(colleagues: Sequence[User], today: date) -> None:
    """A step that the second colleague leaves lying, and work whose expected last day has come: the
    first was told of both so long ago that they stand on the desk before other tasks.
    """
    first, second = colleagues[:2]
    steps = FollowUp.objects.open().filter(touchpoint__isnull=False, assignee=first)
    step = steps.filter(due_on__lt=today - PATIENCE).order_by("due_on", "pk").first()
    if step is not None:
        step = hand_over_follow_up(follow_up=step, actor=first, assignee=second)
        step.due_on = today - PATIENCE - timedelta(days=11)
        step.save(update_fields=["due_on"])
    tell_of_overdue_steps(today=today - timedelta(days=10))
    tell_of_overdue_steps(today=today)
    works = Engagement.objects.binding().filter(ends_on=None, expected_end_on__isnull=False)
    held = Relationship.objects.open().filter(owner=first).values("contact")
    work = works.filter(contact__in=held).order_by("expected_end_on", "pk").last()
    if work is not None:
        work.expected_end_on = today - timedelta(days=9)
        work.save(update_fields=["expected_end_on"])
    ask_what_it_will_be(today=today - timedelta(days=9))
    ask_what_it_will_be(today=today)


def _ask(colleagues: Sequence[User], today: date) -> None:
    """The second colleague asks the first, who keeps in touch with somebody."""
    first, second = colleagues[:2]
    row = Relationship.objects.open().filter(owner=first).select_related("contact").first()
    if row is not None:
        with override(first.language):
            ask_introduction(
                contact=row.contact,
                actor=second,
                colleague=first,
                note=ABOUT[first.language],
                due_on=today,
            )
