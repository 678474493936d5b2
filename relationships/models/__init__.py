from relationships.models.automation import AutomationRun, StageAutomation
from relationships.models.cadence import SegmentCadence
from relationships.models.digest import DigestSetting
from relationships.models.dossier import Dossier, Questionnaire
from relationships.models.engagement import Engagement, EngagementChange
from relationships.models.exposure import Exposed, SidesPlace, UnitExposure
from relationships.models.fact import PersonalFact
from relationships.models.follow_up import FollowUp
from relationships.models.goodwill import GoodwillEntry
from relationships.models.handing import Bequest
from relationships.models.health import HealthMark, RelationshipHealth
from relationships.models.kind_change import KindChange
from relationships.models.leaving import (
    ClosingFeedback,
    ClosingStep,
    Leaving,
    LeavingStep,
    WhatToDo,
)
from relationships.models.lifecycle import AllowedMove, Lifecycle, Stage
from relationships.models.note import Mention, NoteTag
from relationships.models.ownership import CoOwner, OwnershipOverride, OwnershipRule
from relationships.models.paper import Paper
from relationships.models.promise import Promise
from relationships.models.relationship import Relationship, StageTransition
from relationships.models.tie import Tie, TieKind
from relationships.models.timeline import Interaction, InteractionVersion, TimelineEntry

__all__ = [
    "AllowedMove",
    "AutomationRun",
    "Bequest",
    "ClosingFeedback",
    "ClosingStep",
    "CoOwner",
    "DigestSetting",
    "Dossier",
    "Engagement",
    "EngagementChange",
    "Exposed",
    "FollowUp",
    "GoodwillEntry",
    "HealthMark",
    "Interaction",
    "InteractionVersion",
    "KindChange",
    "Leaving",
    "LeavingStep",
    "Lifecycle",
    "Mention",
    "NoteTag",
    "OwnershipOverride",
    "OwnershipRule",
    "Paper",
    "PersonalFact",
    "Promise",
    "Questionnaire",
    "Relationship",
    "RelationshipHealth",
    "SegmentCadence",
    "SidesPlace",
    "Stage",
    "StageAutomation",
    "StageTransition",
    "Tie",
    "TieKind",
    "TimelineEntry",
    "UnitExposure",
    "WhatToDo",
]
