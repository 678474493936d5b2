from django.utils.translation import gettext_lazy as _

from core.audit import declare

declare(
    {
        "relationships.begun": _("{actor} began a relationship with {target}"),
        "relationships.stage_changed": _("{actor} moved {target} to another stage"),
        "relationships.owner_changed": _("{actor} changed who keeps in touch with {target}"),
        "relationships.cadence_set": _("{actor} changed the cadence for {target}"),
        "relationships.touch_postponed": _("{actor} put off the next contact with {target}"),
        "relationships.engagement_begun": _("{actor} added an engagement of {target}"),
        "relationships.engagement_ended": _("{actor} ended an engagement of {target}"),
        "relationships.interaction_logged": _("{actor} logged contact with {target}"),
        "relationships.follow_up_created": _("{actor} made a task about {target}"),
        "relationships.follow_up_closed": _("{actor} closed a task about {target}"),
        "relationships.follow_up_reopened": _("{actor} opened a task about {target} again"),
        "relationships.follow_up_snoozed": _("{actor} put off a task about {target}"),
        "relationships.follow_up_handed_over": _("{actor} handed over a task about {target}"),
        "relationships.stage_edited": _("{actor} changed the stage {target}"),
        "relationships.moves_changed": _("{actor} changed the moves allowed in {target}"),
    }
)
