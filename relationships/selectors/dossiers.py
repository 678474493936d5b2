"""Dossiers as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from contacts.models.access import visible_units
from core.models import User
from relationships.dossiers import Answered, Point, answered, points_for_attention
from relationships.models import Dossier, Engagement

SEE = "relationships.view_dossiers"
MOST = 200
SOON = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class ShownDossier:
    """``themes``: the questions and answers under what they are about."""

    dossier: Dossier
    themes: Sequence[tuple[str, Sequence[Answered]]]
    points: Sequence[Point]
    others: Sequence[Dossier]
    is_due: bool

    @property
    def known(self) -> Sequence[Point]:
        return [one for one in self.points if not one.is_open]

    @property
    def unknown(self) -> Sequence[Point]:
        return [one for one in self.points if one.is_open]


def dossier_of(row: Engagement, *, today: date, number: int | None = None) -> ShownDossier | None:
    """The one that counts, or an earlier one by its ``number``."""
    held = list(
        Dossier.objects.filter(engagement=row)
        .select_related("questionnaire", "filled_by", "reviewed_by")
        .order_by("-number")[:100]
    )
    chosen = next((one for one in held if number is None or one.number == number), None)
    if chosen is None:
        return None
    lines = answered(chosen.questionnaire, chosen.answers)
    themes: dict[str, list[Answered]] = {}
    for line in lines:
        themes.setdefault(line.question.theme_label, []).append(line)
    day = today if chosen.is_latest else chosen.filled_on
    return ShownDossier(
        dossier=chosen,
        themes=list(themes.items()),
        points=points_for_attention(lines, row, today=day),
        others=[one for one in held if one != chosen],
        is_due=chosen.is_latest and chosen.review_on <= today + SOON,
    )


@dataclass(frozen=True, kw_only=True)
class DossierLine:
    row: Engagement
    dossier: Dossier | None
    is_due: bool


def dossiers_wanted(user: User, *, today: date) -> list[DossierLine]:
    """Assignments agreed or running that have none, then those to be looked at within a month."""
    rows = Engagement.objects.of_people_we_know().filter(
        phase__in=(Engagement.Phase.AGREED, Engagement.Phase.RUNNING)
    )
    units = visible_units(user, SEE)
    if units is not None:
        rows = rows.filter(contact__unit__in=units)
    rows = rows.select_related("contact", "unit")
    held = Dossier.objects.filter(engagement=OuterRef("pk"))
    missing = rows.filter(~Exists(held)).order_by("starts_on", "pk")[:MOST]
    due = Dossier.objects.due(today + SOON).filter(engagement__in=rows)
    shown = due.select_related("engagement__contact", "engagement__unit", "filled_by")
    return [DossierLine(row=row, dossier=None, is_due=True) for row in missing] + [
        DossierLine(row=one.engagement, dossier=one, is_due=True)
        for one in shown.order_by("review_on", "pk")[:MOST]
    ]
