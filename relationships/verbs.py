"""How our own lines of the timeline read, and those of the people themselves (contacts)."""

from datetime import date

from django.urls import reverse
from django.utils import formats
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.choices import Purpose, Source
from contacts.models import Consent
from contacts.models.custom_field import in_language
from contacts.wording import field_word
from relationships import stage_acts
from relationships.choices import Channel, Direction, Kind, Party
from relationships.lifecycles import SEEDED_STAGES
from relationships.models import Engagement, FollowUp, GoodwillEntry, Promise, TimelineEntry
from relationships.timeline import Group, register_verb


def stage_label(stage: dict[str, str]) -> str:
    """A stage as it was called when the line was written; a seeded one in the reader's language."""
    return stage["name"] or str(SEEDED_STAGES.get(stage["key"], stage["key"]))


def _kind(entry: TimelineEntry) -> str:
    return str(Kind(entry.data["kind"]).label)


def contact_created(entry: TimelineEntry) -> str:
    source = entry.data.get("source")
    if source in Source.values:
        return _("Became known to us: %(source)s") % {"source": Source(source).label}
    return _("Became known to us")


def contact_updated(entry: TimelineEntry) -> str:
    if entry.data["fields"] == ["archived_at"] and "archived" in entry.data:
        return _("Put aside") if entry.data["archived"] else _("Brought back")
    fields = _fields(entry)
    if entry.data.get("source") == Source.SELF:
        return _("The person changed: %(fields)s") % {"fields": fields}
    return _("Changed: %(fields)s") % {"fields": fields}


def contact_confirmed(entry: TimelineEntry) -> str:
    fields = _fields(entry)
    if entry.data.get("source") == Source.SELF:
        return _("The person found still right: %(fields)s") % {"fields": fields}
    return _("Found still right: %(fields)s") % {"fields": fields}


def _fields(entry: TimelineEntry) -> str:
    names = [field_word(name) for name in entry.data["fields"]]
    return str(get_text_list(names, _("and")))


def skills_changed(entry: TimelineEntry) -> str:
    """ "Skills: added Python and SQL; confirmed or changed Django"."""
    parts = {
        "added": _("added %(skills)s"),
        "changed": _("confirmed or changed %(skills)s"),
        "removed": _("taken away %(skills)s"),
    }
    said = [
        words % {"skills": get_text_list([_skill_name(one) for one in entry.data[act]], _("and"))}
        for act, words in parts.items()
        if entry.data[act]
    ]
    return _("Skills: %(changes)s") % {"changes": "; ".join(said)}


def _skill_name(named: dict[str, str]) -> str:
    is_dutch = (get_language() or "").startswith("nl")
    return (named["nl"] or named["en"]) if is_dutch else (named["en"] or named["nl"])


def document_changed(entry: TimelineEntry) -> str:
    words = {
        "added": _("Document added: %(title)s"),
        "replaced": _("A newer version of a document: %(title)s"),
        "deleted": _("Document deleted: %(title)s"),
        "restored": _("Document brought back: %(title)s"),
    }
    return words[entry.data["act"]] % {"title": entry.data["title"]}


def consent_changed(entry: TimelineEntry) -> str:
    purpose = Purpose(entry.data["purpose"]).label
    if entry.data["decision"] == Consent.Decision.GIVEN:
        return _("Consent given for “%(purpose)s”") % {"purpose": purpose}
    return _("Consent withdrawn for “%(purpose)s”") % {"purpose": purpose}


def contacts_merged(entry: TimelineEntry) -> str:
    return _("Merged with a second record of %(name)s") % {"name": entry.data["name"]}


def merge_page(entry: TimelineEntry) -> str:
    """Where the merge is shown and undone; lines from before it was kept have none."""
    merge = entry.data.get("merge")
    return reverse("contacts:one_merge", args=[merge]) if merge else ""


def contacts_parted(entry: TimelineEntry) -> str:
    return _("Parted again from %(name)s") % {"name": entry.data["name"]}


def contact_erased(entry: TimelineEntry) -> str:
    return _("Personal data erased")


def relationship_began(entry: TimelineEntry) -> str:
    return _("Became %(kind)s, at “%(stage)s”") % {
        "kind": _kind(entry).lower(),
        "stage": stage_label(entry.data["stage"]),
    }


def stage_changed(entry: TimelineEntry) -> str:
    return _("%(kind)s: from “%(here)s” to “%(there)s”") % {
        "kind": _kind(entry),
        "here": stage_label(entry.data["from"]),
        "there": stage_label(entry.data["to"]),
    }


def owner_changed(entry: TimelineEntry) -> str:
    words = {"kind": _kind(entry), "name": entry.data["to"]}
    if not words["name"]:
        return _("%(kind)s: no longer has an owner") % words
    return _("%(kind)s: handed over to %(name)s") % words


def interaction_logged(entry: TimelineEntry) -> str:
    """The channel, and where it matters who spoke. The summary stands below it."""
    channel = str(Channel(entry.channel).label)
    if entry.channel == Channel.NOTE or entry.direction == Direction.INTERNAL:
        return channel
    if entry.direction == Direction.OUTBOUND:
        return _("%(channel)s, from us") % {"channel": channel}
    if entry.direction == Direction.INBOUND:
        return _("%(channel)s, from them") % {"channel": channel}
    if entry.data.get("initiated_by") == Party.THEM:
        return _("%(channel)s, both ways; they began") % {"channel": channel}
    return _("%(channel)s, both ways; we began") % {"channel": channel}


def interaction_taken_back(entry: TimelineEntry) -> str:
    channel = Channel(entry.data["channel"]).label
    return _("%(channel)s: taken back, logged by mistake") % {"channel": channel}


def goodwill_noted(entry: TimelineEntry) -> str:
    """A breach is named as what it is, by the side that it came from."""
    kind = GoodwillEntry.Kind(entry.data["kind"])
    ours = entry.data["direction"] == GoodwillEntry.Direction.WE_GAVE
    if kind in GoodwillEntry.BREACHES:
        words = _("Trust broken by us: %(kind)s") if ours else _("Trust broken by them: %(kind)s")
    else:
        words = _("Goodwill, we gave: %(kind)s") if ours else _("Goodwill, they gave: %(kind)s")
    return words % {"kind": kind.label}


def follow_up_closed(entry: TimelineEntry) -> str:
    words = {"title": entry.data["title"]}
    if entry.data["state"] == FollowUp.State.NOT_NEEDED:
        return _("Task not needed: %(title)s") % words
    return _("Task done: %(title)s") % words


def engagement_began(entry: TimelineEntry) -> str:
    return _("%(form)s began") % {"form": Engagement.Form(entry.data["form"]).label}


def engagement_ended(entry: TimelineEntry) -> str:
    return _("%(form)s ended") % {"form": Engagement.Form(entry.data["form"]).label}


def promise_made(entry: TimelineEntry) -> str:
    day = formats.date_format(date.fromisoformat(entry.data["due_on"]), "MONTH_DAY_FORMAT")
    words = {"text": entry.data["text"], "day": day}
    if entry.data["side"] == Party.THEM:
        return _("They promised: %(text)s, by %(day)s") % words
    return _("We promised: %(text)s, by %(day)s") % words


def promise_settled(entry: TimelineEntry) -> str:
    words = {"text": entry.data["text"]}
    state = entry.verb.partition(".")[2]
    if state == Promise.State.KEPT:
        return _("Promise kept: %(text)s") % words
    if state == Promise.State.BROKEN:
        return _("Promise broken: %(text)s") % words
    if state == Promise.State.RENEGOTIATED:
        return _("Promise agreed anew: %(text)s") % words
    return _("Promise withdrawn: %(text)s") % words


def ownership_overridden(entry: TimelineEntry) -> str:
    words = {"owner": entry.data["owner"], "reason": entry.data["reason"]}
    return _("Turned to while %(owner)s keeps in touch: %(reason)s") % words


def tie_added(entry: TimelineEntry) -> str:
    """Not with whom: the line is read by who may see one end and not the other."""
    return _("A tie was written down: %(kind)s") % {"kind": _tie_kind(entry)}


def tie_ended(entry: TimelineEntry) -> str:
    return _("A tie ended: %(kind)s") % {"kind": _tie_kind(entry)}


def _tie_kind(entry: TimelineEntry) -> str:
    return in_language(entry.data["en"], entry.data["nl"])


def kind_changed(entry: TimelineEntry) -> str:
    return _("Became %(kind)s, was %(before)s until then") % {
        "kind": Kind(entry.data["to"]).label.lower(),
        "before": Kind(entry.data["from"]).label.lower(),
    }


def automation_done(entry: TimelineEntry) -> str:
    """ "On coming to “Offer”: a task for the owner in 7 days: “Call”"."""
    return _automation_words(entry) % {
        "stage": stage_label(entry.data["stage"]),
        "what": _automated(entry),
    }


def automation_left_out(entry: TimelineEntry) -> str:
    act = stage_acts.find(entry.data["act"])
    reason = act.reasons.get(entry.data["reason"], "") if act else ""
    return _("Not done, %(done)s (%(reason)s)") % {
        "done": automation_done(entry)[:1].lower() + automation_done(entry)[1:],
        "reason": str(reason or entry.data["reason"]),
    }


def _automation_words(entry: TimelineEntry) -> str:
    if entry.data["moment"] == "leaves":
        return _("On leaving “%(stage)s”: %(what)s")
    return _("On coming to “%(stage)s”: %(what)s")


def _automated(entry: TimelineEntry) -> str:
    act = stage_acts.find(entry.data["act"])
    return act.words(entry.data["options"]) if act else str(entry.data["act"])


register_verb("contact.created", "user-plus", contact_created)
register_verb("contact.updated", "pencil", contact_updated)
register_verb("skills.changed", "graduation-cap", skills_changed)
register_verb("contact.confirmed", "badge-check", contact_confirmed)
register_verb("document.changed", "file-text", document_changed, Group.DOCUMENTS)
register_verb("consent.changed", "shield-check", consent_changed, Group.CONSENT)
register_verb("contacts.merged", "merge", contacts_merged, Group.MERGES, link=merge_page)
register_verb("contacts.parted", "split", contacts_parted, Group.MERGES)
register_verb("contact.erased", "eraser", contact_erased)
register_verb("relationship.began", "sprout", relationship_began, Group.STAGES)
register_verb("stage.changed", "milestone", stage_changed, Group.STAGES)
register_verb("kind.changed", "shuffle", kind_changed, Group.STAGES)
register_verb("automation.done", "cog", automation_done, Group.STAGES)
register_verb("automation.left_out", "cog", automation_left_out, Group.STAGES)
register_verb("owner.changed", "user-check", owner_changed, Group.STAGES)
register_verb("interaction.logged", "message-circle", interaction_logged, Group.CONTACT)
register_verb("interaction.taken_back", "undo-2", interaction_taken_back, Group.CONTACT)
register_verb("goodwill.noted", "heart-handshake", goodwill_noted, Group.GOODWILL)
register_verb("follow_up.closed", "square-check-big", follow_up_closed, Group.TASKS)
register_verb("engagement.began", "briefcase", engagement_began, Group.ENGAGEMENTS)
register_verb("engagement.ended", "briefcase", engagement_ended, Group.ENGAGEMENTS)
register_verb("promise.made", "handshake", promise_made, Group.PROMISES)
register_verb("promise.kept", "circle-check", promise_settled, Group.PROMISES)
register_verb("promise.broken", "circle-x", promise_settled, Group.PROMISES)
register_verb("promise.renegotiated", "calendar-sync", promise_settled, Group.PROMISES)
register_verb("promise.withdrawn", "circle-slash", promise_settled, Group.PROMISES)
register_verb("tie.added", "waypoints", tie_added)
register_verb("tie.ended", "unlink", tie_ended)
register_verb("ownership.overridden", "user-round-x", ownership_overridden, Group.STAGES)
