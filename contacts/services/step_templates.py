"""Steps that can be used again, kept under a name: for a new pool, or for a lifecycle."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contacts.models import StepTemplate, TalentPool
from core import audit
from core.errors import DomainError
from core.models import User


class TemplateRefused(DomainError):
    """``field`` is the part of the form that the refusal is about."""

    code = "template_refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def save_template(
    *,
    actor: User,
    name: str,
    steps: Sequence[dict[str, Any]],
    moves: Sequence[tuple[int, int, bool]] = (),
) -> StepTemplate:
    """Keep ``steps`` under a name of their own; see ``StepTemplate`` for their shape."""
    name = " ".join(name.replace("\x00", "").split())[:120]
    if not name:
        raise TemplateRefused(_("Give it a name."), field="name")
    if not steps:
        raise TemplateRefused(_("There are no steps to keep."))
    taken = TemplateRefused(
        _("There is a template “%(name)s” already.") % {"name": name}, field="name"
    )
    if StepTemplate.objects.filter(name__iexact=name).exists():
        raise taken
    try:
        with transaction.atomic():
            made = StepTemplate.objects.create(
                name=name,
                steps=list(steps),
                moves=[list(one) for one in moves],
                made_by=actor,
            )
    except IntegrityError:
        raise taken from None
    audit.record(actor=actor, action="contacts.template_saved", target=made, steps=len(made.steps))
    return made


def save_steps_of(*, pool: TalentPool, actor: User, name: str) -> StepTemplate:
    """Only the names of the steps leave the pool, also a private one: by an act of its keeper."""
    steps = pool.steps.order_by("position").values_list("name", flat=True)
    return save_template(actor=actor, name=name, steps=[{"name": one} for one in steps])


@transaction.atomic
def delete_template(*, template: StepTemplate, actor: User) -> None:
    """What was made from it stays as it is."""
    audit.record(
        actor=actor, action="contacts.template_deleted", target=template, name=template.name
    )
    template.delete()
