"""Dossiers of freelancers' assignments: filling them in, looking at them again, asking for it."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contacts.models import Contact
from core import audit
from core.errors import DomainError
from core.models import User
from relationships.dossiers import NO, UNKNOWN, YES
from relationships.models import Dossier, Engagement, FollowUp, Questionnaire
from relationships.selectors.colleagues import owners_of
from relationships.services.follow_ups import (
    NewFollowUp,
    close_follow_up,
    create_follow_ups,
)

SEE = "relationships.view_dossiers"
YEAR = timedelta(days=365)
# A colleague is asked so long before; after a change there is so much time.
AHEAD = timedelta(days=30)
SOON = timedelta(days=14)
BATCH = 500
NOTE, REMARKS = 1000, 4000


class DossierRefused(DomainError):
    code = "dossier_refused"


def current_questionnaire() -> Questionnaire:
    """The version that counts now. One is published with the first migration."""
    return Questionnaire.objects.exclude(published_at=None).latest("number")


@transaction.atomic
def fill_in_dossier(
    *,
    engagement: Engagement,
    actor: User,
    answers: Mapping[str, Mapping[str, str]],
    remarks: str = "",
    why: str = "",
    today: date | None = None,
) -> Dossier:
    """Add the answers of today, by the version of the questions that counts. What was asked of a
    colleague is done with it.
    """
    current = Engagement.objects.select_for_update().get(pk=engagement.pk)
    if current.form != Engagement.Form.ASSIGNMENT:
        raise DossierRefused(_("Only an assignment has such a dossier."))
    questionnaire = current_questionnaire()
    kept = _checked(questionnaire, answers)
    day = today or timezone.localdate()
    before = Dossier.objects.filter(engagement=current).order_by("-number").first()
    Dossier.objects.filter(engagement=current, is_latest=True).update(is_latest=False)
    made = Dossier.objects.create(
        engagement=current,
        questionnaire=questionnaire,
        number=before.number + 1 if before else 1,
        why=why or (before.review_why if before else Dossier.Why.FIRST),
        answers=kept,
        remarks=remarks.strip()[:REMARKS],
        filled_by=actor,
        filled_on=day,
        review_on=day + YEAR,
    )
    audit.record(
        actor=actor,
        action="relationships.dossier_filled",
        target=current,
        number=made.number,
        version=questionnaire.number,
    )
    for task in _asked(current):
        close_follow_up(follow_up=task, actor=actor)
    return made


def _checked(
    questionnaire: Questionnaire, answers: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    keys = {one["key"] for one in questionnaire.questions}
    if not set(answers) <= keys:
        raise DossierRefused(_("The questions were changed meanwhile. Look at them once more."))
    kept = {}
    for key, said in answers.items():
        answer, note = said.get("answer") or UNKNOWN, said.get("note", "").strip()[:NOTE]
        if answer not in (YES, NO, UNKNOWN):
            raise DossierRefused(_("A question is answered with yes, no, or not known."))
        kept[key] = {"answer": answer, "note": note}
    if not any(said["answer"] != UNKNOWN for said in kept.values()):
        raise DossierRefused(_("Answer at least one question."))
    return kept


@transaction.atomic
def review_dossier(*, dossier: Dossier, actor: User, today: date | None = None) -> Dossier:
    """A second pair of eyes: by somebody other than who filled it in."""
    current = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if current.filled_by_id == actor.pk:
        raise DossierRefused(_("Somebody else than who filled it in looks at it."))
    if not current.is_latest:
        raise DossierRefused(_("A newer dossier was filled in since."))
    current.reviewed_by, current.reviewed_on = actor, today or timezone.localdate()
    current.save(update_fields=["reviewed_by", "reviewed_on", "updated_at"])
    audit.record(
        actor=actor,
        action="relationships.dossier_reviewed",
        target=current.engagement,
        number=current.number,
    )
    return current


def record_look(*, dossier: Dossier, actor: User) -> None:
    """Who read the dossier of whom."""
    audit.record(
        actor=actor,
        action="relationships.dossier_viewed",
        target=dossier.engagement,
        number=dossier.number,
    )


@transaction.atomic
def hurry_reviews(*, engagement_ids: Collection[int], today: date) -> int:
    """The assignments were changed: what was answered before may no longer hold."""
    rows = Dossier.objects.current().filter(
        engagement__in=engagement_ids, review_on__gt=today + SOON, filled_on__lt=today
    )
    found = rows.exclude(engagement__phase=Engagement.Phase.CLOSED)
    count = found.update(review_on=today + SOON, review_why=Dossier.Why.CHANGED)
    if count:
        ask_for_reviews(today=today)
    return count


@transaction.atomic
def ask_for_reviews(*, today: date) -> int:
    """A task for each dossier that is to be looked at within a month, by that day; asked once a
    day of review. Who filled it in is asked, else whoever keeps in touch, if they may see it.
    """
    due = (
        Dossier.objects.due(today + AHEAD)
        .exclude(asked_for=F("review_on"))
        .filter(engagement__phase__in=(Engagement.Phase.AGREED, Engagement.Phase.RUNNING))
        .filter(engagement__contact__erased_at=None, engagement__contact__merged_into=None)
    )
    rows = list(due.select_related("engagement__contact", "filled_by").order_by("pk")[:BATCH])
    owners = owners_of([row.engagement.contact_id for row in rows])
    asked = set(FollowUp.objects.filter(key__in=map(_key, rows)).values_list("key", flat=True))
    create_follow_ups(
        new=[
            _task(row, owners.get(row.engagement.contact_id))
            for row in rows
            if _key(row) not in asked
        ],
        actor=None,
    )
    for row in rows:
        row.asked_for = row.review_on
    Dossier.objects.bulk_update(rows, ["asked_for"])
    return len(rows)


def _key(row: Dossier) -> str:
    return f"dossier:{row.engagement_id}:{row.review_on.isoformat()}"


def _task(row: Dossier, owner: User | None) -> NewFollowUp:
    contact = row.engagement.contact
    may = [one for one in (row.filled_by, owner) if one and _may_see(one, contact)]
    assignee = may[0] if may else None
    with override(assignee.language if assignee else None):
        words = {"role": row.engagement.title}
        title = _("Look at the dossier of “%(role)s” again") % words
    return NewFollowUp(
        contact=contact,
        title=title[:200],
        due_on=row.review_on,
        assignee=assignee,
        key=_key(row),
    )


def _may_see(user: User, contact: Contact) -> bool:
    return bool(user.is_active and user.has_perm(SEE, contact))


def _asked(engagement: Engagement) -> list[FollowUp]:
    rows = FollowUp.objects.open().filter(
        contact=engagement.contact_id, key__startswith=f"dossier:{engagement.pk}:"
    )
    return list(rows.order_by("pk"))
