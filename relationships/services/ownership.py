"""Ownership: its rules, co-owners, and turning to somebody whom a colleague holds."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import Contact
from core import audit, events
from core.errors import DomainError
from core.models import User
from relationships.events import OwnershipOverridden
from relationships.models import CoOwner, OwnershipOverride, OwnershipRule, Relationship, Stage
from relationships.selectors.ownership import Hold, hold_against, said_why
from relationships.services.beginnings import begin_relationship
from relationships.services.cadence import hand_over_relationship, refuse_unless_seen
from relationships.services.follow_ups import NewFollowUp, create_follow_ups

Act = OwnershipOverride.Act
# So many of the people are named to the owner in words.
NAMED = 20


class HeldByColleague(DomainError):
    """Somebody else keeps in touch with the person: say why, or let it be."""

    code: ClassVar[str] = "held_by_colleague"

    def __init__(self, hold: Hold) -> None:
        super().__init__(hold_words(hold))
        self.hold = hold

    @property
    def context(self) -> dict[str, Any]:
        return {
            "owner": {"id": str(self.hold.owner.uid), "name": self.hold.owner.name},
            "held_until": self.hold.until.isoformat(),
            "days_left": self.hold.days_left,
        }


class OwnershipRefused(DomainError):
    code = "ownership_refused"


def hold_words(hold: Hold) -> str:
    day = formats.date_format(hold.until)
    return ngettext(
        "%(name)s keeps in touch with this person, until %(day)s (%(count)d day left). "
        "Say why you turn to them all the same.",
        "%(name)s keeps in touch with this person, until %(day)s (%(count)d days left). "
        "Say why you turn to them all the same.",
        hold.days_left,
    ) % {"name": hold.owner.name, "day": day, "count": hold.days_left}


@transaction.atomic
def turn_to(*, contact: Contact, actor: User, act: str, reason: str = "") -> Hold | None:
    """Before ``actor`` turns to somebody: nothing where nobody else holds them.

    Where somebody does, ``reason`` is needed, written down and told to the owner; without one
    ``HeldByColleague`` is raised. Who writes says so once a day (``said_why``). The hold that was
    overridden is returned.
    """
    today = timezone.localdate()
    hold = hold_against(actor, contact, today=today)
    if hold is None:
        return None
    if reason.strip():  # two presses at once are one word of why
        Contact.objects.select_for_update().only("pk").get(pk=contact.pk)
    if act == Act.MAIL and said_why(actor, hold, today=today):
        return hold
    if not reason.strip():
        raise HeldByColleague(hold)
    override_holds(holds={contact.pk: hold}, actor=actor, act=act, reason=reason)
    return hold


@transaction.atomic
def override_holds(
    *,
    holds: Mapping[int, Hold],
    actor: User,
    act: str,
    reason: str,
    about: str = "",
    tells: bool = True,
) -> None:
    """Write down that ``actor`` turned to these people (by contact id) all the same, and tell each
    owner once. ``about``: what they were taken into. Without ``tells`` the owners hear of it by
    ``tell_owners``, once all of a crowd is written down.
    """
    if not holds:
        return
    why = " ".join(reason.replace("\x00", "").split())[:300]
    people = Contact.objects.in_bulk(holds)
    rows = OwnershipOverride.objects.bulk_create(
        OwnershipOverride(
            contact=people[pk],
            owner=hold.owner,
            made_by=actor,
            act=act,
            about=about[:200],
            reason=why,
            days_left=hold.days_left,
        )
        for pk, hold in holds.items()
    )
    audit.record_many(
        actor=actor,
        action="relationships.ownership_overridden",
        entries=(
            (people[row.contact_id], {"owner": row.owner_id, "act": act, "reason": why})
            for row in rows
        ),
    )
    events.publish(
        *(
            OwnershipOverridden(
                override_id=row.pk,
                contact_id=row.contact_id,
                owner_id=row.owner_id,
                actor_id=actor.pk,
            )
            for row in rows
        )
    )
    if tells:
        _tell_owners(rows, people, actor, about)


@transaction.atomic
def tell_owners(*, actor: User, about: str, reason: str, since: datetime) -> None:
    """Tell each owner, once, whom of theirs ``actor`` took into ``about`` since that moment, for
    that reason.
    """
    rows = list(
        OwnershipOverride.objects.filter(
            made_by=actor, act=Act.CAMPAIGN, reason=reason, created_at__gte=since
        )
        .select_related("owner")
        .order_by("owner", "pk")
    )
    people = Contact.objects.in_bulk({row.contact_id for row in rows})
    _tell_owners(rows, people, actor, about)


def _tell_owners(
    rows: Collection[OwnershipOverride], people: Mapping[int, Contact], actor: User, about: str
) -> None:
    """One task for each owner, however many people of theirs it is about."""
    by_owner: dict[int, list[OwnershipOverride]] = {}
    for row in rows:
        by_owner.setdefault(row.owner_id, []).append(row)
    new = []
    for held in by_owner.values():
        owner = held[0].owner
        with translation.override(owner.language):
            new.append(
                NewFollowUp(
                    contact=people[held[0].contact_id],
                    title=_owner_title(held, actor, about)[:200],
                    body=_owner_body(held, people),
                    due_on=timezone.localdate(),
                    assignee=owner,
                )
            )
    create_follow_ups(new=new, actor=actor)


def _owner_title(held: list[OwnershipOverride], actor: User, about: str) -> str:
    words = {"name": actor.name, "count": len(held), "about": about}
    if about:
        return (
            ngettext(
                "%(name)s took %(count)d person of yours into “%(about)s”",
                "%(name)s took %(count)d people of yours into “%(about)s”",
                len(held),
            )
            % words
        )
    if held[0].act == Act.TAKE_OVER:
        return (
            ngettext(
                "%(name)s became the owner of somebody you kept in touch with",
                "%(name)s became the owner of %(count)d people you kept in touch with",
                len(held),
            )
            % words
        )
    return _("%(name)s turned to somebody you keep in touch with") % words


def _owner_body(held: list[OwnershipOverride], people: Mapping[int, Contact]) -> str:
    why = _("Why: %(reason)s") % {"reason": held[0].reason}
    if len(held) == 1:
        return why
    names = ", ".join(people[row.contact_id].full_name for row in held[:NAMED])
    more = ", …" if len(held) > NAMED else ""
    return f"{why}\n{names}{more}"


@transaction.atomic
def take_over_or_give(
    *,
    relationship: Relationship,
    actor: User,
    owner: User | None,
    override_reason: str = "",
    note: str = "",
) -> Relationship:
    """Hand a relationship over, with a word to whoever gets it.

    Who makes themselves the owner of somebody whom a colleague holds says why (``turn_to``); to
    give somebody to another colleague needs none.
    """
    if owner == actor:
        turn_to(
            contact=relationship.contact, actor=actor, act=Act.TAKE_OVER, reason=override_reason
        )
    return hand_over_relationship(relationship=relationship, actor=actor, owner=owner, note=note)


@transaction.atomic
def begin_or_give(
    *,
    contact: Contact,
    kind: str,
    actor: User,
    owner: User | None,
    stage: Stage,
    started_on: date,
    override_reason: str = "",
) -> Relationship:
    """Begin a relationship; who begins one of their own with somebody held says why."""
    if owner == actor:
        turn_to(contact=contact, actor=actor, act=Act.TAKE_OVER, reason=override_reason)
    return begin_relationship(
        contact=contact, kind=kind, actor=actor, owner=owner, stage=stage, started_on=started_on
    )


@transaction.atomic
def set_rule(*, kind: str, basis: str, days: int, actor: User) -> OwnershipRule:
    """From now on, also for who owns somebody already: it is reckoned when it is asked."""
    rule = OwnershipRule.objects.select_for_update().get(kind=kind)
    if (rule.basis, rule.days) == (basis, days):
        return rule
    audit.record(
        actor=actor,
        action="relationships.ownership_rule_changed",
        target=rule,
        before=[rule.basis, rule.days],
        after=[basis, days],
    )
    rule.basis, rule.days = basis, days
    rule.save(update_fields=["basis", "days", "updated_at"])
    return rule


@transaction.atomic
def add_co_owner(
    *,
    relationship: Relationship,
    user: User,
    actor: User,
    override_reason: str = "",
    is_undo: bool = False,
) -> CoOwner:
    """Safe to repeat. They must be able to see the person. Who puts themselves beside a colleague
    says why (``turn_to``), unless they were there a moment ago (``is_undo``).
    """
    current = Relationship.objects.select_for_update().get(pk=relationship.pk)
    if current.ended_on is not None:
        raise OwnershipRefused(_("This relationship has ended."))
    if current.owner_id == user.pk:
        raise OwnershipRefused(_("They are the owner already."))
    refuse_unless_seen(current.contact_id, user)
    if user == actor and not is_undo:
        turn_to(contact=current.contact, actor=actor, act=Act.TAKE_OVER, reason=override_reason)
    row, is_new = CoOwner.objects.get_or_create(
        relationship=current, user=user, defaults={"added_by": actor}
    )
    if is_new:
        audit.record(
            actor=actor, action="relationships.co_owner_added", target=current, user=user.pk
        )
    return row


@transaction.atomic
def remove_co_owner(*, relationship: Relationship, user: User, actor: User) -> None:
    gone, _rows = CoOwner.objects.filter(relationship=relationship, user=user).delete()
    if gone:
        audit.record(
            actor=actor,
            action="relationships.co_owner_removed",
            target=relationship,
            user=user.pk,
        )
