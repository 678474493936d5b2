"""Rows of the demo that the catalogue's paths point at."""

from datetime import timedelta

from django.db.models import Count, Model
from django.utils import timezone

from campaigns.links import profile_token, token_of
from campaigns.models import Campaign, Touchpoint
from contacts.models import (
    BulkRun,
    Contact,
    CustomField,
    DuplicateProposal,
    MergeRecord,
    Organisation,
    OrgUnit,
    SavedView,
    Segment,
    Skill,
    StepTemplate,
    TalentPool,
)
from core.models import Role, User
from integrations.models import Correspondent
from relationships.models import Engagement, Interaction, Promise, Relationship, Stage, Tie


def places() -> dict[str, str]:
    """The words that a path may hold, by name."""
    returner = (
        Contact.objects.filter(relationships__stage__key="returned")
        .annotate(kinds=Count("relationships"))
        .order_by("-kinds", "sort_key")
        .first()
    )
    newcomer = Relationship.objects.filter(stage__key="identified").order_by("-stage_since").first()
    sent = Touchpoint.objects.filter(result="sent").order_by("pk").first()
    proposal = DuplicateProposal.objects.order_by("-points", "pk").first()
    if proposal is None:
        raise LookupError("nobody stands in the demo twice")
    if returner is None or newcomer is None or sent is None:
        raise LookupError("the demo is not there")
    today = timezone.localdate()
    tied = Tie.objects.filter(other__isnull=False).order_by("pk").first()
    working = Engagement.objects.filter(form="employment", ends_on=None).order_by("pk").first()
    campaigns = {state: _uid(Campaign, state=state) for state in ("running", "draft", "ended")}
    return {
        "person": str(returner.uid),
        "newcomer": str(newcomer.contact.uid),
        "enrolled": str(sent.enrolment.contact.uid),
        "merge": _uid(MergeRecord),
        "twice": str(proposal.first.uid),
        "double": str(proposal.second.uid),
        "token": token_of(sent.uid),
        "profile": profile_token(sent.uid, last_day=today + timedelta(days=9)),
        "profile_over": profile_token(sent.uid, last_day=today - timedelta(days=9)),
        "tied": str(tied.contact.uid) if tied else "",
        "employed_person": str(working.contact.uid) if working else "",
        "school": _uid(Organisation, kind="school"),
        "field": _uid(CustomField, key="workwear_size"),
        "step": str(Campaign.objects.get(uid=campaigns["draft"]).steps.first().uid),
        "colleague": _uid(User, email__startswith="samira@"),
        "role": _uid(Role, key="recruiter"),
        "unit": _uid(OrgUnit),
        "hireable": _uid(Relationship, kind="prospect", ended_on=None),
        "employed": _uid(Relationship, kind="employee", ended_on=None, stage__key="settled"),
        "template": _uid(StepTemplate),
        "just_left": _uid(Stage, key="just-left"),
        "offer": _uid(Stage, lifecycle__kind="prospect", key="offer"),
        "view": _uid(SavedView),
        "bulk": _uid(BulkRun),
        "skill": _uid(Skill, name_en="JavaScript"),
        "segment": _uid(Segment, is_reviewed=False),
        "nested": _uid(Segment, fields__contains=["tag"]),
        "reviewed": _uid(Segment, is_reviewed=True),
        "pool": _uid(TalentPool, is_private=False, steps__position=1),
        "unknown_mail": _uid(Correspondent, state="waiting"),
        "promise": _uid(Promise, contact=returner, state="open"),
        "relationship": _uid(Relationship, contact=returner, ended_on=None),
        "engagement": _uid(Engagement, form="assignment", phase="running"),
        "ending": _uid(Engagement, leaving__stopped_at=None, leaving__isnull=False),
        "dossier": _uid(Engagement, dossiers__is_latest=True),
        "note": _uid(Interaction, author__email__startswith="joris@", channel="note"),
        **campaigns,
    }


def _uid(model: type[Model], **fields: object) -> str:
    return str(
        model._default_manager.filter(**fields).order_by("pk").values_list("uid", flat=True)[0]
    )
