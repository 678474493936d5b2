from django.utils.translation import gettext_lazy as _

from core.audit import declare

declare(
    {
        "campaigns.created": _("{actor} made the campaign {target}"),
        "campaigns.updated": _("{actor} changed the campaign {target}"),
        "campaigns.step_added": _("{actor} added a step to {target}"),
        "campaigns.step_changed": _("{actor} changed a step of {target}"),
        "campaigns.step_moved": _("{actor} moved a step of {target}"),
        "campaigns.step_removed": _("{actor} removed a step from {target}"),
        "campaigns.started": _("{actor} started {target}"),
        "campaigns.paused": _("{actor} paused {target}"),
        "campaigns.running": _("{actor} let {target} go on"),
        "campaigns.ended": _("{actor} ended {target}"),
        "campaigns.deleted": _("{actor} deleted the draft {name}"),
        "campaigns.enrolled": _("{actor} took {target} into the campaign {campaign}"),
        "campaigns.enrolment_stopped": _("{actor} took {target} off a campaign"),
        "campaigns.touchpoint_sent_again": _("{actor} had a mail to {target} sent again"),
        "campaigns.touchpoint_left": _("{actor} decided not to send a mail to {target} again"),
    }
)
