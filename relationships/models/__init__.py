from relationships.models.engagement import Engagement
from relationships.models.fact import PersonalFact
from relationships.models.follow_up import FollowUp
from relationships.models.goodwill import GoodwillEntry
from relationships.models.health import HealthMark, RelationshipHealth
from relationships.models.lifecycle import AllowedMove, Lifecycle, Stage
from relationships.models.note import Mention, NoteTag
from relationships.models.promise import Promise
from relationships.models.relationship import Relationship, StageTransition
from relationships.models.timeline import Interaction, TimelineEntry

__all__ = [
    "AllowedMove",
    "Engagement",
    "FollowUp",
    "GoodwillEntry",
    "HealthMark",
    "Interaction",
    "Lifecycle",
    "Mention",
    "NoteTag",
    "PersonalFact",
    "Promise",
    "Relationship",
    "RelationshipHealth",
    "Stage",
    "StageTransition",
    "TimelineEntry",
]
