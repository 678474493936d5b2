"""What can be done to the relationships of many people at once: another owner, another stage."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts.bulk_acts import BulkAct, Options, register
from core.models import User
from relationships.choices import Kind
from relationships.models import Stage
from relationships.ownership_forms import reason_field
from relationships.selectors.colleagues import colleagues
from relationships.services import many


class OwnerForm(forms.Form):
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    kind = forms.ChoiceField(
        label=_("Of which relationships"),
        required=False,
        choices=[("", _("All that are open")), *Kind.choices],
    )
    override_reason = reason_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(one.uid), one.name) for one in colleagues()]
        self.fields["owner"].choices = [("", _("Nobody")), *names]  # type: ignore[attr-defined]
        if str(user.uid) in dict(names):
            self.fields["owner"].initial = str(user.uid)
        self.fields["override_reason"].help_text = _(
            "If you become the owner yourself: whom a colleague holds is skipped without it. "
            "With it they change hands, and their owners read why."
        )

    def options(self) -> Options:
        reason = " ".join(self.cleaned_data["override_reason"].replace("\x00", "").split())
        chosen = {key: self.cleaned_data[key] for key in ("owner", "kind")}
        return {**chosen, "override_reason": reason}


class StageForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        help_text=_("Some moves need one; who would be moved that way is skipped without it."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = Stage.objects.live().select_related("lifecycle")
        stages = stages.order_by("lifecycle__pk", "position")
        groups: dict[str, list[tuple[str, str]]] = {}
        for stage in stages:
            kind = str(Kind(stage.lifecycle.kind).label)
            groups.setdefault(kind, []).append((str(stage.uid), stage.label))
        self.fields["stage"].choices = list(groups.items())  # type: ignore[attr-defined]

    def options(self) -> Options:
        reason = self.cleaned_data["reason"].replace("\x00", "").strip()
        return {"stage": self.cleaned_data["stage"], "reason": reason}


def owner_words(options: Options) -> str:
    if not options["owner"]:
        return _t("leave without an owner")
    owner = User.objects.filter(uid=options["owner"]).first()
    return _t("give to %(name)s") % {"name": owner.name if owner else "?"}


def stage_words(options: Options) -> str:
    stage = Stage.objects.select_related("lifecycle").filter(uid=options["stage"]).first()
    if stage is None:
        return _t("move to another stage")
    kind = Kind(stage.lifecycle.kind).label
    return _t("move to “%(kind)s: %(stage)s”") % {"kind": kind, "stage": stage.label}


register(
    BulkAct(
        key="owner",
        label=_("Owner"),
        icon="user-round-check",
        position=30,
        permission="relationships.move_relationship",
        form=OwnerForm,
        words=owner_words,
        run=many.hand_over_all,
        undo=many.undo_handing_over,
        reasons={
            many.NONE_OPEN: _("No open relationship of that kind"),
            many.UNSEEN: _("The new owner cannot see this person"),
            many.HELD: _("A colleague keeps in touch with them: say why they change hands"),
        },
    )
)
register(
    BulkAct(
        key="stage",
        label=_("Stage"),
        icon="arrow-right-left",
        position=40,
        permission="relationships.move_relationship",
        form=StageForm,
        words=stage_words,
        run=many.move_all,
        undo=many.undo_moving,
        reasons={
            many.NONE_OPEN: _("No open relationship of that kind"),
            many.NO_SUCH_MOVE: _("The lifecycle does not allow this move"),
            many.REASON_NEEDED: _("This move needs a reason"),
            many.UNMET: _("What the stage asks for is not there"),
        },
    )
)
