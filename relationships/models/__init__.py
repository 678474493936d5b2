from relationships.models.engagement import Engagement
from relationships.models.follow_up import FollowUp
from relationships.models.lifecycle import AllowedMove, Lifecycle, Stage
from relationships.models.relationship import Relationship, StageTransition
from relationships.models.timeline import Interaction, TimelineEntry

__all__ = [
    "AllowedMove",
    "Engagement",
    "FollowUp",
    "Interaction",
    "Lifecycle",
    "Relationship",
    "Stage",
    "StageTransition",
    "TimelineEntry",
]
