"""The papers of an engagement, and those that expire."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery

from contacts.models import DocumentVersion
from core.models import User
from relationships.models import Engagement, Paper
from relationships.models.paper import PaperQuerySet

SEE = "contacts.view_confidential"
SOON = timedelta(days=30)
MOST = 500


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """``version``: the uid of the file that counts; empty of a check."""

    paper: Paper
    version: str
    is_expired: bool
    is_soon: bool


def papers_of(row: Engagement, *, today: date) -> list[PaperLine]:
    rows = Paper.objects.kept().filter(engagement=row)
    return _lines(rows.order_by("kind", "pk"), today)


def expiring_papers(user: User, *, today: date) -> list[PaperLine]:
    """Those that have expired, or will within a month, of work that goes on or is yet to begin."""
    going = Engagement.objects.binding().of_people_we_know()
    over = going.filter(ends_on__lt=today).values("pk")
    rows = (
        Paper.objects.visible_to(user)
        .expiring(today + SOON)
        .filter(engagement__in=going)
        .exclude(engagement__in=over)
        .exclude(engagement__phase=Engagement.Phase.CLOSED)
    )
    lines = _lines(rows.order_by("pk")[:MOST], today)
    return sorted(lines, key=lambda line: line.paper.valid_until or date.max)


def _lines(rows: PaperQuerySet, today: date) -> list[PaperLine]:
    newest = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-number")
    shown = rows.select_related("document", "checked_by", "engagement__contact").annotate(
        version=Subquery(newest.values("uid")[:1])
    )
    return [_line(paper, today) for paper in shown]


def _line(paper: Paper, today: date) -> PaperLine:
    until = paper.valid_until
    return PaperLine(
        paper=paper,
        version=str(paper.version or ""),  # type: ignore[attr-defined]  # annotated above
        is_expired=until is not None and until < today,
        is_soon=until is not None and today <= until <= today + SOON,
    )
