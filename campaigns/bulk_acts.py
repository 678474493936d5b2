"""Taking many people into a campaign at once, from the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from campaigns.choices import Reason
from campaigns.models import Campaign
from campaigns.services import many
from contacts.bulk_acts import BulkAct, Options, register
from core.models import User
from relationships.ownership_forms import reason_field

RUN = "campaigns.run_campaign"


class EnrolForm(forms.Form):
    """Only what runs can be chosen, and what the chooser may run."""

    campaign = forms.ChoiceField(
        label=_("Campaign"),
        help_text=_("Its first step comes on the day that the story says, for who agreed to it."),
    )
    override_reason = reason_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Campaign.objects.visible_to(user).filter(state=Campaign.State.RUNNING)
        found = found.order_by("name", "pk")
        self.names = {str(one.uid): one.name for one in found if user.has_perm(RUN, one)}
        self.fields["campaign"].choices = list(self.names.items())  # type: ignore[attr-defined]
        if not self.names:
            self.fields["campaign"].help_text = _(
                "No campaign runs now. Start one first; it may be one without an audience."
            )
        self.fields["override_reason"].help_text = _(
            "Whom a colleague keeps in touch with is skipped without it. With it their owners "
            "read why."
        )

    def options(self) -> Options:
        uid = self.cleaned_data["campaign"]
        reason = " ".join(self.cleaned_data["override_reason"].replace("\x00", "").split())
        return {"campaign": uid, "name": self.names[uid], "override_reason": reason}


def words(options: Options) -> str:
    return _t("take into the campaign “%(campaign)s”") % {"campaign": options["name"]}


register(
    BulkAct(
        key="enrol",
        label=_("Take into a campaign"),
        icon="send",
        position=50,
        permission=RUN,
        form=EnrolForm,
        words=words,
        run=many.enrol_all,
        undo=many.take_off_again,
        reasons={
            **{many.left_out(reason): reason.label for reason in Reason},
            many.NOT_RUNNING: _("The campaign does not run, or is not yours to run"),
            many.BEGUN: _("A step of the campaign was done for them already"),
        },
    )
)
