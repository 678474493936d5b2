"""What can be done with many people and a talent pool: put them in, take them out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts.bulk_acts import UNCHANGED, Before, BulkAct, Options, Result, done, register, skipped
from contacts.models import TalentPool
from contacts.segment_forms import MANAGE, PoolChoiceForm, pools_for
from contacts.services import pool_members as services
from core.models import User

NO_POOL = "no_pool"
MOVED_ON = "moved_on"


class OutOfPoolForm(forms.Form):
    """Out of which pool, and why."""

    pool = forms.ModelChoiceField(
        label=_("Talent pool"), queryset=TalentPool.objects.none(), to_field_name="uid"
    )
    why = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].queryset = pools_for(user)  # type: ignore[attr-defined]

    def options(self) -> Options:
        return {"pool": str(self.cleaned_data["pool"].uid), "why": self.cleaned_data["why"]}


def _pool(options: Options, actor: User) -> TalentPool | None:
    """The pool, if it is still there for who began the act."""
    held: TalentPool | None = pools_for(actor).filter(uid=options["pool"]).first()
    return held


def _add(ids: Sequence[int], options: Options, actor: User) -> Mapping[int, Result]:
    pool = _pool(options, actor)
    if pool is None:
        return dict.fromkeys(ids, skipped(NO_POOL))
    new = services.add_to_pool(
        pool=pool, actor=actor, contact_ids=ids, why=options.get("why", ""), is_recorded=False
    )
    return {**dict.fromkeys(ids, UNCHANGED), **dict.fromkeys(new, done(pool=options["pool"]))}


def _undo_adding(before: Mapping[int, Before], options: Options, actor: User) -> Mapping[int, str]:
    pool = _pool(options, actor)
    if pool is None:
        return dict.fromkeys(before, NO_POOL)
    gone = services.withdraw_additions(pool=pool, actor=actor, contact_ids=before)
    return dict.fromkeys(set(before) - set(gone), MOVED_ON)


def _take_out(ids: Sequence[int], options: Options, actor: User) -> Mapping[int, Result]:
    pool = _pool(options, actor)
    if pool is None:
        return dict.fromkeys(ids, skipped(NO_POOL))
    gone = services.remove_from_pool(
        pool=pool, actor=actor, contact_ids=ids, why=options.get("why", ""), is_recorded=False
    )
    return {**dict.fromkeys(ids, UNCHANGED), **dict.fromkeys(gone, done(pool=options["pool"]))}


def _undo_taking_out(
    before: Mapping[int, Before], options: Options, actor: User
) -> Mapping[int, str]:
    pool = _pool(options, actor)
    if pool is None:
        return dict.fromkeys(before, NO_POOL)
    back = services.put_back(pool=pool, actor=actor, contact_ids=before)
    return dict.fromkeys(set(before) - set(back), MOVED_ON)


def _words(sentence: str, options: Options) -> str:
    """The log of what was done is read by those who may not know of a private pool."""
    pool = TalentPool.objects.filter(uid=options["pool"], is_private=False).first()
    name = f"“{pool.name}”" if pool else _t("a talent pool")
    return sentence % {"pool": name}


REASONS = {
    NO_POOL: _("The talent pool is not there any more, or not for you"),
    MOVED_ON: _("Moved, taken out or put back since"),
}
register(
    BulkAct(
        key="pool_add",
        label=_("Put in a talent pool"),
        icon="users-round",
        position=30,
        permission=MANAGE,
        form=PoolChoiceForm,
        words=lambda options: _words(_t("put in %(pool)s"), options),
        run=_add,
        undo=_undo_adding,
        reasons=REASONS,
    )
)
register(
    BulkAct(
        key="pool_remove",
        label=_("Take out of a talent pool"),
        icon="user-round-minus",
        position=35,
        permission=MANAGE,
        form=OutOfPoolForm,
        words=lambda options: _words(_t("take out of %(pool)s"), options),
        run=_take_out,
        undo=_undo_taking_out,
        reasons=REASONS,
    )
)
