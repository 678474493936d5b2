"""The records that the addresses are of, and the four who try to reach them."""

import time
from collections.abc import Callable
from datetime import timedelta
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
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns import links
from contacts import document_links
from contacts.models import (
    BulkRun,
    DuplicateFlag,
    DuplicateProposal,
    ExportRun,
    ImportRun,
    SavedView,
    StepTemplate,
)
from contacts.services.invitations import invite
from contacts.services.merging import merge_contacts
from contacts.services.pool_members import move_in_pool
from core.models import ApiToken, Role, User
from core.outbox.store import Outbox
from core.scopes import catalogue as scopes
from integrations.models import Correspondent, ReceivedMail
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
from tests.access.addresses import Address
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
        self.flag = DuplicateFlag.objects.create(proposal=self.proposal, flagged_by=self.owner)
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
        self.received = ReceivedMail.objects.create(
            colleague=self.owner, key="x", door="smtp", due_at=timezone.now()
        )
        self.unknown = Correspondent.objects.create(
            mail=self.received, colleague=self.owner, address="x@x.example", direction="inbound"
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
        "people/doubles/": lambda world: world.flag.uid,
        "people/merges/": lambda world: world.merge.uid,
        "people/": lambda world: world.contact.uid,
        "mail/undo/": lambda world: world.undo_of_mail(),
        "mail/": lambda world: world.unknown.uid,
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
        "api/v1/received-mails": lambda world: world.received.uid,
        "api/v1/lifecycles": lambda world: world.relationship.stage.lifecycle.uid,
    }

    def undo_of_mail(self) -> str:
        placed = {"contact_id": self.contact.pk, "rows": [], "interactions": []}
        told = [self.owner.pk, {**placed, "gave_address": False}]
        return signing.dumps(told, salt="integrations.mail")

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
    "api-v1:paper-file": lambda world: Paper.objects.update(
        kind="contract", document=world.version.document
    ),
}
