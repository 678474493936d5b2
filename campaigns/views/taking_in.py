"""Taking one person into a campaign that runs, from their own page."""

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns.models import Campaign
from campaigns.selectors.people import open_to
from campaigns.services.enrolment import enrol_person
from campaigns.views.finding import RUN
from contacts.models import Contact
from contacts.moved import person_or_404
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast
from relationships.ownership_forms import reason_field, who_holds
from relationships.selectors.ownership import Hold, hold_against
from relationships.services.ownership import HeldByColleague
from relationships.views.asking import ask
from relationships.views.returning import back_to_person, person_url


class TakeInForm(forms.Form):
    """``campaigns``: those on offer; ``hold``: the reason is asked only where it is needed."""

    campaign = forms.ModelChoiceField(
        label=gettext_lazy("Campaign"),
        queryset=Campaign.objects.none(),
        to_field_name="uid",
        empty_label=None,
    )

    def __init__(
        self, data: object = None, *, campaigns: list[Campaign], hold: Hold | None
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["campaign"]
        found = Campaign.objects.filter(pk__in=[one.pk for one in campaigns])
        field.queryset = found.order_by("name", "pk")  # type: ignore[attr-defined]
        field.help_text = (
            _("Its first step comes on the day that the story says, if they agreed to it.")
            if campaigns
            else _("No campaign runs that they are not in already.")
        )
        if hold is not None:
            self.fields["override_reason"] = field_of_why = reason_field()
            field_of_why.required = True
            field_of_why.help_text = who_holds(hold)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: UserRequest, uid: UUID) -> HttpResponse:
    contact = person_or_404(request.user, uid)
    require(request.user, RUN)
    hold = hold_against(request.user, contact, today=timezone.localdate())
    campaigns = open_to(contact, request.user)
    form = TakeInForm(request.POST or None, campaigns=campaigns, hold=hold)
    if request.method == "POST" and form.is_valid() and _taken(request, contact, form):
        return back_to_person(request, contact)
    title = _("Take %(name)s into a campaign") % {"name": contact.full_name}
    return ask(request, form, title=title, submit=_("Take in"), back=person_url(contact))


def _taken(request: UserRequest, contact: Contact, form: TakeInForm) -> bool:
    campaign = form.cleaned_data["campaign"]
    reason = form.cleaned_data.get("override_reason", "")
    try:
        enrol_person(campaign=campaign, contact=contact, actor=request.user, override_reason=reason)
    except HeldByColleague as refusal:
        field = "override_reason" if "override_reason" in form.fields else "campaign"
        form.add_error(field, str(refusal))
        return False
    except DomainError as refusal:
        form.add_error("campaign", str(refusal))
        return False
    words = _("%(name)s is in “%(campaign)s” now.")
    toast(request, words % {"name": contact.full_name, "campaign": campaign.name})
    return True
