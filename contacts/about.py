"""What contacts themselves put on a person's page: who they are, and their privacy."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.document_panel import document_panel
from contacts.models import Contact
from contacts.panels import Panel, panels_for, register
from contacts.selectors import duplicates, merging
from contacts.selectors.duplicates import Pair
from contacts.selectors.facts import creator_of, custom_facts_of, facts_of, reach_facts_of
from contacts.selectors.persons import ledger_of, reach_shown
from contacts.skill_panel import skill_panel
from core.models import User


def _about(contact: Contact, user: User) -> dict[str, Any]:
    today = timezone.localdate()
    own = facts_of(contact, today=today)
    custom = custom_facts_of(contact, today=today)
    every = [*own, *custom, *reach_facts_of(reach_shown(contact))]
    return {
        "facts": own,
        "custom_facts": custom,
        "creator": creator_of(contact),
        "all_facts": every,
        "old_facts": sum(fact.said.is_old for fact in every),
        "about_panels": panels_for(contact, user, "about"),
    }


def _skills(contact: Contact, user: User) -> dict[str, Any]:
    return skill_panel(contact, may_change=user.has_perm("contacts.change_contact", contact))


def _documents(contact: Contact, user: User) -> dict[str, Any]:
    may_change = user.has_perm("contacts.change_contact", contact)
    return document_panel(contact, user=user, may_change=may_change)


def _privacy(contact: Contact, user: User) -> dict[str, Any]:
    return {"ledger": ledger_of(contact, now=timezone.now())}


def _oneness(contact: Contact, user: User) -> dict[str, Any]:
    """With whom they may be one, for who may merge them and for who can have it looked at; and
    with whom they were made one lately, or found not to be.
    """
    pairs = duplicates.pairs_seen(contact, user)[:3]
    may_merge = user.has_perm("contacts.merge_contacts", contact)
    now = timezone.now()
    merges = merging.open_merges_into(contact, now=now)[:3] if may_merge else []
    return {
        "parted": [
            (pair, pair.other_than(contact))
            for pair in duplicates.flagged_and_parted(contact, user, now=now)
        ],
        "doubles": [_double(pair, contact, user) for pair in pairs],
        "merges": merges,
    }


def _double(pair: Pair, contact: Contact, user: User) -> dict[str, Any]:
    other = pair.other_than(contact)
    both = (contact, other)
    return {
        "pair": pair,
        "other": other,
        "may_merge": all(user.has_perm("contacts.merge_contacts", one) for one in both),
        "is_flagged": any(flag.flagged_by_id == user.pk for flag in pair.flags),
    }


register(
    Panel(
        key="about",
        slot="tab",
        label=_("About"),
        position=20,
        template="contacts/panels/about.html",
        context=_about,
    )
)
register(
    Panel(
        key="skills",
        slot="about",
        label=_("Skills"),
        position=10,
        template="contacts/skills.html#panel",
        context=_skills,
    )
)
register(
    Panel(
        key="documents",
        slot="about",
        label=_("Documents"),
        position=20,
        template="contacts/documents.html#panel",
        context=_documents,
    )
)
register(
    Panel(
        key="oneness",
        slot="head",
        label=_("One person"),
        position=90,
        template="contacts/panels/oneness.html",
        context=_oneness,
        permission="contacts.change_contact",
    )
)
register(
    Panel(
        key="privacy",
        slot="tab",
        label=_("Privacy"),
        position=90,
        template="contacts/panels/privacy.html",
        context=_privacy,
    )
)
