"""Changing the way out of a form of work. Ways that began go on as they were planned."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.models import User
from relationships.models import ClosingStep, Engagement, WhatToDo

MOST = 20


class StepsRefused(DomainError):
    code = "closing_steps_refused"


@transaction.atomic
def set_steps(*, form: str, actor: User, steps: Sequence[Mapping[str, Any]]) -> list[ClosingStep]:
    """Make these the steps of a form, in place of those there are."""
    if len(steps) > MOST:
        raise StepsRefused(_("A way out has at most %(most)d steps.") % {"most": MOST})
    rows = [ClosingStep(form=Engagement.Form(form), **step) for step in steps]
    for row in rows:
        row.name = row.name.strip()
        if row.what == WhatToDo.OTHER and not row.name:
            raise StepsRefused(_("Say what is to be done."))
        if row.who == ClosingStep.Who.COLLEAGUE and row.colleague is None:
            raise StepsRefused(_("Choose the colleague who does it."))
        if row.who != ClosingStep.Who.COLLEAGUE:
            row.colleague = None
    known = [row.what for row in rows if row.what != WhatToDo.OTHER]
    if len(known) != len(set(known)):
        raise StepsRefused(_("Each of these is asked once; only “something else” may come twice."))
    list(ClosingStep.objects.select_for_update().filter(form=form))
    before = ClosingStep.objects.filter(form=form).count()
    ClosingStep.objects.filter(form=form).delete()
    made = ClosingStep.objects.bulk_create(rows)
    audit.record(
        actor=actor,
        action="relationships.closing_steps_changed",
        form=form,
        before=before,
        steps=len(made),
    )
    return made
