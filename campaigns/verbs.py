"""How our lines of the timeline read."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.choices import reason_label
from relationships.models import TimelineEntry
from relationships.timeline import Group, register_verb


def enrolment_began(entry: TimelineEntry) -> str:
    return str(_("Taken into the campaign “%(campaign)s”") % entry.data)


def enrolment_finished(entry: TimelineEntry) -> str:
    return str(_("Reached the end of the campaign “%(campaign)s”") % entry.data)


def enrolment_stopped(entry: TimelineEntry) -> str:
    return _("Taken off the campaign “%(campaign)s”: %(reason)s") % {
        "campaign": entry.data["campaign"],
        "reason": reason_label(entry.data["reason"]),
    }


def touchpoint_sent(entry: TimelineEntry) -> str:
    return _("Mail “%(title)s” sent by the campaign “%(campaign)s”") % _named(entry)


def touchpoint_assigned(entry: TimelineEntry) -> str:
    return _("Task “%(title)s” set by the campaign “%(campaign)s”") % _named(entry)


def touchpoint_failed(entry: TimelineEntry) -> str:
    return _("Mail “%(title)s” of the campaign “%(campaign)s” was refused") % _named(entry)


def touchpoint_in_doubt(entry: TimelineEntry) -> str:
    return _(
        "Mail “%(title)s” of the campaign “%(campaign)s” may or may not have been sent"
    ) % _named(entry)


def _named(entry: TimelineEntry) -> dict[str, str]:
    """The step as it is called in the reader's language."""
    titles: dict[str, str] = entry.data["titles"]
    language = (get_language() or "en")[:2]
    title = titles.get(language) or next(iter(titles.values()), "")
    return {"title": title, "campaign": entry.data["campaign"]}


register_verb("enrolment.began", "route", enrolment_began, Group.CAMPAIGNS)
register_verb("enrolment.finished", "flag", enrolment_finished, Group.CAMPAIGNS)
register_verb("enrolment.stopped", "circle-stop", enrolment_stopped, Group.CAMPAIGNS)
register_verb("touchpoint.sent", "send", touchpoint_sent, Group.CAMPAIGNS)
register_verb("touchpoint.assigned", "list-checks", touchpoint_assigned, Group.CAMPAIGNS)
register_verb("touchpoint.failed", "mail-x", touchpoint_failed, Group.CAMPAIGNS)
register_verb("touchpoint.in_doubt", "mail-question-mark", touchpoint_in_doubt, Group.CAMPAIGNS)
