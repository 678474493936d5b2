"""What the tables of contacts hold about people, and what becomes of it (``core.privacy``)."""

from django.utils.translation import gettext_lazy as _

from contacts import custom_fields
from contacts.choices import Basis
from contacts.models import (
    BulkRow,
    BulkRun,
    Consent,
    Contact,
    ContactSkill,
    CustomField,
    Document,
    DocumentVersion,
    DuplicateFlag,
    DuplicateProposal,
    DuplicateRule,
    DuplicateSearch,
    EmailAddress,
    ExportRun,
    ExternalId,
    ImportRow,
    ImportRun,
    Invitation,
    ListSetting,
    MatchProfile,
    MatchStatistics,
    MergeRecord,
    Organisation,
    OrgUnit,
    PhoneNumber,
    PoolMember,
    PoolMove,
    PoolStep,
    PostalAddress,
    RoleGrant,
    SavedView,
    SearchWord,
    Segment,
    SegmentDay,
    SegmentMember,
    SegmentProposal,
    Skill,
    SkillName,
    SocialProfile,
    StepTemplate,
    Suppression,
    Tag,
    TalentPool,
)
from core.privacy import NOT_PERSONAL, Erasure, Personal, neutral, register

INTEREST = Basis.LEGITIMATE_INTEREST

_name = Personal(basis=INTEREST, erasure=Erasure.ANONYMISE)
_derived = Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, in_export=False)
_deleted = Personal(basis=INTEREST, erasure=Erasure.DELETE)
_told = {"source": _deleted, "confirmed_on": _deleted}
# Who said what about being written to must be shown for as long as a claim may come.
_evidence = Personal(basis=Basis.LEGAL_OBLIGATION, erasure=Erasure.KEEP)
# What colleagues did in the house, on the ground of their contract of work.
_colleague = Personal(basis=Basis.CONTRACT, erasure=Erasure.KEEP, in_export=False)

register(
    Contact,
    {
        "given_name": _name,
        "infix": _name,
        "family_name": _name,
        "preferred_name": _name,
        "native_name": _name,
        "given_initials": _name,
        "birth_name": _name,
        "birthday": _name,
        "headline": _name,
        "organisation_name": _name,
        "city": _name,
        "country": _name,
        "note": _name,
        "form_of_address": _name,
        "language": Personal(basis=INTEREST, erasure=Erasure.KEEP),
        "time_zone": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank="Europe/Amsterdam"),
        "do_not_contact": Personal(basis=Basis.LEGAL_OBLIGATION, erasure=Erasure.KEEP),
        "source": Personal(basis=INTEREST, erasure=Erasure.KEEP),
        "custom_values": Personal(
            basis=INTEREST, erasure=Erasure.ANONYMISE, blank=custom_fields.kept_on_erasure
        ),
        "field_sources": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank={}),
        "sort_key": _derived,
        "search_text": _derived,
        "unit": NOT_PERSONAL,
        "archived_at": NOT_PERSONAL,
        "erased_at": NOT_PERSONAL,
        "merged_into": NOT_PERSONAL,
    },
    subjects=["pk"],
)
register(
    Contact.tags.through,
    {"contact": NOT_PERSONAL, "tag": _deleted},
    subjects=["contact"],
    label=_("tags"),
)
register(Tag, {"name": NOT_PERSONAL})
# Of nobody in particular; a word that only one person had goes when they are forgotten.
register(SearchWord, neutral("word", "sound", "is_romanised"))
register(
    EmailAddress,
    {
        "contact": NOT_PERSONAL,
        "address": _deleted,
        "label": _deleted,
        "is_primary": _deleted,
        "bounced_at": _deleted,
        **_told,
    },
    subjects=["contact"],
)
register(
    PhoneNumber,
    {
        "contact": NOT_PERSONAL,
        "number": _deleted,
        "label": _deleted,
        "is_primary": _deleted,
        **_told,
    },
    subjects=["contact"],
)
register(
    PostalAddress,
    {
        "contact": NOT_PERSONAL,
        "lines": _deleted,
        "postcode": _deleted,
        "city": _deleted,
        "country": _deleted,
        "label": _deleted,
        "is_primary": _deleted,
        **_told,
    },
    subjects=["contact"],
)
register(
    SocialProfile,
    {"contact": NOT_PERSONAL, "network": _deleted, "url": _deleted, **_told},
    subjects=["contact"],
)
register(
    ExternalId,
    {"contact": NOT_PERSONAL, "system": _deleted, "value": _deleted},
    subjects=["contact"],
)
register(Skill, neutral("name_en", "name_nl", "esco_uri", "retired_at", "merged_into"))
register(SkillName, neutral("skill", "text", "folded", "bare"))
register(
    ContactSkill,
    {
        "contact": NOT_PERSONAL,
        "skill": _deleted,
        "level": _deleted,
        "source": _deleted,
        "evidence": _deleted,
        "confirmed_on": _deleted,
        "recorded_by": NOT_PERSONAL,
    },
    subjects=["contact"],
)
# The files themselves go with the rows (``services.privacy``).
register(
    Document,
    {
        "contact": NOT_PERSONAL,
        "kind": _deleted,
        "title": _deleted,
        "expires_on": _deleted,
        **neutral("is_confidential", "reminded_for", "deleted_at"),
    },
    subjects=["contact"],
)
register(
    DocumentVersion,
    {
        **neutral("queue_state", "due_at", "attempts", "lease_token", "lease_until", "outcome"),
        **neutral("document", "number", "file", "uploaded_by"),
        "file_name": _deleted,
        "file_format": _deleted,
        "size": _deleted,
        "text": Personal(basis=INTEREST, erasure=Erasure.DELETE, in_export=False),
    },
    subjects=["document__contact"],
)
register(
    Consent,
    {
        "contact": NOT_PERSONAL,
        "purpose": _evidence,
        "decision": _evidence,
        "basis": _evidence,
        "wording": _evidence,
        "language": _evidence,
        "source": _evidence,
        "decided_at": _evidence,
        "expires_at": _evidence,
        "recorded_by": _colleague,
    },
    subjects=["contact"],
)
# Only a keyed hash, that nobody can turn back; it must outlive the person it protects.
register(Suppression, {"digest": NOT_PERSONAL, "reason": NOT_PERSONAL})
register(
    MergeRecord,
    {
        "survivor": NOT_PERSONAL,
        "duplicate": NOT_PERSONAL,
        "merged_by": NOT_PERSONAL,
        "rule": NOT_PERSONAL,
        "before": _deleted,
        "moved": _deleted,
        "undone_at": NOT_PERSONAL,
        "undone_by": NOT_PERSONAL,
    },
    subjects=["survivor", "duplicate"],
    label=_("merges"),
)
_repeated = Personal(basis=INTEREST, erasure=Erasure.DELETE, in_export=False)
register(
    MatchProfile,
    {**neutral("contact", "due_since", "version"), "keys": _repeated, "facts": _repeated},
    subjects=["contact"],
    label=_("keys for finding duplicates"),
)
register(
    DuplicateProposal,
    {
        **neutral("first", "second", "rule", "decision", "decided_at", "decided_by"),
        **neutral("later_until"),
        "points": _repeated,
        "parts": _repeated,
    },
    subjects=["first", "second"],
    label=_("possible duplicates"),
)
register(
    DuplicateFlag,
    {
        **neutral("proposal", "flagged_by"),
        "why": Personal(basis=INTEREST, erasure=Erasure.DELETE),
    },
    subjects=["proposal__first", "proposal__second"],
    label=_("words that they may stand here twice"),
)
register(MatchStatistics, neutral("people", "counts", "made_at"))
register(DuplicateRule, neutral("key", "is_active", "changed_by"))
register(
    DuplicateSearch,
    neutral(
        *("queue_state", "due_at", "attempts", "lease_token", "lease_until", "outcome", "state"),
        *("people", "pairs", "done_count", "found", "started_by", "finished_at"),
    ),
)
register(
    ImportRun,
    neutral(
        *("queue_state", "due_at", "attempts", "lease_token", "lease_until", "outcome", "file"),
        *("file_name", "file_format", "encoding", "delimiter", "header_row", "layout", "columns"),
        *("mapping", "options", "state", "row_count", "done_count", "cursor", "uploaded_by"),
        *("started_by", "counts", "header_print", "is_remembered", "settled_until"),
        *("cleared_at", "undone_at", "undone_by"),
        *("unit", "started_at", "finished_at"),
    ),
)
_cells = Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank=[])
register(
    ImportRow,
    {
        **neutral("run", "number", "person", "checked_as", "outcome", "contact"),
        **neutral("done_at", "undone_as"),
        "cells": _cells,
        "notes": _cells,
        "changes": _cells,
        "before": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank={}),
        "digest": _derived,
        "fingerprint": _derived,
    },
    subjects=["contact"],
    label=_("rows of imported files"),
)
# Whom an act on many people was about, and what they had before: ids and days, no words of theirs.
register(
    BulkRun,
    neutral(
        *("queue_state", "due_at", "attempts", "lease_token", "lease_until", "outcome", "act"),
        *("options", "selection", "state", "total", "done_count", "cursor", "counts"),
        *("started_by", "undone_by", "finished_at", "undone_at", "dismissed_at"),
    ),
)
register(
    BulkRow,
    {
        **neutral("run", "contact", "outcome", "reason"),
        "before": Personal(basis=INTEREST, erasure=Erasure.ANONYMISE, blank={}, in_export=False),
    },
    subjects=["contact"],
    label=_("bulk acts"),
)
register(
    SavedView,
    neutral("owner", "name", "selection", "sort", "columns", "is_shared", "unit", "deleted_at"),
)
register(ListSetting, neutral("user", "columns", "order", "first_view"))
register(
    CustomField,
    neutral(
        *("key", "type", "label_en", "label_nl", "help_en", "help_nl", "choices", "position"),
        *("is_personal", "basis", "on_erasure", "retired_at"),
    ),
)
# Its file is deleted within a day, whoever is in it.
register(
    ExportRun,
    {
        **neutral(
            *("queue_state", "due_at", "attempts", "lease_token", "lease_until", "outcome"),
            *("format", "state", "selection", "columns", "language", "row_count"),
            *("done_count", "file", "size", "finished_at", "expires_at"),
        ),
        "requested_by": _colleague,
    },
)
register(OrgUnit, neutral("name", "code", "parent", "lineage", "starts_on", "ends_on"))
register(Organisation, neutral("name", "kind"))
register(RoleGrant, {"user": _colleague, "role": _colleague, "unit": _colleague})
register(
    Invitation,
    {
        "email": _colleague,
        "name": _colleague,
        "language": _colleague,
        **neutral(
            "role", "unit", "invited_by", "digest", "expires_at", "accepted_at", "revoked_at"
        ),
    },
)
register(
    Segment,
    neutral(
        *("name", "purpose", "rule", "fields", "permissions", "pace", "owner", "unit"),
        *("is_private", "is_reviewed", "size", "waiting", "due_at", "worked_out_at"),
        *("changed_at", "archived_at"),
    ),
)
register(SegmentDay, neutral("segment", "day", "size", "joined", "departed"))
# That somebody was in a segment or a pool says what is true of them, or what was thought.
register(
    SegmentMember,
    {
        **neutral("contact", "admitted_by"),
        "segment": _deleted,
        "since": _deleted,
        "joined_because": _deleted,
        "until": _deleted,
        "left_because": _deleted,
    },
    subjects=["contact"],
    label=_("places in segments"),
)
register(
    SegmentProposal,
    {
        **neutral("contact", "decided_by"),
        "segment": _deleted,
        "state": _deleted,
        "proposed_at": _deleted,
        "reason": _deleted,
        "not_before": _deleted,
        "decided_at": _deleted,
    },
    subjects=["contact"],
    label=_("proposals for segments"),
)
register(
    TalentPool,
    neutral(
        *("name", "purpose", "owner", "unit", "is_private", "filled_from", "filled_on"),
        *("reviewed_on", "reminded_on", "archived_at"),
    ),
)
register(PoolStep, neutral("pool", "name", "position"))
register(
    PoolMember,
    {
        **neutral("contact", "added_by", "removed_by", "filled_from"),
        "pool": _deleted,
        "step": _deleted,
        "step_since": _deleted,
        "since": _deleted,
        "why": _deleted,
        "until": _deleted,
        "removed_why": _deleted,
    },
    subjects=["contact"],
    label=_("places in talent pools"),
)
register(
    PoolMove,
    {
        **neutral("member", "moved_by"),
        "from_step": _deleted,
        "to_step": _deleted,
        "from_name": _deleted,
        "to_name": _deleted,
        "moved_at": _deleted,
        "reason": _deleted,
    },
    subjects=["member__contact"],
    label=_("moves in talent pools"),
)
register(StepTemplate, neutral("name", "steps", "moves", "made_by"))
