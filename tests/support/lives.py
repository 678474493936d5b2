"""People of whom every table knows something: what merging and forgetting are tried on."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.utils import timezone

from campaigns.models import Campaign, DeliveryEvent
from contacts.models import (
    BulkRow,
    BulkRun,
    Contact,
    DuplicateFlag,
    DuplicateProposal,
    ImportRow,
    ImportRun,
    MatchProfile,
    MergeRecord,
    PoolMove,
    Segment,
    Skill,
    Tag,
    TalentPool,
)
from core.models import ApiToken, IdempotentReply, User
from integrations.models import Correspondent, FiledMail, ReceivedMail
from relationships.models import (
    AutomationRun,
    ClosingFeedback,
    Dossier,
    Engagement,
    EngagementChange,
    Exposed,
    InteractionVersion,
    KindChange,
    Leaving,
    LeavingStep,
    Mention,
    NoteTag,
    OwnershipOverride,
    Paper,
    Questionnaire,
    RelationshipHealth,
    SidesPlace,
    StageAutomation,
    StageTransition,
)
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    ContactSkillFactory,
    DocumentFactory,
    DocumentVersionFactory,
    EmailAddressFactory,
    EngagementFactory,
    ExternalIdFactory,
    FollowUpFactory,
    GoodwillEntryFactory,
    InteractionFactory,
    PersonalFactFactory,
    PhoneNumberFactory,
    PostalAddressFactory,
    PromiseFactory,
    RelationshipFactory,
    SkillFactory,
    SocialProfileFactory,
    TagFactory,
    TieFactory,
    TimelineEntryFactory,
    UserFactory,
)
from tests.factories.campaigns import (
    CampaignFactory,
    EnrolmentFactory,
    StepFactory,
    TouchpointFactory,
)
from tests.factories.groups import (
    PoolMemberFactory,
    SegmentFactory,
    SegmentMemberFactory,
    SegmentProposalFactory,
    TalentPoolFactory,
)

TODAY = date(2026, 5, 1)


@dataclass(frozen=True)
class World:
    """What two people have in common: a campaign, a tag, a segment, a talent pool."""

    campaign: Campaign
    segment: Segment
    pool: TalentPool

    @classmethod
    def made(cls) -> "World":
        campaign = CampaignFactory(state=Campaign.State.RUNNING)
        StepFactory(campaign=campaign)
        TagFactory(name="shared")
        SkillFactory(name_en="shared")
        return cls(
            campaign,
            SegmentFactory(is_reviewed=True),
            TalentPoolFactory(steps=["Asked", "Met"]),
        )


def full_life(world: World, mark: str) -> Contact:
    """Someone with a row in every table that knows people, each text of which holds ``mark``.

    Two of them clash wherever two can: one tag, one address, one phone number, one profile, one
    skill, one postal address, an open relationship of one kind, an active enrolment in a campaign.
    """
    contact = ContactFactory(
        given_name=f"{mark}given",
        infix=mark[:20],
        family_name=f"{mark}family",
        preferred_name=f"{mark}called",
        native_name=f"{mark}native",
        given_initials=mark[:30],
        birth_name=f"{mark}birth",
        birthday="1984-04-12",
        headline=f"{mark}headline",
        organisation_name=f"{mark}organisation",
        city=f"{mark}city",
        country="NL",
        note=f"{mark}note",
        custom_values={"shirt": f"{mark}custom"},
        field_sources={"city": ["import", "2026-03-01", f"{mark}.csv"]},
        email=f"{mark}1@example.org",
    )
    EmailAddressFactory(
        contact=contact, address="Shared@example.org" if mark < "m" else "shared@example.org"
    )
    PhoneNumberFactory(contact=contact, number=f"ext. {mark}", is_primary=True)
    PhoneNumberFactory(contact=contact, number="+31612345678")
    PostalAddressFactory(
        contact=contact, lines=f"{mark} 1", city=f"{mark}city", country="NL", is_primary=True
    )
    PostalAddressFactory(contact=contact, lines="Shared 1", city="Gouda")
    SocialProfileFactory(contact=contact, url=f"https://example.org/{mark}")
    SocialProfileFactory(contact=contact, url="https://example.org/shared")
    ExternalIdFactory(contact=contact, value=f"{mark}-1")
    contact.tags.set([TagFactory(name=f"tag-{len(mark)}-{mark[0]}"), *_shared_tags()])
    ConsentFactory(contact=contact)
    _abilities(contact, mark)
    _relations(contact, mark)
    _campaigns(contact, mark, world)
    _likenesses(contact, mark)
    _groups(contact, mark, world)
    _traces(contact, mark)
    _mails(contact, mark)
    contact.refresh_derived(addresses=f"{mark}1@example.org shared@example.org {mark} 0612345678")
    contact.save(update_fields=["sort_key", "search_text"])
    contact.refresh_from_db()
    return contact


def _shared_tags() -> list[Tag]:
    return list(Tag.objects.filter(name="shared"))


def _abilities(contact: Contact, mark: str) -> None:
    ContactSkillFactory(contact=contact, evidence=f"{mark}evidence", level=1 + len(mark) % 5)
    ContactSkillFactory(contact=contact, skill=Skill.objects.get(name_en="shared"), evidence=mark)
    document = DocumentFactory(contact=contact, title=f"{mark}title")
    DocumentVersionFactory(document=document, file_name=f"{mark}.txt", text=f"{mark}text")


def _relations(contact: Contact, mark: str) -> None:
    relationship = RelationshipFactory(contact=contact, kind="prospect", started_on=TODAY)
    ended = RelationshipFactory(contact=contact, kind="employee", at="left", started_on=TODAY)
    for one in (relationship, ended):
        move = StageTransition.objects.create(
            relationship=one, to_stage=one.stage, moved_at=timezone.now(), reason=f"{mark}reason"
        )
        automation = StageAutomation.objects.create(stage=one.stage, act="task")
        AutomationRun.objects.create(
            automation=automation, transition=move, contact=contact, due_at=timezone.now()
        )
    KindChange.objects.create(
        contact=contact,
        from_kind="employee",
        to_kind="prospect",
        on=TODAY,
        begun=relationship,
        reason=f"{mark}reason",
    )
    work = EngagementFactory(
        contact=contact, role=f"{mark}role", hours_per_week="36.0", rate="95.00", rate_per="hour"
    )
    EngagementChange.objects.create(
        engagement=work,
        act="changed",
        reason=f"{mark}reason",
        before={"role": f"{mark}was"},
        after={"role": f"{mark}role"},
    )
    _parting(work, mark)
    EngagementFactory(manager=contact)
    noted = InteractionFactory(contact=contact, summary=f"{mark}summary", body=f"{mark}body")
    InteractionVersion.objects.create(
        contact=contact,
        number=noted.pk,
        act="changed",
        made_by=UserFactory(),
        held={"summary": f"{mark}earlier"},
    )
    Mention.objects.create(interaction=noted, user=UserFactory())
    NoteTag.objects.create(interaction=noted, tag=Tag.objects.get(name="shared"))
    PromiseFactory(
        contact=contact,
        interaction=noted,
        text=f"{mark}text",
        reason=f"{mark}reason",
        note_key=f"{mark}key",
        handed_over_note=f"{mark}handed",
    )
    GoodwillEntryFactory(contact=contact, interaction=noted, note=f"{mark}note")
    PersonalFactFactory(contact=contact, text=f"{mark}text", purpose=f"{mark}purpose")
    for one in (relationship, ended):
        RelationshipHealth.objects.create(
            relationship=one, value=50, recency=50, computed_at=timezone.now()
        )
    FollowUpFactory(
        contact=contact,
        title=f"{mark}title",
        body=f"{mark}body",
        outcome=f"{mark}outcome",
        handed_over_note=f"{mark}handed",
    )
    TimelineEntryFactory(contact=contact, data={"text": f"{mark}data"})
    _ties(contact, mark)


def _ties(contact: Contact, mark: str) -> None:
    """Both studied with one, are mentored by one and were met by one of us."""
    shared = Contact.objects.filter(family_name="Tied").first() or ContactFactory(
        family_name="Tied"
    )
    met_by = User.objects.filter(email="met@example.org").first() or UserFactory(
        email="met@example.org"
    )
    TieFactory(contact=contact, other=shared, key="studied-with", detail=f"{mark}detail")
    TieFactory(contact=shared, other=contact, key="mentor", detail=f"{mark}detail")
    TieFactory(contact=contact, colleague=met_by, key="met-by", detail=f"{mark}detail")
    Exposed.objects.create(contact=contact, bus=1)
    SidesPlace.objects.create(contact=contact, code="fine_well")
    OwnershipOverride.objects.create(
        contact=contact,
        owner=met_by,
        made_by=met_by,
        act="mail",
        reason=f"{mark}reason",
        days_left=1,
    )
    TieFactory(contact=contact, key="manager", detail=f"{mark}detail", until=TODAY)


def _mails(contact: Contact, mark: str) -> None:
    """One letter that both had, and a mail that waits with an address of theirs."""
    FiledMail.objects.create(contact=contact, letter_key="shared")
    mail = ReceivedMail.objects.create(
        colleague=UserFactory(),
        key=sha256(mark.encode()).hexdigest(),
        door="smtp",
        raw=mark.encode(),
        subject=f"{mark}subject",
        text=f"{mark}text",
        due_at=timezone.now(),
    )
    addresses = {"": contact, f"{mark}1@example.org".lower(): None}
    for address, known in addresses.items():
        Correspondent.objects.create(
            mail=mail,
            colleague=mail.colleague,
            address=address,
            name=f"{mark}name",
            direction="inbound",
            contact=known,
        )


def _parting(work: Engagement, mark: str) -> None:
    """A paper, a dossier, and the way out."""
    contact = work.contact
    document = DocumentFactory(contact=contact, title=f"{mark}contract", is_confidential=True)
    Paper.objects.create(
        engagement=work, kind="contract", document=document, note=f"{mark}note", basis=mark
    )
    Dossier.objects.create(
        engagement=work,
        questionnaire=Questionnaire.objects.get(number=1),
        number=1,
        why="first",
        answers={"instructions": {"answer": "no", "note": f"{mark}note"}},
        remarks=f"{mark}remarks",
        filled_on=TODAY,
        review_on=TODAY,
    )
    way = Leaving.objects.create(engagement=work, last_day=TODAY, touch_note=f"{mark}touch")
    task = FollowUpFactory(contact=contact, title=f"{mark}title")
    LeavingStep.objects.create(leaving=way, what="thanks", days=0, planned_on=TODAY, follow_up=task)
    ClosingFeedback.objects.create(
        engagement=work,
        side="them",
        went_well=f"{mark}well",
        could_be_better=f"{mark}better",
        given_on=TODAY,
    )


def _campaigns(contact: Contact, mark: str, world: World) -> None:
    enrolment = EnrolmentFactory(contact=contact, campaign=world.campaign)
    touchpoint = TouchpointFactory(
        enrolment=enrolment, step=world.campaign.steps.get(), outcome=f"{mark}outcome"
    )
    DeliveryEvent.objects.create(
        touchpoint=touchpoint,
        kind=DeliveryEvent.Kind.REFUSED,
        happened_at=timezone.now(),
        detail=f"550 <{mark}1@example.org> unknown",
    )


def _likenesses(contact: Contact, mark: str) -> None:
    """Each looks like one whom the other looks like too."""
    MatchProfile.objects.create(
        contact=contact, keys=[len(mark)], facts=[[f"{mark}given"]], due_since=timezone.now()
    )
    alike = Contact.objects.filter(family_name="Alike").first()
    proposal = DuplicateProposal.objects.create(
        first=contact,
        second=alike or ContactFactory(family_name="Alike"),
        points=20,
        parts=[["given", "same", 9, f"{mark}detail"]],
        decision="different" if alike else "",
    )
    DuplicateFlag.objects.create(
        proposal=proposal, flagged_by=UserFactory(), why=f"{mark}why they are one"
    )


def _groups(contact: Contact, mark: str, world: World) -> None:
    SegmentMemberFactory(contact=contact, segment=world.segment)
    SegmentMemberFactory(contact=contact, segment=world.segment, until=timezone.now())
    SegmentProposalFactory(
        contact=contact, segment=world.segment, state="declined", reason=f"{mark}reason"
    )
    first, last = world.pool.steps.order_by("position")
    member = PoolMemberFactory(
        contact=contact,
        pool=world.pool,
        step=last,
        why=f"{mark}why",
        removed_why=f"{mark}removed",
    )
    PoolMove.objects.create(
        member=member,
        from_step=first,
        to_step=last,
        from_name=f"{mark}from",
        to_name=f"{mark}to",
        moved_at=timezone.now(),
        reason=f"{mark}reason",
    )


def _traces(contact: Contact, mark: str) -> None:
    user = UserFactory()
    run = ImportRun.objects.create(
        due_at=timezone.now(), uploaded_by=user, state=ImportRun.State.IMPORTED, file_name="x.csv"
    )
    ImportRow.objects.create(
        run=run,
        number=1,
        person=1,
        contact=contact,
        cells=[f"{mark}cell"],
        notes=[["mail", {"value": f"{mark}note"}]],
        changes=[["city", "", f"{mark}city"]],
        digest="",
    )
    bulk = BulkRun.objects.create(due_at=timezone.now(), started_by=user, act="tag")
    BulkRow.objects.create(run=bulk, contact=contact, outcome="done", before={"x": f"{mark}before"})
    token = ApiToken.objects.create(
        user=user,
        name="Sync",
        hint="x",
        digest=f"digest-{mark}"[:64],
        scopes=[],
        expires_at=timezone.now() + timedelta(days=1),
    )
    ApiToken.objects.filter(pk=token.pk).update(digest=str(token.pk))
    IdempotentReply.objects.create(
        token=token, key="k", fingerprint="f", body=f'{{"uid": "{contact.uid}", "n": "{mark}"}}'
    )
    duplicate = ContactFactory(given_name=f"{mark}duplicate", merged_into=contact)
    MergeRecord.objects.create(
        survivor=contact, duplicate=duplicate, before=[f"{mark}before"], moved=[f"{mark}moved"]
    )
