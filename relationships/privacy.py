"""What the tables of relationships hold about people, and what becomes of it (``core.privacy``)."""

from django.utils.translation import gettext_lazy as _

from contacts.choices import Basis
from core.privacy import NOT_PERSONAL, Erasure, Personal, neutral, register
from relationships.models import (
    AllowedMove,
    AutomationRun,
    Bequest,
    ClosingFeedback,
    ClosingStep,
    CoOwner,
    DigestSetting,
    Dossier,
    Engagement,
    EngagementChange,
    Exposed,
    FollowUp,
    GoodwillEntry,
    HealthMark,
    Interaction,
    InteractionVersion,
    KindChange,
    Leaving,
    LeavingStep,
    Lifecycle,
    Mention,
    NoteTag,
    OwnershipOverride,
    OwnershipRule,
    Paper,
    PersonalFact,
    Promise,
    Questionnaire,
    Relationship,
    RelationshipHealth,
    SegmentCadence,
    SidesPlace,
    Stage,
    StageAutomation,
    StageTransition,
    Tie,
    TieKind,
    TimelineEntry,
    UnitExposure,
)

INTEREST = Basis.LEGITIMATE_INTEREST

# That there was a relationship, and how it went, stays countable; what was said in it does not.
_counted = Personal(basis=INTEREST, erasure=Erasure.KEEP)
_said = Personal(basis=INTEREST, erasure=Erasure.ANONYMISE)
_gone = Personal(basis=INTEREST, erasure=Erasure.DELETE)

register(Lifecycle, neutral("kind"))
register(
    Stage,
    neutral(
        *("lifecycle", "key", "name", "position", "is_entry", "is_closed", "cadence_days"),
        *("counted_days", "tone", "is_onward", "entry_rules", "archived_at"),
    ),
)
register(AllowedMove, neutral("from_stage", "to_stage", "needs_reason"))
register(
    Relationship,
    {
        **neutral("contact", "owner", "owner_since", "cadence_days", "segment_days"),
        "kind": _counted,
        "stage": _counted,
        "stage_since": _counted,
        "started_on": _counted,
        "ended_on": _counted,
        "last_two_way_at": _counted,
        "next_touch_on": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank=None),
        "tie_value": _counted,
    },
    subjects=["contact"],
)
register(SegmentCadence, neutral("segment", "days", "set_by", "followed_at"))
# A colleague's own wish, which goes with their account.
register(DigestSetting, neutral("user", "is_on", "hour", "workdays_only", "last_on"))
register(
    StageTransition,
    {
        **neutral("relationship", "moved_by"),
        "from_stage": _counted,
        "to_stage": _counted,
        "moved_at": _counted,
        "reason": _said,
        "cause": _counted,
    },
    subjects=["relationship__contact"],
    label=_("moves along the lifecycle"),
)
register(
    Engagement,
    {
        **neutral("contact", "manager", "recorded_by"),
        "form": _counted,
        "basis": _counted,
        "phase": _counted,
        "unit": _counted,
        "role": _said,
        "starts_on": _counted,
        "ends_on": _counted,
        "expected_end_on": _counted,
        "hours_per_week": _counted,
        "rate": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank=None),
        "rate_per": _said,
        "currency": NOT_PERSONAL,
    },
    subjects=["contact"],
)
register(
    EngagementChange,
    {
        **neutral("engagement", "actor", "undone_at"),
        "act": _counted,
        "counts_from": _counted,
        "reason": _said,
        "before": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank={}),
        "after": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank={}),
    },
    subjects=["engagement__contact"],
)
register(ClosingStep, neutral("form", "what", "name", "days", "who", "colleague"))
register(
    Leaving,
    {
        **neutral("engagement", "stopped_at"),
        "last_day": _counted,
        "stays_in_touch": _counted,
        "touch_note": _said,
        "answered_on": _counted,
    },
    subjects=["engagement__contact"],
)
register(LeavingStep, neutral("leaving", "what", "days", "planned_on", "follow_up"))
register(
    ClosingFeedback,
    {
        **neutral("engagement", "recorded_by"),
        "side": _counted,
        "went_well": _said,
        "could_be_better": _said,
        "again": _counted,
        "given_on": _counted,
    },
    subjects=["engagement__contact"],
)
register(
    Paper,
    {
        **neutral("engagement", "document", "checked_by", "reminded_for"),
        "kind": _counted,
        "checked_on": _counted,
        "expires_on": _counted,
        "basis": _said,
        "note": _said,
    },
    subjects=["engagement__contact"],
)
register(Questionnaire, neutral("number", "questions", "note", "published_at", "published_by"))
register(
    Dossier,
    {
        **neutral("engagement", "questionnaire", "is_latest", "filled_by", "reviewed_by"),
        **neutral("review_on", "review_why", "asked_for"),
        "number": _counted,
        "why": _counted,
        "answers": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank={}),
        "remarks": _said,
        "filled_on": _counted,
        "reviewed_on": _counted,
    },
    subjects=["engagement__contact"],
)
register(
    Interaction,
    {
        **neutral("contact", "author"),
        "happened_at": _counted,
        "channel": _counted,
        "direction": _counted,
        "initiated_by": _counted,
        "is_automated": _counted,
        "summary": _said,
        "body": _said,
        "gathering": NOT_PERSONAL,
    },
    subjects=["contact"],
)
register(
    InteractionVersion,
    {
        **neutral("contact", "number", "made_by"),
        "act": _gone,
        "put_back_at": _gone,
        "held": _gone,
    },
    subjects=["contact"],
)
register(
    TimelineEntry,
    {
        **neutral("contact", "key", "actor"),
        "at": _gone,
        "verb": _gone,
        "direction": _gone,
        "channel": _gone,
        "is_automated": _gone,
        "data": _gone,
    },
    subjects=["contact"],
    label=_("lines of the timeline"),
)
register(
    FollowUp,
    {
        **neutral("contact", "pool", "assignee", "closed_by", "created_by", "handed_over_by"),
        **neutral("kind", "key", "interaction", "answered_by", "fact"),
        "title": _said,
        "body": _said,
        "outcome": _said,
        "handed_over_note": _said,
        "occurred_on": _counted,
        "due_on": _counted,
        "state": _counted,
        "closed_at": _counted,
    },
    subjects=["contact"],
)
register(
    Promise,
    {
        **neutral("contact", "promiser", "interaction", "replaces", "closed_by", "created_by"),
        **neutral("handed_over_by"),
        "handed_over_note": _said,
        "side": _counted,
        "text": _said,
        "note_key": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, in_export=False),
        "due_on": _counted,
        "state": _counted,
        "reason": _said,
        "desk_from": _counted,
        "closed_at": _counted,
    },
    subjects=["contact"],
)
register(
    GoodwillEntry,
    {
        **neutral("contact", "interaction", "author"),
        "direction": _gone,
        "kind": _gone,
        "value": _gone,
        "happened_on": _gone,
        "note": _gone,
    },
    subjects=["contact"],
)
register(
    PersonalFact,
    {
        **neutral("contact", "author"),
        "text": _gone,
        "purpose": _gone,
        "shows_on": _gone,
        "is_month": _gone,
        "kept_until": _gone,
        "source": _gone,
    },
    subjects=["contact"],
)
register(Mention, neutral("interaction", "user", "author", "read_at"))
register(
    NoteTag,
    {**neutral("interaction", "is_new"), "tag": _gone},
    subjects=["interaction__contact"],
)
register(
    RelationshipHealth,
    {
        **neutral("relationship", "computed_at"),
        **dict.fromkeys(("value", *RelationshipHealth.PARTS), _gone),
    },
    subjects=["relationship__contact"],
)
register(HealthMark, neutral("contact"))
register(
    StageAutomation,
    neutral("stage", "moment", "act", "options", "is_on", "made_by", "archived_at"),
)
register(
    AutomationRun,
    {
        **neutral("automation", "transition", "contact", "made_id"),
        **neutral("queue_state", "due_at", "attempts", "lease_token", "lease_until"),
        "result": _counted,
        "outcome": _counted,
        "done_at": _counted,
    },
    subjects=["contact"],
)
register(
    KindChange,
    {
        **neutral("contact", "ending", "begun", "engagement", "ended_engagements"),
        **neutral("made_by", "undone_by"),
        "from_kind": _counted,
        "to_kind": _counted,
        "on": _counted,
        "reason": _said,
        "undone_at": _counted,
    },
    subjects=["contact"],
)
register(
    TieKind,
    neutral(
        *("key", "among", "name_en", "name_nl", "inverse_en", "inverse_nl"),
        *("position", "retired_at"),
    ),
)
register(
    Tie,
    {
        **neutral("contact", "other", "colleague", "author", "removed_at"),
        **neutral("is_since_year", "is_until_year"),
        "kind": _gone,
        "organisation": _gone,
        "since": _gone,
        "until": _gone,
        "detail": _gone,
        "source": _gone,
    },
    subjects=["contact", "other"],
)
register(OwnershipRule, neutral("kind", "basis", "days"))
register(CoOwner, neutral("relationship", "user", "added_by"))
register(
    OwnershipOverride,
    {
        **neutral("contact", "owner", "made_by", "about", "days_left"),
        "act": _counted,
        "reason": _said,
    },
    subjects=["contact"],
)
register(Bequest, neutral("leaver", "made_by", "parts", "undone_at"))
register(
    Exposed,
    {**neutral("contact"), "bus": Personal(basis=INTEREST, erasure=Erasure.DELETE)},
    subjects=["contact"],
)
register(
    SidesPlace,
    {**neutral("contact"), "code": Personal(basis=INTEREST, erasure=Erasure.DELETE)},
    subjects=["contact"],
)
register(UnitExposure, neutral("unit", "n", "nobody", "one", "computed_at"))
