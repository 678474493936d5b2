"""Who may do what with campaigns: it goes by the unit that a campaign belongs to."""

import rules
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from contacts.models.access import covers
from core.models import User
from core.permissions import declare


@rules.predicate
def may_view(user: User, campaign: Campaign) -> bool:
    return covers(user, "campaigns.view_campaign", campaign.unit_id)


@rules.predicate
def may_run(user: User, campaign: Campaign) -> bool:
    return covers(user, "campaigns.run_campaign", campaign.unit_id)


declare("campaigns.view_campaign", _("See campaigns"))
declare("campaigns.run_campaign", _("Make and run campaigns"))

rules.add_perm("campaigns.view_campaign", may_view)
rules.add_perm("campaigns.run_campaign", may_run)
