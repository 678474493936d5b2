"""Lists of work for us, one engagement with its history, and what is paid for the same role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import formats
from django.utils.translation import gettext as _

from contacts.models import Contact, OrgUnit
from contacts.selectors.search import suggestions
from core.models import User
from relationships.models import Engagement, EngagementChange
from relationships.models.engagement import EngagementQuerySet
from relationships.phases import ALLOWED

PAGE = 50
SOON_DAYS = 60
# Of so many people of a name the work is looked up.
MOST_NAMED = 200

Phase = Engagement.Phase
OPEN_PHASES = (Phase.BRIEF, Phase.PROPOSAL, Phase.AGREED, Phase.RUNNING)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """``view``: ``ending`` (within ``days``), ``assignments`` (``phase``) or ``all``."""

    view: str = "ending"
    days: int = SOON_DAYS
    form: str = ""
    phase: str = ""
    unit: OrgUnit | None = None
    text: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.form or self.phase or self.unit or self.text)


@dataclass(frozen=True, kw_only=True)
class Line:
    """An engagement as a list shows it. ``days``: until the last day; negative when it is past."""

    row: Engagement
    status: str
    days: int | None

    @property
    def days_late(self) -> int:
        return -(self.days or 0)

    @property
    def is_late(self) -> bool:
        """Its last day is past, or was to be, and it is still open."""
        is_over = self.status in (Engagement.Status.OVER, Engagement.Status.RUNNING)
        return is_over and self.days is not None and self.days < 0

    @property
    def is_soon(self) -> bool:
        return self.days is not None and 0 <= self.days <= 30


@dataclass(frozen=True, kw_only=True)
class Page:
    """``next`` is the last of this page, when there are more."""

    lines: Sequence[Line]
    next: UUID | None


def engagement_page(
    user: User, filters: Filters, *, today: date, after: UUID | None = None
) -> Page:
    """The last days first; of other views, the latest begun. A page is found from its last row by
    one comparison, so that page 1,000 costs what page 1 costs.
    """
    rows = _narrowed(Engagement.objects.visible_to(user).of_people_we_know(), filters, user, today)
    last = Engagement.objects.visible_to(user).filter(uid=after).first() if after else None
    ordered = _ending(rows, last) if filters.view == "ending" else _latest(rows, last)
    found = list(ordered.select_related("contact", "unit")[: PAGE + 1])
    lines = [line_of(row, today) for row in found[:PAGE]]
    return Page(lines=lines, next=lines[-1].row.uid if len(found) > PAGE else None)


def _narrowed(
    rows: EngagementQuerySet, filters: Filters, user: User, today: date
) -> EngagementQuerySet:
    if filters.view == "ending":
        rows = rows.ending(today, today + timedelta(days=filters.days))
    elif filters.view == "assignments":
        phases = (filters.phase,) if filters.phase else OPEN_PHASES
        rows = rows.filter(phase__in=phases)
    if filters.form:
        rows = rows.filter(form=filters.form)
    if filters.unit is not None:
        rows = rows.filter(unit__in=OrgUnit.objects.within([filters.unit.pk]))
    if filters.text:
        people = suggestions(Contact.objects.visible_to(user), filters.text, limit=MOST_NAMED)
        named = Q(contact__in=[one.pk for one in people])
        rows = rows.filter(named | Q(role__icontains=filters.text.strip()))
    return rows


def _ending(engagements: EngagementQuerySet, last: Engagement | None) -> QuerySet[Any]:
    """Those of some months: few enough to be put in order."""
    rows: QuerySet[Any] = engagements.annotate(by_day=Coalesce("ends_on", "expected_end_on"))
    if last is not None:
        later = Q(by_day=last.last_day, pk__gt=last.pk)
        rows = rows.filter(Q(by_day__gt=last.last_day) | later)
    return rows.order_by("by_day", "pk")


def _latest(rows: EngagementQuerySet, last: Engagement | None) -> QuerySet[Any]:
    """The first condition is where the index begins."""
    if last is not None:
        earlier = Q(starts_on=last.starts_on, pk__lt=last.pk)
        rows = rows.filter(starts_on__lte=last.starts_on)
        rows = rows.filter(Q(starts_on__lt=last.starts_on) | earlier)
    return rows.order_by("-starts_on", "-pk")


def line_of(row: Engagement, today: date) -> Line:
    day = row.last_day
    return Line(row=row, status=row.status_on(today), days=(day - today).days if day else None)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field of a change, in words; ``is_secret`` where the reader may not know."""

    label: str
    before: str
    after: str
    is_secret: bool = False


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    change: EngagementChange
    differences: Sequence[Difference]
    may_be_undone: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One engagement on its page. ``moves`` are the phases it may go to."""

    line: Line
    history: Sequence[ChangeLine]
    moves: Sequence[tuple[str, str]] = field(default_factory=list)

    @property
    def row(self) -> Engagement:
        return self.line.row


SECRET = ("rate", "rate_per", "currency")


def engagement_shown(row: Engagement, *, today: date, shows_rates: bool) -> Shown:
    changes = list(row.changes.select_related("actor").order_by("-pk")[:100])
    last = next((one for one in changes if one.undone_at is None), None)
    known = _names(changes)
    return Shown(
        line=line_of(row, today),
        history=[
            ChangeLine(
                change=one,
                differences=_differences(one, known, shows_rates=shows_rates),
                may_be_undone=one == last,
            )
            for one in changes
        ],
        moves=[(key, str(Phase(key).label)) for key in ALLOWED.get(row.phase, ())],
    )


def _names(changes: Sequence[EngagementChange]) -> Mapping[tuple[str, int], str]:
    """Units and managers that the changes name."""
    said = [values for one in changes for values in (one.before, one.after)]
    units = {values["unit"] for values in said if values.get("unit")}
    people = {values["manager"] for values in said if values.get("manager")}
    found = {("unit", row.pk): row.name for row in OrgUnit.objects.filter(pk__in=units)}
    managers = Contact.objects.filter(pk__in=people)
    return found | {("manager", row.pk): row.full_name for row in managers}


def _differences(
    change: EngagementChange, known: Mapping[tuple[str, int], str], *, shows_rates: bool
) -> list[Difference]:
    found = []
    for name in change.after:
        label = str(Engagement._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]
        if name in SECRET and not shows_rates:
            found.append(Difference(label=label, before="", after="", is_secret=True))
            continue
        before, after = (
            _word(name, values.get(name), known) for values in (change.before, change.after)
        )
        found.append(Difference(label=label, before=before, after=after))
    return found


def _word(name: str, value: Any, known: Mapping[tuple[str, int], str]) -> str:
    if value in (None, ""):
        return "-"
    if name in ("unit", "manager"):
        return known.get((name, value), _("no longer known"))
    if name.endswith("_on"):
        return formats.date_format(datetime.fromisoformat(value), "SHORT_DATE_FORMAT")
    choices = dict(Engagement._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    if value in choices:
        return str(choices[value])
    if name in ("rate", "hours_per_week"):
        return formats.number_format(Decimal(value).normalize(), use_l10n=True)
    return str(value)
