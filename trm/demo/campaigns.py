"""Four campaigns: one that ended, one half-way, one that asks a few people a day whether what we
know is still right, one still to be started.

They are run by the product's own services, day by day, with the demo's clock and a channel that
accepts every letter and sends none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Self

from django.utils import timezone

from campaigns.channels import Handover, Letter, Outcome
from campaigns.choices import Reason
from campaigns.models import Campaign, Enrolment, Step
from campaigns.services.campaigns import add_step, create_campaign, end_campaign, start_campaign
from campaigns.services.delivery import deliver_due
from campaigns.services.enrolment import work_on_run
from campaigns.services.sequence import stop_enrolments
from community.services.asking import ask_due, change_ask
from contacts.choices import Purpose
from core.models import User
from relationships.choices import Kind
from relationships.models import FollowUp
from relationships.services.follow_ups import close_follow_up

Texts = dict[str, str]
# How many people a day are asked, and since how many days.
ASKED_A_DAY, ASKED_FOR = 5, 6
MAIL, TASK = Step.Action.MAIL, Step.Action.FOLLOW_UP


@dataclass(frozen=True)
class Plan:
    """A campaign as written; ``steps`` are (action, day, subject, text). Without a ``kind`` people
    come into it one by one.
    """

    name: str
    purpose: Purpose
    kind: Kind | None
    steps: tuple[tuple[Step.Action, int, Texts, Texts], ...]


FREELANCERS = Plan(
    "Wie is er vrij in het voorjaar?",
    Purpose.CAREERS,
    Kind.FREELANCER,
    (
        (
            MAIL,
            0,
            {
                "nl": "Vrij in het voorjaar, {{ given_name }}?",
                "en": "Free in spring, {{ given_name }}?",
            },
            {
                "nl": "Hoi {{ given_name }},\n\nWe plannen het voorjaar. Laat je weten wanneer je ruimte hebt, en waar je zin in hebt? Een korte reactie is genoeg.\n\nGroet,\n{{ sender_name }}",
                "en": "Hi {{ given_name }},\n\nWe are planning spring. Will you let me know when you have room, and what you would enjoy? A line is enough.\n\nBest,\n{{ sender_name }}",
            },
        ),
        (
            TASK,
            4,
            {
                "nl": "Bel {{ full_name }} over het voorjaar",
                "en": "Call {{ full_name }} about spring",
            },
            {
                "nl": "Vraag ook hoe de vorige opdracht is bevallen.",
                "en": "Ask how the last assignment was, too.",
            },
        ),
    ),
)
ALUMNI = Plan(
    "Weerzien met alumni",
    Purpose.NETWORK,
    Kind.ALUMNUS,
    (
        (
            MAIL,
            0,
            {
                "nl": "Hoe gaat het met je, {{ given_name }}?",
                "en": "How are you, {{ given_name }}?",
            },
            {
                "nl": "Dag {{ given_name }},\n\nWe dachten aan je. Hoe bevalt het bij {{ organisation | je nieuwe werk }}? In het voorjaar komen oud-collega’s bij elkaar; je bent van harte welkom.\n\nHartelijke groet,\n{{ sender_name }}",
                "en": "Dear {{ given_name }},\n\nWe thought of you. How are things at {{ organisation | your new place }}? Former colleagues meet in spring; you are most welcome.\n\nKind regards,\n{{ sender_name }}",
            },
        ),
        (
            TASK,
            3,
            {
                "nl": "Bel {{ full_name }} om bij te praten",
                "en": "Call {{ full_name }} to catch up",
            },
            {
                "nl": "Geen aanbod, alleen belangstelling. Vraag wat wij kunnen betekenen.",
                "en": "No offer, just interest. Ask what we could do for them.",
            },
        ),
        (
            MAIL,
            14,
            {"nl": "Tot in het voorjaar", "en": "See you in spring"},
            {
                "nl": "Dag {{ given_name }},\n\nFijn dat we contact hadden. De datum volgt; laat het weten als je iemand wilt meenemen.\n\nTot dan,\n{{ sender_name }}",
                "en": "Dear {{ given_name }},\n\nGood to have been in touch. The date follows; tell us if you want to bring somebody.\n\nUntil then,\n{{ sender_name }}",
            },
        ),
    ),
)
PROSPECTS = Plan(
    "Kom kijken bij de sluis",
    Purpose.CAREERS,
    Kind.PROSPECT,
    (
        (
            MAIL,
            0,
            {"nl": "Kom je kijken, {{ given_name }}?", "en": "Come and see, {{ given_name }}?"},
            {
                "nl": "Hoi {{ given_name }},\n\nOp de sluis in {{ city | de buurt }} laten we zien waar we aan werken. Geen sollicitatie, wel koffie. Kom je?\n\nGroet,\n{{ sender_name }}",
                "en": "Hi {{ given_name }},\n\nAt the lock we show what we are working on. No interview, but coffee. Will you come?\n\nBest,\n{{ sender_name }}",
            },
        ),
        (
            TASK,
            3,
            {
                "nl": "Vraag {{ full_name }} mee naar de sluis",
                "en": "Ask {{ full_name }} along to the lock",
            },
            {
                "nl": "Noem waar het laatste gesprek over ging.",
                "en": "Mention what you last spoke about.",
            },
        ),
        (
            MAIL,
            14,
            {"nl": "Wat je gemist hebt", "en": "What you missed"},
            {
                "nl": "Hoi {{ given_name }},\n\nHet was een mooie dag. Een volgende keer samen?\n\nGroet,\n{{ sender_name }}",
                "en": "Hi {{ given_name }},\n\nIt was a good day. Together next time?\n\nBest,\n{{ sender_name }}",
            },
        ),
    ),
)


PROFILE = Plan(
    "Klopt je profiel nog?",
    Purpose.NETWORK,
    None,
    (
        (
            MAIL,
            0,
            {
                "nl": "Klopt dit nog, {{ given_name }}?",
                "en": "Is this still right, {{ given_name }}?",
            },
            {
                "nl": "Dag {{ given_name }},\n\nEens per jaar vragen we of wat we van je weten nog klopt, en waarover we je mogen schrijven. Kijk even mee, zonder account:\n\n{{ profile_url }}\n\nIets veranderen mag, alles laten staan ook.\n\nGroet,\n{{ sender_name }}",
                "en": "Dear {{ given_name }},\n\nOnce a year we ask whether what we know of you is still right, and what we may write to you about. Have a look, without an account:\n\n{{ profile_url }}\n\nYou may change things, or leave all as it is.\n\nBest,\n{{ sender_name }}",
            },
        ),
    ),
)


class AcceptsAll:
    """A channel for the past: every letter was accepted, and none leaves."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def hand_over(self, letter: Letter) -> Handover:
        return Handover(Outcome.ACCEPTED)


def make_campaigns(*, owner: User, rng: Random, today: date) -> None:
    ended = _start(FREELANCERS, owner, _morning(today - timedelta(days=70)))
    _live_through(range(70, 50, -1), today, rng, diligence=1.0)
    end_campaign(campaign=ended, actor=owner, now=_morning(today - timedelta(days=50)))
    running = _start(ALUMNI, owner, _morning(today - timedelta(days=12)))
    _live_through(range(12, -1, -1), today, rng, diligence=0.18)
    _let_one_unsubscribe(running, now=_morning(today - timedelta(days=6)))
    _ask_once_a_year(owner, today)
    _write(PROSPECTS, owner)


def _ask_once_a_year(owner: User, today: date) -> None:
    """For six days now, some each day; today's have been asked."""
    campaign = _start(PROFILE, owner, _morning(today - timedelta(days=ASKED_FOR)))
    change_ask(actor=owner, is_on=True, campaign=campaign, per_day=ASKED_A_DAY)
    for days in range(ASKED_FOR, -1, -1):
        clock = _standing_still(_morning(today - timedelta(days=days)))
        ask_due(now=clock())
        while deliver_due(channel=AcceptsAll(), clock=clock):
            pass


def _write(plan: Plan, owner: User) -> Campaign:
    campaign = create_campaign(
        actor=owner,
        name=plan.name,
        purpose=plan.purpose,
        audience={"kind": [plan.kind.value]} if plan.kind else None,
        intake=Campaign.Intake.AUDIENCE if plan.kind else Campaign.Intake.ONE_BY_ONE,
    )
    for action, day, subject, body in plan.steps:
        add_step(
            campaign=campaign,
            actor=owner,
            action=action,
            offset_days=day,
            subject=subject,
            body=body,
        )
    return campaign


def _start(plan: Plan, owner: User, now: datetime) -> Campaign:
    campaign = _write(plan, owner)
    start_campaign(campaign=campaign, actor=owner, now=now)
    return campaign


def _live_through(days_ago: range, today: date, rng: Random, *, diligence: float) -> None:
    """Each day the due mails go out, and colleagues close some of their tasks.

    ``diligence`` is the chance that a task of the campaign is done on a day.
    """
    for days in days_ago:
        clock = _standing_still(_morning(today - timedelta(days=days)))
        work_on_run(clock=clock)
        while deliver_due(channel=AcceptsAll(), clock=clock):
            pass
        tasks = FollowUp.objects.open().filter(touchpoint__isnull=False).order_by("pk")
        for task in tasks.filter(due_on__lt=clock().date()):
            if rng.random() < diligence:
                close_follow_up(
                    follow_up=task, actor=task.assignee, now=clock() + timedelta(hours=2)
                )


def _let_one_unsubscribe(campaign: Campaign, *, now: datetime) -> None:
    first = campaign.enrolments.filter(state=Enrolment.State.ACTIVE).order_by("pk").first()
    if first is not None:
        stop_enrolments(enrolment_ids=[first.pk], reason=Reason.UNSUBSCRIBED, actor=None, now=now)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9, 5))  # noqa: DTZ001


def _standing_still(now: datetime) -> Callable[[], datetime]:
    return lambda: now
