from contacts.models.address import (
    EmailAddress,
    ExternalId,
    Label,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)
from contacts.models.bulk_run import BulkRow, BulkRun
from contacts.models.consent import Consent, Suppression
from contacts.models.contact import Contact, Tag
from contacts.models.custom_field import CustomField
from contacts.models.document import Document, DocumentVersion
from contacts.models.duplicate import (
    DuplicateFlag,
    DuplicateProposal,
    DuplicateRule,
    DuplicateSearch,
    MatchProfile,
    MatchStatistics,
)
from contacts.models.export_run import ExportRun
from contacts.models.grant import Invitation, RoleGrant
from contacts.models.import_run import ImportRow, ImportRun
from contacts.models.merge import MergeRecord
from contacts.models.pool import PoolMember, PoolMove, PoolStep, TalentPool
from contacts.models.saved_view import ListSetting, SavedView
from contacts.models.search_word import SearchWord
from contacts.models.segment import Segment, SegmentDay, SegmentMember, SegmentProposal
from contacts.models.skill import ContactSkill, Level, Skill, SkillName, SkillSource
from contacts.models.step_template import StepTemplate
from contacts.models.unit import Organisation, OrgUnit

__all__ = [
    "BulkRow",
    "BulkRun",
    "Consent",
    "Contact",
    "ContactSkill",
    "CustomField",
    "Document",
    "DocumentVersion",
    "DuplicateFlag",
    "DuplicateProposal",
    "DuplicateRule",
    "DuplicateSearch",
    "EmailAddress",
    "ExportRun",
    "ExternalId",
    "ImportRow",
    "ImportRun",
    "Invitation",
    "Label",
    "Level",
    "ListSetting",
    "MatchProfile",
    "MatchStatistics",
    "MergeRecord",
    "OrgUnit",
    "Organisation",
    "PhoneNumber",
    "PoolMember",
    "PoolMove",
    "PoolStep",
    "PostalAddress",
    "RoleGrant",
    "SavedView",
    "SearchWord",
    "Segment",
    "SegmentDay",
    "SegmentMember",
    "SegmentProposal",
    "Skill",
    "SkillName",
    "SkillSource",
    "SocialProfile",
    "StepTemplate",
    "Suppression",
    "Tag",
    "TalentPool",
]
