"""A relationship's health in words: what each part counted, and what it weighs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relationships.choices import Channel, Direction
from relationships.health import weights
from relationships.models import Interaction, Promise, Relationship, RelationshipHealth


@dataclass(frozen=True, kw_only=True)
class Part:
    """``value`` is None where nothing is known: then it does not count, and ``share`` is 0.
    ``share``: what it weighs in this figure, in percent of all that count.
    """

    label: str
    value: int | None
    share: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Explained:
    """``value`` is None until the figure has been worked out for the first time."""

    value: int | None
    computed_at: datetime | None
    parts: Sequence[Part]


def health_of(relationship: Relationship) -> RelationshipHealth | None:
    """The stored figure; None where it is not there yet."""
    found: RelationshipHealth | None = getattr(relationship, "health", None)
    return found


def explain(relationship: Relationship, *, today: date) -> Explained:
    found = health_of(relationship)
    if found is None:
        return Explained(value=None, computed_at=None, parts=[])
    words = {
        "recency": _recency(relationship, today),
        **_talks(relationship, today),
        "promises": _promises(relationship, today),
        "experience": _("Counts once groups have answered: never the answer of one person."),
    }
    labels = {
        "recency": _("How lately"),
        "reciprocity": _("From both sides"),
        "breadth": _("With how many of us"),
        "promises": _("Promises kept"),
        "experience": _("How it is felt"),
    }
    values: dict[str, int | None] = {name: getattr(found, name) for name in labels}
    whole = sum(weights()[name] for name, value in values.items() if value is not None)
    return Explained(
        value=found.value,
        computed_at=found.computed_at,
        parts=[
            Part(
                label=labels[name],
                value=value,
                share=0 if value is None else round(100 * weights()[name] / whole),
                words=words[name],
            )
            for name, value in values.items()
        ],
    )


def _recency(relationship: Relationship, today: date) -> str:
    cadence = relationship.days_between() or settings.HEALTH_CADENCE_DAYS
    if relationship.last_two_way_at is None:
        return _("They have not spoken with us yet.")
    days = max((today - timezone.localdate(relationship.last_two_way_at)).days, 0)
    if days <= cadence:
        words = ngettext(
            "Last spoke %(days)s day ago; within %(cadence)s days this is whole.",
            "Last spoke %(days)s days ago; within %(cadence)s days this is whole.",
            days,
        )
    else:
        words = ngettext(
            "Last spoke %(days)s day ago; beyond %(cadence)s days it halves with each as many.",
            "Last spoke %(days)s days ago; beyond %(cadence)s days it halves with each as many.",
            days,
        )
    return words % {"days": days, "cadence": cadence}


def _talks(relationship: Relationship, today: date) -> dict[str, str]:
    since = timezone.make_aware(
        datetime.combine(today - timedelta(days=settings.HEALTH_WINDOW_DAYS), time.min)
    )
    answered = ~Q(direction=Direction.OUTBOUND)
    counted = (
        Interaction.objects.filter(contact=relationship.contact_id, happened_at__gte=since)
        .filter(is_automated=False)
        .exclude(channel=Channel.NOTE)
        .exclude(direction=Direction.INTERNAL)
        .aggregate(
            ours=Count("pk", filter=~Q(direction=Direction.INBOUND)),
            theirs=Count("pk", filter=answered),
            colleagues=Count("author", filter=answered, distinct=True),
        )
    )
    breadth = ngettext(
        "One colleague spoke with them in the last %(window)s days; %(full)s make this whole.",
        "%(colleagues)s colleagues spoke with them in the last %(window)s days; "
        "%(full)s make this whole.",
        counted["colleagues"],
    )
    both = _("Contact in the last %(window)s days: %(ours)s from us, %(theirs)s from them.")
    figures = {
        **counted,
        "window": settings.HEALTH_WINDOW_DAYS,
        "full": settings.HEALTH_BREADTH_FULL,
    }
    none = _("Nobody spoke in the last %(window)s days.")
    is_silent = not counted["ours"] + counted["theirs"]
    return {
        "reciprocity": (none if is_silent else both) % figures,
        "breadth": (breadth if counted["colleagues"] else none) % figures,
    }


def _promises(relationship: Relationship, today: date) -> str:
    kept = Q(state=Promise.State.KEPT)
    due = kept | Q(state=Promise.State.BROKEN) | Q(state=Promise.State.OPEN, due_on__lt=today)
    since = today - timedelta(days=settings.HEALTH_WINDOW_DAYS)
    counted = Promise.objects.filter(contact=relationship.contact_id, due_on__gte=since).aggregate(
        kept=Count("pk", filter=kept), due=Count("pk", filter=due)
    )
    if not counted["due"]:
        return _("No promise fell due.")
    return _("%(kept)s of %(due)s promises that fell due were kept, on both sides.") % counted
