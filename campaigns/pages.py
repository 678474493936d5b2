"""What campaigns put into the shell and into pages of the apps below: all of it by registration."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.selectors.people import running_enrolments
from contacts import list_acts
from contacts.listing import Selection
from contacts.models import Contact
from contacts.panels import Panel
from contacts.panels import register as register_panel
from core import navigation, palette
from core.models import User

RUN = "campaigns.run_campaign"
VIEW = "campaigns.view_campaign"


def person_context(contact: Contact, user: User) -> dict[str, object]:
    rows = running_enrolments(contact, user)
    campaigns = [row.enrolment.campaign for row in rows]
    return {
        "rows": rows,
        "runnable": {one.pk for one in campaigns if user.has_perm(RUN, one)},
        "may_take_in": user.has_perm(RUN),
    }


def new_url(selection: Selection) -> str:
    """A new campaign for the people that a list shows."""
    address = reverse("campaigns:new")
    return f"{address}?{urlencode(selection, doseq=True)}" if selection else address


def find(user: User, words: str, limit: int) -> Sequence[palette.Result]:
    found = Campaign.objects.visible_to(user).filter(name__icontains=words)
    return [_result(campaign) for campaign in found.order_by("-pk")[:limit]]


def by_ids(user: User, ids: Sequence[str]) -> dict[str, palette.Result]:
    found = Campaign.objects.visible_to(user).filter(uid__in=ids)
    return {str(campaign.uid): _result(campaign) for campaign in found}


def _result(campaign: Campaign) -> palette.Result:
    return palette.Result(
        label=campaign.name,
        url=reverse("campaigns:campaign", args=[campaign.uid]),
        icon="send",
        hint=campaign.get_state_display(),
    )


navigation.register(
    navigation.Item(
        section=navigation.Section.MAIN,
        label=_("Campaigns"),
        url_name="campaigns:campaigns",
        icon="send",
        position=40,
        permission=VIEW,
        shortcut="c",
    )
)
palette.register(
    palette.Provider(
        key="campaigns",
        label=_("Campaigns"),
        find=find,
        by_ids=by_ids,
        permission=VIEW,
        position=30,
    )
)
palette.register_act(
    palette.Act(
        label=_("New campaign"),
        url_name="campaigns:new",
        icon="send",
        position=40,
        permission=RUN,
        is_new=True,
    )
)
register_panel(
    Panel(
        key="campaigns",
        slot="aside",
        label=_("Campaigns"),
        position=60,
        waits=True,
        template="campaigns/panels/person.html",
        context=person_context,
    )
)
list_acts.register(
    list_acts.ListAct(
        key="campaign",
        label=_("Write to these people"),
        icon="send",
        position=10,
        url=new_url,
        permission=RUN,
    )
)
