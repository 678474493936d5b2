"""A campaign from its first draft to its end. Steps change while it is a draft, then no more."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.choices import Reason
from campaigns.events import CampaignStarted
from campaigns.merge_tags import MergeTagRefused, parse
from campaigns.models import Campaign, Enrolment, EnrolmentRun, Step
from campaigns.selectors.audience import is_whole, languages_without_text, preview
from campaigns.services.sequence import stop_enrolments
from contacts.listing import Selection
from contacts.models import OrgUnit
from contacts.selectors.pools import stale_among
from core import audit, events
from core.errors import DomainError
from core.models import User

MOST_STEPS = 30
LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000
LONGEST_WAIT_DAYS = 1095
Texts = dict[str, str]


class CampaignRefused(DomainError):
    code = "campaign_refused"


class StepRefused(DomainError):
    """``field`` is the part of the step that the refusal is about: "subject_nl", "offset_days"."""

    code = "step_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def create_campaign(
    *,
    actor: User,
    name: str,
    purpose: str,
    unit: OrgUnit | None = None,
    audience: Selection | None = None,
    intake: str = Campaign.Intake.AUDIENCE,
    owner: User | None = None,
) -> Campaign:
    campaign = Campaign.objects.create(
        name=name.strip(),
        purpose=purpose,
        unit=unit,
        intake=intake,
        audience=audience or {},
        owner=owner or actor,
    )
    audit.record(actor=actor, action="campaigns.created", target=campaign)
    return campaign


@transaction.atomic
def update_campaign(*, campaign: Campaign, actor: User, **fields: Any) -> Campaign:
    """Change name, purpose, unit, owner, intake or audience; of one that was started, only the
    name.
    """
    current = _lock(campaign)
    if set(fields) - {"name"}:
        _refuse_unless_draft(current)
    changed = [name for name, value in fields.items() if getattr(current, name) != value]
    for name in changed:
        setattr(current, name, fields[name])
    if changed:
        current.save(update_fields=[*changed, "updated_at"])
        audit.record(actor=actor, action="campaigns.updated", target=current, fields=changed)
    return current


@transaction.atomic
def add_step(
    *,
    campaign: Campaign,
    actor: User,
    action: str,
    offset_days: int,
    subject: Texts,
    body: Texts,
) -> Step:
    """Put a step at the place that its day gives it: after all that are due no later."""
    current = _lock(campaign)
    _refuse_unless_draft(current)
    steps = _steps(current)
    if len(steps) >= MOST_STEPS:
        raise StepRefused(_("A campaign has at most %(count)s steps.") % {"count": MOST_STEPS})
    texts = _checked_texts(action, subject, body)
    _check_days(offset_days)
    position = sum(step.offset_days <= offset_days for step in steps) + 1
    current.steps.filter(position__gte=position).update(position=F("position") + 1)
    step = Step.objects.create(
        campaign=current, action=action, offset_days=offset_days, position=position, **texts
    )
    audit.record(actor=actor, action="campaigns.step_added", target=current, step=step.pk)
    return step


@transaction.atomic
def change_step(*, step: Step, actor: User, offset_days: int, subject: Texts, body: Texts) -> Step:
    campaign = _lock(step.campaign)
    _refuse_unless_draft(campaign)
    _check_days(offset_days)
    _check_between_neighbours(step, offset_days)
    for name, value in _checked_texts(step.action, subject, body).items():
        setattr(step, name, value)
    step.offset_days = offset_days
    step.save(update_fields=["offset_days", "subject", "body", "updated_at"])
    audit.record(actor=actor, action="campaigns.step_changed", target=campaign, step=step.pk)
    return step


@transaction.atomic
def move_step(*, step: Step, actor: User, up: bool) -> None:
    """Let a step change places with its neighbour. The days stay where they are: the line of the
    story keeps its rhythm, and no step can end up before the one above it.
    """
    campaign = _lock(step.campaign)
    _refuse_unless_draft(campaign)
    steps = _steps(campaign)
    here = next(at for at, one in enumerate(steps) if one.pk == step.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(steps):
        return
    one, other = steps[here], steps[there]
    one.position, other.position = other.position, one.position
    one.offset_days, other.offset_days = other.offset_days, one.offset_days
    Step.objects.bulk_update([one, other], ["position", "offset_days"])
    audit.record(actor=actor, action="campaigns.step_moved", target=campaign, step=step.pk)


@transaction.atomic
def remove_step(*, step: Step, actor: User) -> None:
    campaign = _lock(step.campaign)
    _refuse_unless_draft(campaign)
    audit.record(actor=actor, action="campaigns.step_removed", target=campaign, step=step.pk)
    campaign.steps.filter(pk=step.pk).delete()
    campaign.steps.filter(position__gt=step.position).update(position=F("position") - 1)


@transaction.atomic
def start_campaign(
    *,
    campaign: Campaign,
    actor: User,
    override_reason: str = "",
    now: datetime | None = None,
) -> EnrolmentRun | None:
    """From here on people are enrolled, by a worker, and written to; nobody yet where they come
    one by one (``services.enrolment``).

    Whom a colleague keeps in touch with is left out, unless ``override_reason`` says why not.

    The audience is what ``actor`` may see. Refused while somebody in it could not be written to
    in their language.
    """
    now = now or timezone.now()
    current = _lock(campaign)
    _refuse_unless_draft(current)
    if not current.steps.exists():
        raise CampaignRefused(_("A campaign needs at least one step."))
    if current.has_audience:
        _refuse_bad_audience(current, actor, now)
    current.state = Campaign.State.RUNNING
    current.started_at = now
    current.save(update_fields=["state", "started_at", "updated_at"])
    run = _ask_for_audience(current, actor, override_reason, now) if current.has_audience else None
    asked = current.audience if current.has_audience else None
    audit.record(actor=actor, action="campaigns.started", target=current, audience=asked)
    events.publish(CampaignStarted(campaign_id=current.pk, actor_id=actor.pk))
    campaign.state, campaign.started_at = current.state, current.started_at
    return run


@transaction.atomic
def pause_campaign(*, campaign: Campaign, actor: User) -> Campaign:
    """One row: whatever waits keeps its day, and is claimed no more."""
    return _change_state(campaign, actor, Campaign.State.RUNNING, Campaign.State.PAUSED)


@transaction.atomic
def resume_campaign(*, campaign: Campaign, actor: User) -> Campaign:
    """What came due in the meantime goes out now."""
    return _change_state(campaign, actor, Campaign.State.PAUSED, Campaign.State.RUNNING)


@transaction.atomic
def end_campaign(*, campaign: Campaign, actor: User, now: datetime | None = None) -> Campaign:
    """For good. Nothing is claimed from here on; a worker takes the people off it in sets."""
    now = now or timezone.now()
    current = _lock(campaign)
    if current.state not in (Campaign.State.RUNNING, Campaign.State.PAUSED):
        raise CampaignRefused(_("Only a campaign that was started can be ended."))
    current.state, current.ended_at = Campaign.State.ENDED, now
    current.save(update_fields=["state", "ended_at", "updated_at"])
    audit.record(actor=actor, action="campaigns.ended", target=current)
    return current


def wind_up_ended(*, now: datetime, limit: int = 1000) -> int:
    """Take up to ``limit`` people off campaigns that were ended; return how many."""
    ids = Enrolment.objects.filter(
        state=Enrolment.State.ACTIVE, campaign__state=Campaign.State.ENDED
    ).values_list("pk", flat=True)[:limit]
    return stop_enrolments(
        enrolment_ids=list(ids), reason=Reason.CAMPAIGN_ENDED, actor=None, now=now
    )


@transaction.atomic
def delete_draft(*, campaign: Campaign, actor: User) -> None:
    current = _lock(campaign)
    _refuse_unless_draft(current)
    audit.record(actor=actor, action="campaigns.deleted", target=current, name=current.name)
    current.delete()


def _change_state(campaign: Campaign, actor: User, before: str, after: str) -> Campaign:
    current = _lock(campaign)
    if current.state != before:
        raise CampaignRefused(
            _("This campaign is %(state)s now.") % {"state": current.get_state_display().lower()}
        )
    current.state = after
    current.save(update_fields=["state", "updated_at"])
    audit.record(actor=actor, action=f"campaigns.{after}", target=current)
    return current


def _lock(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update().get(pk=campaign.pk)


def _steps(campaign: Campaign) -> list[Step]:
    return list(campaign.steps.order_by("position"))


def _refuse_unless_draft(campaign: Campaign) -> None:
    if campaign.state != Campaign.State.DRAFT:
        raise CampaignRefused(_("What was started cannot be changed. Make a new campaign of it."))


def _ask_for_audience(
    campaign: Campaign, actor: User, override_reason: str, now: datetime
) -> EnrolmentRun:
    return EnrolmentRun.objects.create(
        campaign=campaign,
        audience=campaign.audience,
        started_by=actor,
        due_at=now,
        override_reason=" ".join(override_reason.replace("\x00", "").split())[:300],
    )


def _refuse_bad_audience(campaign: Campaign, actor: User, now: datetime) -> None:
    if not is_whole(campaign.audience, actor):
        raise CampaignRefused(_("A filter of this audience is not there any more. Choose again."))
    _refuse_stale_pools(campaign, timezone.localdate(now))
    _refuse_missing_texts(campaign, actor, now)


def _refuse_stale_pools(campaign: Campaign, today: date) -> None:
    """Whom nobody looked over for half a year is not written to: people change, reasons pass."""
    stale = stale_among(campaign.audience, today=today)
    if stale:
        raise CampaignRefused(
            _("Nobody looked at the talent pool “%(name)s” for half a year. Review it first.")
            % {"name": stale[0].public_name}
        )


def _refuse_missing_texts(campaign: Campaign, actor: User, now: datetime) -> None:
    missing = languages_without_text(_steps(campaign))
    if not missing:
        return
    people = preview(campaign=campaign, user=actor, now=now).without_text
    if people:
        names = dict(settings.LANGUAGES)
        listed = ", ".join(f"{names[language]} ({count})" for language, count in people.items())
        raise CampaignRefused(
            _("A mail has no text in the language of some of these people: %(languages)s.")
            % {"languages": listed}
        )


def _check_days(offset_days: int) -> None:
    if not 0 <= offset_days <= LONGEST_WAIT_DAYS:
        raise StepRefused(
            _("Give a number of days from 0 to %(most)s.") % {"most": LONGEST_WAIT_DAYS},
            field="offset_days",
        )


def _check_between_neighbours(step: Step, offset_days: int) -> None:
    others = step.campaign.steps.exclude(pk=step.pk)
    before = others.filter(position__lt=step.position).order_by("-position").first()
    after = others.filter(position__gt=step.position).order_by("position").first()
    if before is not None and offset_days < before.offset_days:
        raise StepRefused(
            _("The step above is on day %(day)s; this one cannot come before it.")
            % {"day": before.offset_days},
            field="offset_days",
        )
    if after is not None and offset_days > after.offset_days:
        raise StepRefused(
            _("The step below is on day %(day)s; this one cannot come after it.")
            % {"day": after.offset_days},
            field="offset_days",
        )


def _checked_texts(action: str, subject: Texts, body: Texts) -> dict[str, Texts]:
    """The texts as they are kept. Raises ``StepRefused``, naming the field."""
    languages = [language for language, _name in settings.LANGUAGES]
    subjects = {language: " ".join(subject.get(language, "").split()) for language in languages}
    bodies = {
        language: body.get(language, "").replace("\r\n", "\n").strip() for language in languages
    }
    for language in languages:
        _check_text(f"subject_{language}", subjects[language], LONGEST_SUBJECT)
        _check_text(f"body_{language}", bodies[language], LONGEST_BODY)
        if action == Step.Action.MAIL and bool(subjects[language]) != bool(bodies[language]):
            missing = "body" if subjects[language] else "subject"
            raise StepRefused(
                _("A mail needs both a subject and a text."), field=f"{missing}_{language}"
            )
    if not any(subjects.values()):
        raise StepRefused(_("Write it in at least one language."), field=f"subject_{languages[0]}")
    return {
        "subject": {key: text for key, text in subjects.items() if text},
        "body": {key: text for key, text in bodies.items() if text},
    }


def _check_text(field: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise StepRefused(
            _("This is longer than %(longest)s characters.") % {"longest": longest}, field=field
        )
    try:
        parse(text)
    except MergeTagRefused as refusal:
        raise StepRefused(str(refusal), field=field) from refusal
