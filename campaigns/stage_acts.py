"""Coming to a stage, or leaving it, takes somebody into a campaign. Consent, suppression and the
rest are asked as for any audience, and whether a colleague of whoever moved them holds them; what
holds a mail back later holds these too.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from campaigns.choices import Reason
from campaigns.models import Campaign, Enrolment
from campaigns.services.enrolment import enrol_named
from campaigns.services.sequence import stop_enrolments
from core.models import User
from relationships.models import AutomationRun
from relationships.stage_acts import Entry, Options, Outcome, StageAct, done, left_out, register

RUN = "campaigns.run_campaign"
GONE = "campaign_gone"


class CampaignForm(forms.Form):
    """Only what runs can be chosen, and what the chooser may run."""

    campaign = forms.ChoiceField(label=_("Campaign"))
    again = forms.BooleanField(
        label=_("Also who went through it before"),
        required=False,
        help_text=_("For who comes to this stage a second time. Nobody is in it twice at once."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = (Campaign.State.RUNNING, Campaign.State.PAUSED)
        found = Campaign.objects.visible_to(user).filter(state__in=states).order_by("name", "pk")
        self.names = {str(one.uid): one.name for one in found if user.has_perm(RUN, one)}
        self.fields["campaign"].choices = list(self.names.items())  # type: ignore[attr-defined]
        if not self.names:
            self.fields["campaign"].help_text = _(
                "No campaign runs now. Start one first; it may be one without an audience."
            )

    def options(self) -> Options:
        uid = self.cleaned_data["campaign"]
        again = self.cleaned_data["again"]
        return {"campaign": uid, "name": self.names[uid], "again": again}


def words(options: Options) -> str:
    named = {"campaign": options["name"]}
    if options["again"]:
        return _t("taken into the campaign “%(campaign)s”, also for a second time") % named
    return _t("taken into the campaign “%(campaign)s”") % named


def enrol_all(entries: Sequence[Entry], options: Options, now: datetime) -> Mapping[int, Outcome]:
    campaign = _campaign(options)
    if campaign is None:
        return {one.run_id: left_out(GONE) for one in entries}
    movers = {one.contact.pk: one.mover or campaign.owner for one in entries}
    refused: dict[int, Reason] = {}
    for by in dict.fromkeys(movers.values()):
        moved = [pk for pk, mover in movers.items() if mover == by]
        refused |= enrol_named(
            campaign=campaign, contact_ids=moved, by=by, now=now, again=options["again"]
        )
    ids = list(movers)
    active = Enrolment.objects.filter(campaign=campaign, contact__in=ids, enrolled_at=now)
    made = dict(active.values_list("contact_id", "pk"))
    return {
        one.run_id: left_out(str(refused[one.contact.pk]))
        if one.contact.pk in refused
        else done(made.get(one.contact.pk))
        for one in entries
    }


def take_off(runs: Sequence[AutomationRun], now: datetime) -> None:
    ids = [run.made_id for run in runs if run.made_id is not None]
    stop_enrolments(enrolment_ids=ids, reason=Reason.STOPPED, actor=None, now=now)


def problem(options: Options) -> str:
    campaign = _campaign(options)
    if campaign is None or campaign.state == Campaign.State.ENDED:
        return _t("The campaign has ended: nobody is taken into it.")
    if campaign.state == Campaign.State.PAUSED:
        return _t("The campaign is paused: who is taken into it waits.")
    return ""


def _campaign(options: Options) -> Campaign | None:
    found = Campaign.objects.select_related("owner")
    return found.filter(uid=UUID(options["campaign"])).first()


register(
    StageAct(
        key="campaign",
        label=_("Take them into a campaign"),
        icon="send",
        form=CampaignForm,
        words=words,
        run=enrol_all,
        undo=take_off,
        problem=problem,
        permission=RUN,
        reasons={**dict(Reason.choices), GONE: _("The campaign is gone")},
    )
)
