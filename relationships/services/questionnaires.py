"""The questions of the dossier: one draft at a time, and versions that never change."""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.models import User
from relationships.dossiers import NO, YES
from relationships.models import Questionnaire
from relationships.services.dossiers import current_questionnaire

MOST = 60
TEXT, WHY = 400, 600


class QuestionnaireRefused(DomainError):
    code = "questionnaire_refused"


@transaction.atomic
def open_draft(*, actor: User) -> Questionnaire:
    """The draft that is there, or a new one like the version that counts."""
    held = Questionnaire.objects.select_for_update().filter(published_at=None).first()
    if held is not None:
        return held
    last = Questionnaire.objects.aggregate(last=Max("number"))["last"] or 0
    made = Questionnaire.objects.create(
        number=last + 1, questions=current_questionnaire().questions
    )
    audit.record(actor=actor, action="relationships.questionnaire_drafted", target=made)
    return made


@transaction.atomic
def save_draft(
    *, draft: Questionnaire, actor: User, questions: Sequence[Mapping[str, Any]], note: str = ""
) -> Questionnaire:
    """``questions`` as the model says; one without a ``key`` is new and is given one."""
    current = _lock_draft(draft)
    if len(questions) > MOST:
        raise QuestionnaireRefused(_("A questionnaire has at most %(most)d.") % {"most": MOST})
    kept = [_checked(one) for one in questions]
    keys = [one["key"] for one in kept]
    if len(keys) != len(set(keys)):
        raise QuestionnaireRefused(_("A question stands there twice."))
    current.questions, current.note = kept, note.strip()[:300]
    current.save(update_fields=["questions", "note", "updated_at"])
    audit.record(
        actor=actor,
        action="relationships.questionnaire_drafted",
        target=current,
        questions=len(kept),
    )
    return current


@transaction.atomic
def publish_draft(*, draft: Questionnaire, actor: User) -> Questionnaire:
    """From now on dossiers are filled in by it. It can no longer be changed."""
    current = _lock_draft(draft)
    if not current.questions:
        raise QuestionnaireRefused(_("There is no question in it yet."))
    current.published_at, current.published_by = timezone.now(), actor
    current.save(update_fields=["published_at", "published_by", "updated_at"])
    audit.record(
        actor=actor,
        action="relationships.questionnaire_published",
        target=current,
        version=current.number,
    )
    return current


@transaction.atomic
def discard_draft(*, draft: Questionnaire, actor: User) -> None:
    current = _lock_draft(draft)
    audit.record(
        actor=actor,
        action="relationships.questionnaire_discarded",
        version=current.number,
    )
    current.delete()


def _lock_draft(draft: Questionnaire) -> Questionnaire:
    current = Questionnaire.objects.select_for_update().filter(pk=draft.pk).first()
    if current is None or current.published_at is not None:
        raise QuestionnaireRefused(_("This draft was published or discarded."))
    return current


def _checked(question: Mapping[str, Any]) -> dict[str, Any]:
    text = {
        language: str(question["text"].get(language, "")).strip()[:TEXT] for language in _LANGUAGES
    }
    why = {
        language: str(question["why"].get(language, "")).strip()[:WHY] for language in _LANGUAGES
    }
    if not any(text.values()):
        raise QuestionnaireRefused(_("Ask something, in one language at least."))
    if question["theme"] not in Questionnaire.Theme.values:
        raise QuestionnaireRefused(_("Choose what the question is about."))
    if question["notable"] not in ("", YES, NO):
        raise QuestionnaireRefused(_("A question is answered with yes, no, or not known."))
    return {
        "key": str(question.get("key") or token_hex(4)),
        "theme": question["theme"],
        "notable": question["notable"],
        "text": text,
        "why": why,
    }


_LANGUAGES = ("nl", "en")
