"""Who gets in where: every address of the product, as anonymous, stranger, colleague and owner.

``RULES`` is the one table. An address that is not in it fails the test, so whoever adds one says
here who may open it. The owner made the records, which lie in the unit North, and administers the
whole; the colleague is a recruiter of the unit South; the stranger has an account and no role.
Who is kept out is kept out by every method, and leaves no trace behind.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone
from pytest_django import Settings

from campaigns import links
from contacts import document_links
from contacts.models import (
    BulkRun,
    DuplicateProposal,
    ExportRun,
    ImportRun,
    SavedView,
    StepTemplate,
)
from contacts.services.invitations import invite
from contacts.services.merging import merge_contacts
from contacts.services.pool_members import move_in_pool
from core.models import ApiToken, AuditEntry, Change, Role, User
from core.outbox.store import Outbox
from core.scopes import catalogue as scopes
from relationships.models import (
    Bequest,
    Dossier,
    EngagementChange,
    InteractionVersion,
    KindChange,
    Leaving,
    LeavingStep,
    Mention,
    Paper,
    Questionnaire,
    StageAutomation,
    StageTransition,
    Tie,
)
from relationships.services.digest import off_url
from tests.factories import (
    ContactFactory,
    ContactSkillFactory,
    CustomFieldFactory,
    DocumentVersionFactory,
    EngagementFactory,
    ExternalIdFactory,
    FollowUpFactory,
    GoodwillEntryFactory,
    InteractionFactory,
    OrganisationFactory,
    OrgUnitFactory,
    PersonalFactFactory,
    PromiseFactory,
    RelationshipFactory,
    TieFactory,
    UserFactory,
)
from tests.factories.campaigns import (
    CampaignFactory,
    EnrolmentFactory,
    StepFactory,
    TouchpointFactory,
)
from tests.factories.groups import PoolMemberFactory, SegmentFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db

USABLE = "pbkdf2_sha256$1$salt$hash"
"""A password that nobody knows, but that is one."""
MAIL = (
    b"Subject: Hello\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    b"List-Unsubscribe: <http://localhost/u/x/>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n"
    b"--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n"
    b"a\r\n--b--\r\n"
)
METHODS = ("get", "post", "put", "patch", "delete")


class Outcome(Enum):
    OPEN = "let in"
    SIGN_IN = "asked to sign in"
    FORBIDDEN = "403"
    HIDDEN = "404"
    KEPT_OUT = "403 or 404"
    TOLD_NO = "400, 409 or 415: the request makes no sense, whoever sends it"


OPEN, SIGN_IN = Outcome.OPEN, Outcome.SIGN_IN
FORBIDDEN, HIDDEN, KEPT_OUT = Outcome.FORBIDDEN, Outcome.HIDDEN, Outcome.KEPT_OUT
TOLD_NO = Outcome.TOLD_NO


@dataclass(frozen=True)
class Rule:
    anonymous: Outcome
    stranger: Outcome
    colleague: Outcome
    owner: Outcome = OPEN


PUBLIC = Rule(OPEN, OPEN, OPEN)
"""Anybody, signed in or not."""
OWN = Rule(SIGN_IN, OPEN, OPEN)
"""Whoever is signed in: it shows or changes only what is theirs."""
OTHERS = Rule(SIGN_IN, HIDDEN, HIDDEN)
"""Something that is one user's own, at the address of the owner's."""
ROLE = Rule(SIGN_IN, KEPT_OUT, OPEN)
"""Whoever holds the permission; the list holds only what they may see."""
RECORD = Rule(SIGN_IN, KEPT_OUT, HIDDEN)
"""One record: to who may not see it, it does not exist."""
MANAGER = Rule(SIGN_IN, KEPT_OUT, KEPT_OUT)
"""Needs a permission that a recruiter does not hold."""

RULES: dict[str, Rule] = {
    # Core
    "core:healthz": PUBLIC,
    "core:readyz": PUBLIC,
    "core:outbox": MANAGER,
    "core:outbox_mail": MANAGER,
    "core:outbox_mail_html": MANAGER,
    "core:outbox_attachment": MANAGER,
    "core:outbox_unsubscribe": MANAGER,
    "core:search": OWN,
    "core:settings": OWN,
    "core:profile": OWN,
    "core:preferences": OWN,
    "core:end_session": OTHERS,
    "core:tokens": ROLE,
    "core:token_new": ROLE,
    "core:token_rotate": RECORD,
    "core:token_revoke": RECORD,
    "core:styleguide": MANAGER,
    # People
    "contacts:people": ROLE,
    "contacts:new": ROLE,
    "contacts:people_count": ROLE,
    "contacts:columns": ROLE,
    "contacts:cell": RECORD,
    "contacts:views": ROLE,
    "contacts:new_view": ROLE,
    "contacts:arrange_views": ROLE,
    "contacts:save_view": RECORD,
    "contacts:discard_view": RECORD,
    "contacts:change_view": RECORD,
    "contacts:delete_view": RECORD,
    "contacts:restore_view": RECORD,
    "contacts:bulk_runs": ROLE,
    "contacts:bulk_new": ROLE,
    "contacts:bulk_run": RECORD,
    "contacts:bulk_progress": RECORD,
    "contacts:stop_bulk": RECORD,
    "contacts:undo_bulk": RECORD,
    "contacts:dismiss_bulk": RECORD,
    "contacts:imports": ROLE,
    "contacts:import_run": RECORD,
    "contacts:import_progress": RECORD,
    "contacts:check_import": RECORD,
    "contacts:start_import": RECORD,
    "contacts:change_import": RECORD,
    "contacts:discard_import": RECORD,
    "contacts:undo_import": RECORD,
    "contacts:forget_columns": RECORD,
    "contacts:refused_rows": RECORD,
    "contacts:export_people": ROLE,
    "contacts:exports": ROLE,
    "contacts:export_run": RECORD,
    "contacts:export_progress": RECORD,
    "contacts:discard_export": RECORD,
    "contacts:export_file": RECORD,
    "contacts:card": RECORD,
    "contacts:resume": RECORD,
    "contacts:known": ROLE,
    "contacts:duplicates": MANAGER,
    "contacts:merge_many": MANAGER,
    "contacts:search_duplicates": MANAGER,
    "contacts:duplicates_progress": MANAGER,
    "contacts:duplicate_rules": MANAGER,
    "contacts:decide_duplicate": MANAGER,
    "contacts:reopen_duplicate": MANAGER,
    "contacts:merge": RECORD,
    "contacts:merge_two": MANAGER,
    "contacts:merges": MANAGER,
    "contacts:one_merge": MANAGER,
    "contacts:undo_merge": MANAGER,
    "contacts:person": RECORD,
    "contacts:peek": RECORD,
    "contacts:edit": RECORD,
    "contacts:archive": RECORD,
    "contacts:restore": RECORD,
    "contacts:confirm": RECORD,
    "contacts:consent": RECORD,
    "contacts:export": RECORD,
    "contacts:erase": RECORD,
    "contacts:fields": MANAGER,
    "contacts:new_field": MANAGER,
    "contacts:field": MANAGER,
    "contacts:retire_field": MANAGER,
    "contacts:restore_field": MANAGER,
    "contacts:move_field": MANAGER,
    "contacts:skills": RECORD,
    "contacts:restore_skill": RECORD,
    "contacts:documents": RECORD,
    "contacts:edit_document": RECORD,
    "contacts:delete_document": RECORD,
    "contacts:restore_document": RECORD,
    "contacts:document_version": RECORD,
    "contacts:document_file": RECORD,
    "contacts:skill_names": ROLE,
    "contacts:edit_skill": RECORD,
    "contacts:confirm_skill": RECORD,
    "contacts:remove_skill": RECORD,
    "contacts:skill_catalogue": MANAGER,
    "contacts:begin_catalogue": MANAGER,
    "contacts:new_skill": MANAGER,
    "contacts:skill": MANAGER,
    "contacts:merge_skill": MANAGER,
    "contacts:retire_skill": MANAGER,
    "contacts:return_skill": MANAGER,
    # Segments and talent pools
    "contacts:segments": ROLE,
    "contacts:new_segment": ROLE,
    "contacts:preview_segment": ROLE,
    "contacts:count_segment": ROLE,
    "contacts:segment": RECORD,
    "contacts:edit_segment": RECORD,
    "contacts:segment_history": RECORD,
    "contacts:review_segment": RECORD,
    "contacts:undo_review": RECORD,
    "contacts:archive_segment": RECORD,
    "contacts:restore_segment": RECORD,
    "contacts:new_pool": ROLE,
    "contacts:pool": RECORD,
    "contacts:pool_board": RECORD,
    "contacts:edit_pool": RECORD,
    "contacts:pool_template": RECORD,
    "contacts:review_pool": RECORD,
    "contacts:archive_pool": RECORD,
    "contacts:restore_pool": RECORD,
    "contacts:add_to_pool": RECORD,
    "contacts:remove_from_pool": RECORD,
    "contacts:put_back_in_pool": RECORD,
    "contacts:put_in_pool": RECORD,
    "contacts:move_in_pool": RECORD,
    "contacts:take_back_pool_move": RECORD,
    "contacts:units": MANAGER,
    "contacts:new_unit": MANAGER,
    "contacts:edit_unit": MANAGER,
    # Accounts
    "contacts:accept_invitation": PUBLIC,
    "contacts:team": MANAGER,
    "contacts:invite": MANAGER,
    "contacts:resend_invitation": MANAGER,
    "contacts:revoke_invitation": MANAGER,
    "contacts:colleague": MANAGER,
    "contacts:close_account": MANAGER,
    "contacts:reopen_account": MANAGER,
    "contacts:hand_on_lists": MANAGER,
    "contacts:take_lists_back": MANAGER,
    "contacts:take_role": MANAGER,
    "contacts:roles": MANAGER,
    "contacts:new_role": MANAGER,
    "contacts:role": MANAGER,
    "contacts:audit": MANAGER,
    "contacts:audit_export": MANAGER,
    # Relationships
    "relationships:desk": OWN,
    "relationships:waiting": OWN,
    "relationships:losing-touch": ROLE,
    "relationships:boards": ROLE,
    "relationships:board": ROLE,
    "relationships:board-more": ROLE,
    "relationships:board-live": ROLE,
    "relationships:move-many": ROLE,
    "relationships:move": RECORD,
    "relationships:become": RECORD,
    "relationships:kind-change-undo": RECORD,
    "relationships:stage-history": RECORD,
    "api-v1:relationship-history": RECORD,
    "relationships:cadence": RECORD,
    "relationships:hand-over": RECORD,
    "relationships:restore-owner": RECORD,
    "relationships:postpone": RECORD,
    "relationships:restore-touch": RECORD,
    "relationships:not-needed": RECORD,
    "relationships:needed-after-all": RECORD,
    "relationships:begin": RECORD,
    "relationships:introduction": RECORD,
    "relationships:engagement-new": RECORD,
    "relationships:engagement-edit": RECORD,
    "relationships:engagement-end": RECORD,
    "relationships:engagements": ROLE,
    "relationships:people-named": ROLE,
    "relationships:rates": MANAGER,
    "relationships:engagement": RECORD,
    "relationships:engagement-resume": RECORD,
    "relationships:papers": MANAGER,
    "relationships:paper-new": RECORD,
    "relationships:paper-check": RECORD,
    "relationships:paper-remove": RECORD,
    "relationships:dossiers": MANAGER,
    "relationships:dossier": RECORD,
    "relationships:dossier-fill": RECORD,
    "relationships:dossier-review": RECORD,
    "relationships:questionnaire": MANAGER,
    "relationships:questionnaire-draft": MANAGER,
    "relationships:questionnaire-discard": MANAGER,
    "relationships:leaving": ROLE,
    "relationships:feedback": RECORD,
    "relationships:stay-in-touch": RECORD,
    "relationships:closing-settings": MANAGER,
    "relationships:closing-steps": MANAGER,
    "relationships:engagement-move": RECORD,
    "relationships:engagement-take-back": RECORD,
    "relationships:engagement-undo": RECORD,
    "relationships:timeline": RECORD,
    "relationships:timeline-filters": RECORD,
    "relationships:timeline-years": RECORD,
    "relationships:log": RECORD,
    "relationships:log-whom": ROLE,
    "relationships:log-also": RECORD,
    "relationships:log-quick": RECORD,
    "relationships:message": RECORD,
    "relationships:shared": ROLE,
    "relationships:manifest": PUBLIC,
    "relationships:take-back-log": RECORD,
    "relationships:put-back-log": RECORD,
    "relationships:take-back": RECORD,
    "relationships:take-back-all": RECORD,
    "relationships:tasks": RECORD,
    "relationships:task-new": RECORD,
    "relationships:task-close": RECORD,
    "relationships:task-not-needed": RECORD,
    "relationships:task-reopen": RECORD,
    "relationships:task-later": RECORD,
    "relationships:task-due": RECORD,
    "relationships:task-hand-over": RECORD,
    "relationships:task-assignee": RECORD,
    "relationships:promises": RECORD,
    "relationships:promise-new": RECORD,
    "relationships:promise-keep": RECORD,
    "relationships:promise-anew": RECORD,
    "relationships:promise-withdraw": RECORD,
    "relationships:promise-broken": RECORD,
    "relationships:promise-reopen": RECORD,
    "relationships:promise-later": RECORD,
    "relationships:promise-back": RECORD,
    "relationships:promise-hand-over": RECORD,
    "relationships:promise-promiser": RECORD,
    "relationships:promise-take-back": RECORD,
    "relationships:goodwill": RECORD,
    "relationships:goodwill-new": RECORD,
    "relationships:goodwill-remove": RECORD,
    "relationships:facts": RECORD,
    "relationships:fact-new": RECORD,
    "relationships:fact-remove": RECORD,
    "relationships:understood": RECORD,
    "relationships:marks": RECORD,
    "relationships:note-edit": RECORD,
    "relationships:mention-read": OTHERS,
    "relationships:mention-unread": OTHERS,
    "relationships:health": RECORD,
    "relationships:co-owner-new": RECORD,
    "relationships:co-owner-remove": RECORD,
    "relationships:co-owner-put-back": RECORD,
    "relationships:ownership": MANAGER,
    "relationships:heirs": MANAGER,
    "relationships:heirs-undo": OTHERS,
    "relationships:ties": RECORD,
    "relationships:tie-new": RECORD,
    "relationships:tie-people": RECORD,
    "relationships:tie-organisations": ROLE,
    "relationships:tie-edit": RECORD,
    "relationships:tie-end": RECORD,
    "relationships:tie-reopen": RECORD,
    "relationships:tie-remove": RECORD,
    "relationships:tie-restore": RECORD,
    "relationships:organisation": ROLE,
    "relationships:tie-kinds": MANAGER,
    "relationships:tie-kind-new": MANAGER,
    "relationships:tie-kind": MANAGER,
    "relationships:tie-kind-retire": MANAGER,
    "relationships:tie-kind-restore": MANAGER,
    "relationships:digest": OWN,
    "relationships:digest-off": PUBLIC,
    "relationships:cadences": MANAGER,
    "relationships:segment-cadence": MANAGER,
    "relationships:lifecycles": MANAGER,
    "relationships:lifecycle": MANAGER,
    "relationships:lifecycle-moves": MANAGER,
    "relationships:stage": MANAGER,
    "relationships:stage-new": MANAGER,
    "relationships:templates": MANAGER,
    "relationships:template-new": MANAGER,
    "relationships:template-use": MANAGER,
    "relationships:template-delete": MANAGER,
    "relationships:automation": MANAGER,
    "relationships:automation-new": MANAGER,
    "relationships:automation-edit": MANAGER,
    "relationships:automation-switch": MANAGER,
    "relationships:automation-remove": MANAGER,
    "relationships:automation-restore": MANAGER,
    "relationships:stage-rules": MANAGER,
    "relationships:stage-place": MANAGER,
    "relationships:stage-put-aside": MANAGER,
    "relationships:stage-back": MANAGER,
    "relationships:stage-delete": MANAGER,
    # Campaigns
    "campaigns:campaigns": ROLE,
    "campaigns:new": ROLE,
    "campaigns:stop": RECORD,
    "campaigns:take-in": RECORD,
    "campaigns:campaign": RECORD,
    "campaigns:edit": RECORD,
    "campaigns:delete": RECORD,
    "campaigns:audience": RECORD,
    "campaigns:preview": RECORD,
    "campaigns:start": RECORD,
    "campaigns:pause": RECORD,
    "campaigns:resume": RECORD,
    "campaigns:end": RECORD,
    "campaigns:people": RECORD,
    "campaigns:problems": RECORD,
    "campaigns:step-new": RECORD,
    "campaigns:step-trial": RECORD,
    "campaigns:step": RECORD,
    "campaigns:step-move": RECORD,
    "campaigns:step-remove": RECORD,
    # The people outside
    "community:preferences": PUBLIC,
    "community:profile": PUBLIC,
    "community:profile_ask": MANAGER,
    # Insights
    "insights:dashboard": ROLE,
    "insights:life-cycle": ROLE,
    "insights:funnel": ROLE,
    "insights:two-sides": ROLE,
    "insights:continuity": ROLE,
    "insights:touch": ROLE,
    # Signing in: the pages of someone who is not signed in yet
    "account_login": PUBLIC,
    "account_signup": PUBLIC,
    "account_inactive": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    # … and those that send whoever is not so far (back) to the page of signing in
    "account_logout": OWN,
    "account_confirm_login_code": OWN,
    "mfa_authenticate": OWN,
    "mfa_login_webauthn": OWN,
    # How one signs in oneself
    "account_reauthenticate": OWN,
    "account_email": OWN,
    "account_change_password": OWN,
    "account_set_password": OWN,
    "mfa_index": OWN,
    "mfa_reauthenticate": OWN,
    "mfa_activate_totp": OWN,
    "mfa_deactivate_totp": OTHERS,
    "mfa_view_recovery_codes": OTHERS,
    "mfa_generate_recovery_codes": OWN,
    "mfa_download_recovery_codes": OTHERS,
    "mfa_list_webauthn": OWN,
    "mfa_add_webauthn": OWN,
    "mfa_reauthenticate_webauthn": OWN,
    "mfa_remove_webauthn": OTHERS,
    "mfa_edit_webauthn": OTHERS,
    "usersessions_list": OWN,
    # The REST API
    "api-v1:openapi": PUBLIC,
    "api-v1:docs": PUBLIC,
    "api-v1:problems": PUBLIC,
    "api-v1:contact-list": ROLE,
    "api-v1:contact-detail": RECORD,
    "api-v1:contact-by-external-id": RECORD,
    "api-v1:contact-resume": RECORD,
    "api-v1:contact-vcard": RECORD,
    "api-v1:custom-field-list": ROLE,
    "api-v1:custom-field-detail": ROLE,
    "api-v1:contact-skills": RECORD,
    "api-v1:contact-skill": RECORD,
    "api-v1:skill-list": ROLE,
    "api-v1:skill-detail": ROLE,
    "api-v1:unit-list": ROLE,
    "api-v1:unit-detail": RECORD,
    "api-v1:segment-list": ROLE,
    "api-v1:segment-detail": RECORD,
    "api-v1:segment-members": RECORD,
    "api-v1:pool-list": ROLE,
    "api-v1:pool-detail": RECORD,
    "api-v1:pool-members": RECORD,
    "api-v1:pool-member": RECORD,
    "api-v1:relationship-list": ROLE,
    "api-v1:relationship-detail": RECORD,
    "api-v1:relationship-move": RECORD,
    "api-v1:relationship-hand-over": RECORD,
    "api-v1:contact-timeline": RECORD,
    "api-v1:interaction-list": ROLE,
    "api-v1:interaction-detail": RECORD,
    "api-v1:promise-list": ROLE,
    "api-v1:promise-detail": RECORD,
    "api-v1:promise-keep": RECORD,
    "api-v1:promise-break": RECORD,
    "api-v1:promise-withdraw": RECORD,
    "api-v1:promise-renegotiate": RECORD,
    "api-v1:promise-reopen": RECORD,
    "api-v1:goodwill-list": ROLE,
    "api-v1:goodwill-detail": RECORD,
    "api-v1:fact-list": ROLE,
    "api-v1:fact-detail": RECORD,
    "api-v1:document-list": ROLE,
    "api-v1:document-detail": RECORD,
    "api-v1:document-versions": RECORD,
    "api-v1:document-file": RECORD,
    "api-v1:document-version-file": RECORD,
    "api-v1:paper-list": MANAGER,
    "api-v1:paper-detail": MANAGER,
    "api-v1:paper-identity-checks": MANAGER,
    "api-v1:paper-file": MANAGER,
    "api-v1:dossier-list": MANAGER,
    "api-v1:dossier-detail": MANAGER,
    "api-v1:dossier-review": MANAGER,
    "api-v1:questionnaire-list": MANAGER,
    "api-v1:questionnaire-detail": MANAGER,
    "api-v1:way-out-list": ROLE,
    "api-v1:way-out-detail": RECORD,
    "api-v1:way-out-close-step": RECORD,
    "api-v1:way-out-reopen-step": RECORD,
    "api-v1:way-out-feedback": RECORD,
    "api-v1:way-out-stay-in-touch": RECORD,
    "api-v1:enrolment-list": ROLE,
    "api-v1:enrolment-detail": RECORD,
    "api-v1:tie-list": ROLE,
    "api-v1:tie-detail": RECORD,
    "api-v1:tie-kind-list": ROLE,
    "api-v1:tie-kind-detail": ROLE,
    "api-v1:engagement-list": ROLE,
    "api-v1:engagement-detail": RECORD,
    "api-v1:engagement-end": RECORD,
    "api-v1:engagement-resume": RECORD,
    "api-v1:engagement-move": RECORD,
    "api-v1:kind-change-list": ROLE,
    "api-v1:kind-change-detail": RECORD,
    "api-v1:kind-change-undo": RECORD,
    "api-v1:lifecycle-list": ROLE,
    "api-v1:lifecycle-detail": ROLE,
}


@dataclass(frozen=True)
class Address:
    """One route: its name in full, and the pieces of its path, parameters by name."""

    name: str
    route: str
    parameters: tuple[str, ...]


def addresses(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "", spaces: str = ""
) -> Iterator[Address]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            yield from addresses(pattern.url_patterns, route, space)
        else:
            names = _names(prefix) + _names(str(pattern.pattern))
            yield Address(f"{spaces}{pattern.name}", route, tuple(dict.fromkeys(names)))


def _names(route: str) -> list[str]:
    """The parameters of a route: ``<uuid:uid>``, or ``(?P<key>…)`` in a regular expression."""
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


ADDRESSES = {address.name: address for address in addresses()}


class World:
    """The records of the unit North, all the owner's, and the four who try to reach them."""

    def __init__(self) -> None:
        self.north, self.south = OrgUnitFactory(name="North"), OrgUnitFactory(name="South")
        self.owner = UserFactory(role="administrator", password=USABLE)
        self.colleague = UserFactory(role="recruiter", unit=self.south, password=USABLE)
        self.stranger = UserFactory(password=USABLE)
        self.contact = ContactFactory(unit=self.north)
        self.relationship = RelationshipFactory(contact=self.contact, owner=self.owner)
        self.kind_change = KindChange.objects.create(
            contact=self.contact, from_kind="alumnus", to_kind="prospect", on=timezone.localdate()
        )
        self.template = StepTemplate.objects.create(name="Kept", steps=[{"name": "One"}])
        self.automation = StageAutomation.objects.create(
            stage=self.relationship.stage, act="notify", options={"who": "owner", "name": ""}
        )
        self.move = StageTransition.objects.create(
            relationship=self.relationship,
            to_stage=self.relationship.stage,
            moved_by=self.owner,
            moved_at=timezone.now(),
        )
        self.field = CustomFieldFactory()
        self.task = FollowUpFactory(contact=self.contact, assignee=self.owner)
        self.promise = PromiseFactory(contact=self.contact, promiser=self.owner)
        self.goodwill = GoodwillEntryFactory(contact=self.contact, author=self.owner)
        self.fact = PersonalFactFactory(contact=self.contact, author=self.owner)
        self.tie = TieFactory(contact=self.contact, author=self.owner)
        self.bequest = Bequest.objects.create(leaver=self.owner, made_by=self.owner)
        self.school = OrganisationFactory(kind="school")
        self.noted = InteractionFactory(contact=self.contact, author=self.owner)
        self.taken_back = InteractionVersion.objects.create(
            contact=self.contact, number=1, act="changed", made_by=self.owner
        )
        self.mention = Mention.objects.create(interaction=self.noted, user=self.owner)
        self.engagement = EngagementFactory(
            contact=self.contact, unit=self.north, form="assignment"
        )
        self.paper = Paper.objects.create(
            engagement=self.engagement, kind="identity", checked_on=timezone.localdate()
        )
        self.dossier = Dossier.objects.create(
            engagement=self.engagement,
            questionnaire=Questionnaire.objects.get(),
            number=1,
            why="first",
            filled_on=timezone.localdate(),
            review_on=timezone.localdate(),
        )
        self.way = Leaving.objects.create(engagement=self.engagement, last_day=timezone.localdate())
        self.way_step = LeavingStep.objects.create(
            leaving=self.way,
            what="thanks",
            days=0,
            planned_on=timezone.localdate(),
            follow_up=FollowUpFactory(contact=self.contact, assignee=self.owner),
        )
        self.engagement_change = EngagementChange.objects.create(
            engagement=self.engagement, act="changed", before={"role": ""}, after={"role": "x"}
        )
        self.reader = UserFactory(role="reader", unit=self.north)
        self.invitation = invite(
            email="new@trm.example",
            name="",
            language="en",
            role=Role.objects.get(key="reader"),
            unit=self.north,
            actor=self.owner,
        )
        self.import_run = ImportRun.objects.create(
            unit=self.north,
            uploaded_by=self.owner,
            file=ContentFile(b"Name,E-mail\nEva Vos,eva@trm.example\n", name="people.csv"),
            file_name="people.csv",
            file_format="csv",
            encoding="utf_8",
            delimiter=",",
            columns=["Name", "E-mail"],
            due_at=timezone.now(),
        )
        self.skill = ContactSkillFactory(contact=self.contact)
        self.version = DocumentVersionFactory(document__contact=self.contact)
        self.export_run = ExportRun.objects.create(
            requested_by=self.owner,
            format="csv",
            state="ready",
            file=ContentFile(b"Given name\nEva\n", name="x"),
            due_at=timezone.now(),
        )
        self.view = SavedView.objects.create(owner=self.owner, name="Mine")
        self.bulk_run = BulkRun.objects.create(
            act="tag", options={"tags": ["x"]}, started_by=self.owner, due_at=timezone.now()
        )
        ExternalIdFactory(contact=self.contact, system="ats", value="1")
        self.proposal = DuplicateProposal.objects.create(
            first=self.contact, second=ContactFactory(unit=self.north), points=20, parts=[]
        )
        self.merge = merge_contacts(
            survivor=self.contact, duplicate=ContactFactory(unit=self.north), actor=self.owner
        )
        self.campaign = CampaignFactory(owner=self.owner, unit=self.north)
        self.step = StepFactory(campaign=self.campaign)
        running = CampaignFactory(owner=self.owner, unit=self.north, state="running")
        self.enrolment = EnrolmentFactory(campaign=running, contact=self.contact)
        self.touchpoint = TouchpointFactory(
            step=StepFactory(campaign=running), enrolment=self.enrolment
        )
        self.segment = SegmentFactory(owner=self.owner, unit=self.north, is_reviewed=True)
        self.pool = TalentPoolFactory(owner=self.owner, unit=self.north, steps=["Asked", "Met"])
        self.place = PoolMemberFactory(pool=self.pool, contact=self.contact)
        self.pool_move = move_in_pool(
            member=self.place, to_step=self.pool.steps.get(position=2), actor=self.owner
        )
        self._give_second_proofs()
        outbox = Outbox(Path(settings.OUTBOX_DIR))
        self.mail = outbox.add(sender="a@trm.example", recipients=["b@x.example"], content=MAIL)

    def _give_second_proofs(self) -> None:
        """The owner has an app, recovery codes, and another device that is signed in."""
        TOTP.activate(self.owner, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(self.owner)
        self.session = UserSession.objects.create(
            user=self.owner, ip="192.0.2.1", session_key="another", user_agent=""
        )
        session = SessionStore("another")
        session.update({"_auth_user_id": str(self.owner.pk)})
        session.create()
        UserSession.objects.update(session_key=session.session_key)

    def value(self, address: Address, parameter: str) -> object:
        """What stands in the place of a parameter: the record that the address is of."""
        if parameter in self.plain:
            return self.plain[parameter]
        for beginning, find in self.records.items():
            if address.route.startswith(beginning):
                return find(self)
        pytest.fail(f"What is <{parameter}> of {address.route}? Say so in World.")

    plain = {
        "kind": "prospect",
        "to": "employee",
        "stage": "identified",
        "key": "identified",
        "column": "city",
        "action": "mail",
        "uidb36": "1",
        "number": 0,
        "system": "ats",
        "value": "1",
        "side": "them",
        "form": "internship",
    }
    records: dict[str, Callable[["World"], object]] = {
        "people/views/": lambda world: world.view.uid,
        "people/bulk/": lambda world: world.bulk_run.uid,
        "u/": lambda world: links.token_of(world.touchpoint.uid),
        "digest/": lambda world: urlsplit(off_url(world.owner)).path.split("/")[2],
        "accounts/invitation/": lambda world: "no-such-token",
        "outbox/": lambda world: world.mail.id,
        "settings/sessions/": lambda world: world.session.pk,
        "accounts/2fa/webauthn/keys/": lambda world: world.passkey().pk,
        "people/exports/": lambda world: world.export_run.uid,
        "segments/pools/members/": lambda world: world.place.uid,
        "segments/pools/moves/": lambda world: world.pool_move.uid,
        "segments/pools/": lambda world: world.pool.uid,
        "segments/": lambda world: world.segment.uid,
        "people/import/": lambda world: world.import_run.uid,
        "people/duplicates/": lambda world: world.proposal.uid,
        "people/merges/": lambda world: world.merge.uid,
        "people/": lambda world: world.contact.uid,
        "promises/": lambda world: world.promise.uid,
        "goodwill/": lambda world: world.goodwill.uid,
        "facts/": lambda world: world.fact.uid,
        "hand-over/undo/": lambda world: world.bequest.uid,
        "hand-over/": lambda world: world.reader.uid,
        "ties/": lambda world: world.tie.uid,
        "organisations/": lambda world: world.school.uid,
        "settings/ties/": lambda world: world.tie.kind.uid,
        "notes/versions/": lambda world: world.taken_back.uid,
        "notes/": lambda world: world.noted.uid,
        "mentions/": lambda world: world.mention.uid,
        "relationships/": lambda world: world.relationship.uid,
        "moves/": lambda world: world.move.uid,
        "papers/": lambda world: world.paper.uid,
        "engagements/": lambda world: world.engagement.uid,
        "campaigns/enrolments/": lambda world: world.enrolment.uid,
        "campaigns/": lambda world: world.campaign.uid,
        "tasks/": lambda world: world.task.uid,
        "settings/fields/": lambda world: world.field.uid,
        "documents/versions/": lambda world: world.version.uid,
        "documents/files/": lambda world: document_links.token_for(world.version, world.owner),
        "documents/": lambda world: world.version.document.uid,
        "skills/": lambda world: world.skill.uid,
        "kind-changes/": lambda world: world.kind_change.uid,
        "api/v1/kind-changes": lambda world: world.kind_change.uid,
        "settings/stage-templates/": lambda world: world.template.uid,
        "settings/automation/": lambda world: world.automation.uid,
        "settings/cadences/": lambda world: world.segment.uid,
        "settings/stages/": lambda world: world.relationship.stage.uid,
        "settings/skills/": lambda world: world.skill.skill.uid,
        "settings/units/": lambda world: world.north.uid,
        "settings/team/invitations/": lambda world: world.invitation.uid,
        "settings/team/": lambda world: world.reader.uid,
        "settings/roles/": lambda world: Role.objects.get(key="reader").uid,
        "settings/tokens/": lambda world: world.token(world.owner).uid,
        "api/v1/contacts": lambda world: world.contact.uid,
        "api/v1/custom-fields": lambda world: world.field.uid,
        "api/v1/skills": lambda world: world.skill.skill.uid,
        "api/v1/units": lambda world: world.north.uid,
        "api/v1/segments": lambda world: world.segment.uid,
        "api/v1/pools": lambda world: world.pool.uid,
        "api/v1/relationships": lambda world: world.relationship.uid,
        "api/v1/engagements": lambda world: world.engagement.uid,
        "api/v1/interactions": lambda world: world.noted.uid,
        "api/v1/promises": lambda world: world.promise.uid,
        "api/v1/goodwill": lambda world: world.goodwill.uid,
        "api/v1/facts": lambda world: world.fact.uid,
        "api/v1/documents": lambda world: world.version.document.uid,
        "api/v1/papers": lambda world: world.paper.uid,
        "api/v1/dossiers": lambda world: world.dossier.uid,
        "api/v1/questionnaires": lambda world: world.dossier.questionnaire.uid,
        "api/v1/ways-out": lambda world: world.way.uid,
        "api/v1/enrolments": lambda world: world.enrolment.uid,
        "api/v1/ties": lambda world: world.tie.uid,
        "api/v1/tie-kinds": lambda world: world.tie.kind.uid,
        "api/v1/lifecycles": lambda world: world.relationship.stage.lifecycle.uid,
    }

    def passkey(self) -> Authenticator:
        data = {"name": "k", "credential": {}}
        return Authenticator.objects.create(user=self.owner, type="webauthn", data=data)

    def path(self, address: Address) -> str:
        values = {name: self.value(address, name) for name in address.parameters} | {
            name: record.uid
            for name, record in (("change", self.engagement_change),)
            if name in address.parameters
        }
        if "contact" in values:
            values["contact"] = self.contact.uid
        if "grant_uid" in values:
            values["grant_uid"] = self.reader.role_grants.get().uid
        second: dict[str, object] = {
            "user_uid": self.reader.uid,
            "skill": self.skill.skill.uid,
            "skill_uid": self.skill.skill.uid,
        }
        values |= {name: value for name, value in second.items() if name in values}
        if address.name == "community:profile":
            last_day = timezone.localdate() + timedelta(days=1)
            values["token"] = links.profile_token(self.touchpoint.uid, last_day=last_day)
        if "token" in values and address.name == "contacts:export_file":
            values["token"] = signing.dumps(str(self.export_run.uid), salt="contacts.exports")
        if "step" in values:
            values["step"] = self.way_step.uid
        if "number" in values and address.name.startswith("api-v1:document"):
            values["number"] = self.version.number
        if "step_uid" in values:
            values["step_uid"] = self.step.uid
        return reverse(address.name, kwargs=values)

    def token(self, user: User, secret: str = "") -> ApiToken:
        return ApiToken.objects.create(
            user=user,
            name="access",
            hint="trm_",
            digest=ApiToken.digest_of(secret or ApiToken.new_secret()),
            scopes=[scope.name for scope in scopes()],
            expires_at=timezone.now() + timedelta(days=1),
        )

    def client(self, who: str, *, is_api: bool) -> Client:
        client = Client()
        if who == "anonymous":
            return client
        user = getattr(self, who)
        if is_api:
            secret = ApiToken.new_secret()
            self.token(user, secret)
            return Client(headers={"authorization": f"Bearer {secret}"})
        client.force_login(user)
        # As if they had just shown again who they are.
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client


# What an address wants besides its record.
QUERY = {
    "relationships:automation-new": "?act=task",
    "relationships:task-due": "?day=2026-03-02",
    "contacts:bulk_new": "?act=tag&all=1",
}
PREPARE: dict[str, Callable[[World], object]] = {
    "relationships:tie-restore": lambda world: Tie.objects.update(removed_at=timezone.now()),
    "contacts:refused_rows": lambda world: ImportRun.objects.update(state="checked"),
}


def outcome_of(response: HttpResponse) -> Outcome | None:
    """None where the method is not allowed there at all."""
    if response.streaming:
        list(response.streaming_content)  # a file is closed once it was read
    if response.status_code == 405:
        return None
    if response.status_code == 401:
        return SIGN_IN
    if response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL)):
        return SIGN_IN
    assert response.status_code != 500, response
    known = {403: FORBIDDEN, 404: HIDDEN, 400: TOLD_NO, 409: TOLD_NO, 415: TOLD_NO}
    return known.get(response.status_code, OPEN)


def test_every_address_is_in_the_table() -> None:
    assert set(ADDRESSES) - set(RULES) == set(), "new: say in RULES who may open it"
    assert set(RULES) - set(ADDRESSES) == set(), "gone: take it out of RULES"


@pytest.fixture
def folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.OUTBOX_DIR = str(tmp_path / "outbox")


@pytest.mark.parametrize("name", RULES)
def test_who_gets_in(name: str, folders: None) -> None:
    address = ADDRESSES.get(name)
    assert address is not None, f"{name} is in the table and nowhere else"
    world = World()
    PREPARE.get(name, lambda world: None)(world)
    path = world.path(address) + QUERY.get(name, "")
    rule = RULES[name]
    is_api = address.route.startswith("api/")
    for who in ("anonymous", "stranger", "colleague", "owner"):
        expected: Outcome = getattr(rule, who)
        client = world.client(who, is_api=is_api)
        before = _traces()
        outcomes = {method: outcome_of(getattr(client, method)(path)) for method in METHODS}
        found = {outcome for outcome in outcomes.values() if outcome is not None}
        if expected is OPEN:
            assert found & {OPEN, TOLD_NO}, (who, outcomes)
            continue
        allowed = {FORBIDDEN, HIDDEN} if expected is KEPT_OUT else {expected}
        assert found & allowed, (who, outcomes)
        assert found <= (allowed | {TOLD_NO} if is_api else allowed), (who, outcomes)
        assert _traces() == before, f"{who} was kept out and left a trace"


def _traces() -> tuple[int, int]:
    return AuditEntry.objects.count(), Change.objects.count()
