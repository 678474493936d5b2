"""The papers of an engagement. Files, versions and their expiry are documents of ``contacts``."""

from datetime import date, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts.models import Document
from contacts.services.documents import add_document, delete_document
from core import audit
from core.errors import DomainError
from core.models import User
from relationships.models import Engagement, FollowUp, Paper
from relationships.selectors.colleagues import owners_of
from relationships.services.follow_ups import NewFollowUp, create_follow_ups

AHEAD = timedelta(days=30)
BATCH = 500
Kind = Paper.Kind


class PaperRefused(DomainError):
    code = "paper_refused"


@transaction.atomic
def add_paper(
    *,
    engagement: Engagement,
    actor: User,
    kind: str,
    upload: "UploadedFile[bytes]",
    expires_on: date | None = None,
    basis: str = "",
    note: str = "",
) -> Paper:
    """Keep a file with an engagement: confidential, but for certificates.

    A copy of an identity document is refused unless a law asks for it, which it does of employers
    for their employees (in the Netherlands the Wage Tax Act); ``basis`` then names it.
    """
    basis = basis.strip()[:200]
    if kind == Kind.IDENTITY and (engagement.form != Engagement.Form.EMPLOYMENT or not basis):
        raise PaperRefused(
            _(
                "A copy of an identity document is kept only of employees, and only with the law"
                " that asks for it. Of others, write down that you checked it."
            )
        )
    version = add_document(
        contact=engagement.contact,
        actor=actor,
        upload=upload,
        kind=Document.Kind.CERTIFICATE if kind == Kind.CERTIFICATE else Document.Kind.OTHER,
        title=_title(engagement, kind),
        expires_on=expires_on,
        is_confidential=kind != Kind.CERTIFICATE,
    )
    paper = Paper.objects.create(
        engagement=engagement,
        kind=kind,
        document=version.document,
        basis=basis if kind == Kind.IDENTITY else "",
        note=note.strip()[:300],
    )
    audit.record(actor=actor, action="relationships.paper_added", target=engagement, kind=str(kind))
    return paper


def _title(engagement: Engagement, kind: str) -> str:
    """What it is and of which work: nothing that only a few may know."""
    label = str(Kind(kind).label)
    return f"{label}, {engagement.role}"[:150] if engagement.role else label


@transaction.atomic
def record_identity_check(
    *,
    engagement: Engagement,
    actor: User,
    checked_on: date,
    expires_on: date | None = None,
    note: str = "",
) -> Paper:
    """That somebody's identity was checked, by whom and when: no number, no copy."""
    if checked_on > timezone.localdate():
        raise PaperRefused(_("What is still to be checked is a task, not a check."))
    if expires_on is not None and expires_on < checked_on:
        raise PaperRefused(_("The document had expired when it was checked."))
    paper = Paper.objects.create(
        engagement=engagement,
        kind=Kind.IDENTITY,
        checked_on=checked_on,
        checked_by=actor,
        expires_on=expires_on,
        note=note.strip()[:300],
    )
    audit.record(actor=actor, action="relationships.identity_checked", target=engagement)
    return paper


@transaction.atomic
def remove_paper(*, paper: Paper, actor: User) -> None:
    """A file can be brought back for as long as ``contacts`` keeps it; a check that was written
    down by mistake is gone.
    """
    audit.record(
        actor=actor,
        action="relationships.paper_removed",
        target=paper.engagement,
        kind=paper.kind,
    )
    if paper.document is not None:
        delete_document(document=paper.document, actor=actor)
    else:
        paper.delete()


@transaction.atomic
def ask_for_new_checks(*, today: date) -> int:
    """A task by the day on which a checked document expires, a month ahead, once; of work that
    goes on. Files that expire are reminded of as documents (``services.expiring``).
    """
    running = Engagement.objects.current(today).of_people_we_know()
    due = Paper.objects.filter(
        document=None, expires_on__lte=today + AHEAD, engagement__in=running
    ).exclude(reminded_for=F("expires_on"))
    rows = list(due.select_related("engagement__contact").order_by("expires_on", "pk")[:BATCH])
    owners = owners_of([row.engagement.contact_id for row in rows])
    keys = FollowUp.objects.filter(key__in=map(_key, rows)).values_list("key", flat=True)
    asked = set(keys)
    create_follow_ups(
        new=[
            _task(row, owners.get(row.engagement.contact_id))
            for row in rows
            if _key(row) not in asked
        ],
        actor=None,
    )
    for row in rows:
        row.reminded_for = row.expires_on
    Paper.objects.bulk_update(rows, ["reminded_for"])
    return len(rows)


def _key(row: Paper) -> str:
    return f"paper:{row.pk}:{row.expires_on}"


def _task(row: Paper, owner: User | None) -> NewFollowUp:
    contact = row.engagement.contact
    may = owner if owner and owner.has_perm("relationships.view_relationship", contact) else None
    with override(may.language if may else None):
        title = _("Check their identity document again: it expires")
    return NewFollowUp(
        contact=contact,
        title=title,
        due_on=row.expires_on or timezone.localdate(),
        assignee=may,
        key=_key(row),
    )
