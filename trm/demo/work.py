"""What was agreed in the work of the demo: on what basis, until when, for how much."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from core.models import User
from relationships.models import Dossier, Engagement, FollowUp, LeavingStep, Paper, Questionnaire
from trm.demo.people import moment

Basis, Form, Per, Phase = Engagement.Basis, Engagement.Form, Engagement.Per, Engagement.Phase

# Of every so many that run, one is still a brief, one a proposal.
TALKED_OVER = 9


def enrich(engagements: Sequence[Engagement], *, rng: Random, today: date) -> None:
    """Rates that differ within a role, as they do; ends that come; assignments still talked over."""
    wages: dict[tuple[str, str], int] = {}
    running = 0
    for row in engagements:
        _agree(row, rng)
        wage = wages.setdefault((row.form, row.role), rng.randint(29, 52) * 100)
        if row.form == Form.EMPLOYMENT:
            row.rate, row.rate_per = Decimal(wage + rng.randint(-4, 9) * 75), Per.MONTH
        elif row.form == Form.ASSIGNMENT:
            row.rate, row.rate_per = Decimal(wage // 60 + 20 + rng.randint(-3, 6) * 5), Per.HOUR
            running += row.phase == Phase.RUNNING
            if row.phase == Phase.RUNNING and running % TALKED_OVER < 2:
                row.phase = Phase.PROPOSAL if running % TALKED_OVER else Phase.BRIEF
                row.starts_on, row.ends_on = today + timedelta(days=rng.randint(9, 40)), None
        _expect(row, rng, today)
    fields = ("basis", "rate", "rate_per", "phase", "starts_on", "ends_on", "expected_end_on")
    Engagement.objects.bulk_update(engagements, fields, batch_size=1000)


def _agree(row: Engagement, rng: Random) -> None:
    usual = {
        Form.EMPLOYMENT: (Basis.PERMANENT, Basis.PERMANENT, Basis.PERMANENT, Basis.FIXED_TERM),
        Form.INTERNSHIP: (Basis.PLACEMENT, Basis.THESIS),
        Form.ASSIGNMENT: (Basis.FREELANCE, Basis.FREELANCE, Basis.INTERMEDIARY),
        Form.VOLUNTEER: (Basis.VOLUNTARY,),
    }
    row.basis = rng.choice(usual[Form(row.form)])


def _expect(row: Engagement, rng: Random, today: date) -> None:
    if row.ends_on is None and row.basis == Basis.FIXED_TERM and row.starts_on <= today:
        row.expected_end_on = today + timedelta(days=rng.randint(-12, 300))
    elif row.phase in (Phase.BRIEF, Phase.PROPOSAL):
        row.expected_end_on = row.starts_on + timedelta(days=rng.randint(60, 200))


def go_on(*, rng: Random, today: date) -> None:
    """Of the ways out, most of what is due was done, and some of what is not."""
    steps = LeavingStep.objects.filter(follow_up__state=FollowUp.State.OPEN)
    done = []
    for step in steps.select_related("follow_up").order_by("planned_on", "pk"):
        task = step.follow_up
        if task is None or rng.random() > (0.85 if task.due_on < today else 0.06):
            continue
        task.state, task.closed_by = FollowUp.State.DONE, task.assignee
        task.closed_at = moment(min(task.due_on, today - timedelta(days=1)), rng)
        done.append(task)
    FollowUp.objects.bulk_update(done, ["state", "closed_by", "closed_at"], batch_size=1000)


def make_dossiers(colleague: User, *, rng: Random, today: date) -> None:
    """Of half of the assignments, filled in some time this year; one or two ask for attention."""
    questionnaire = Questionnaire.objects.get(number=1)
    rows = Engagement.objects.filter(phase__in=(Phase.AGREED, Phase.RUNNING)).order_by("pk")
    made = []
    for row in rows:
        if rng.random() < 0.5:
            continue
        day = max(row.starts_on, today - timedelta(days=rng.randint(5, 350)))
        day = min(day, today)
        made.append(
            Dossier(
                engagement=row,
                questionnaire=questionnaire,
                number=1,
                why=Dossier.Why.FIRST,
                answers={one["key"]: _answer(one, rng) for one in questionnaire.questions},
                filled_by=colleague,
                filled_on=day,
                review_on=day + timedelta(days=365),
            )
        )
    Dossier.objects.bulk_create(made)


def _answer(question: dict[str, str], rng: Random) -> dict[str, str]:
    usual = "no" if question["notable"] == "yes" else "yes"
    chance = rng.random()
    answer = usual if chance < 0.82 else question["notable"] if chance < 0.93 else "unknown"
    return {"answer": answer, "note": ""}


def make_checks(colleague: User, *, rng: Random, today: date) -> None:
    """Of most who work for us somebody checked who they are; some of what was shown expires."""
    rows = Engagement.objects.current(today).order_by("pk")
    checks = [row for row in rows if rng.random() < 0.7]
    Paper.objects.bulk_create(
        Paper(
            engagement=row,
            kind=Paper.Kind.IDENTITY,
            checked_on=row.starts_on,
            checked_by=colleague,
            expires_on=max(row.starts_on, today + timedelta(days=rng.randint(-40, 3000))),
        )
        for row in checks
    )
