"""How the lines of the timeline read. Each app registers its own verbs, in ``apps.ready()``.

What is stored is what happened, in plain values; the sentence is made when it is read, so that two
colleagues read the same line each in their own language.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relationships.models import TimelineEntry

Render = Callable[[TimelineEntry], str]


class Group(StrEnum):
    """What a reader may narrow the timeline to."""

    CONTACT = "contact"
    STAGES = "stages"
    ENGAGEMENTS = "engagements"
    TASKS = "tasks"
    PROMISES = "promises"
    GOODWILL = "goodwill"
    CAMPAIGNS = "campaigns"
    CONSENT = "consent"
    DOCUMENTS = "documents"
    MERGES = "merges"
    RECORD = "record"


GROUP_LABELS: dict[str, str | Promise] = {
    Group.CONTACT: _("Contact moments"),
    Group.STAGES: pgettext_lazy("timeline filter", "Stages"),
    Group.ENGAGEMENTS: pgettext_lazy("timeline filter", "Engagements"),
    Group.TASKS: pgettext_lazy("timeline filter", "Tasks"),
    Group.PROMISES: pgettext_lazy("timeline filter", "Promises"),
    Group.GOODWILL: pgettext_lazy("timeline filter", "Goodwill"),
    Group.CAMPAIGNS: pgettext_lazy("timeline filter", "Campaigns"),
    Group.CONSENT: pgettext_lazy("timeline filter", "Consent"),
    Group.DOCUMENTS: pgettext_lazy("timeline filter", "Documents"),
    Group.MERGES: pgettext_lazy("timeline filter", "Merges"),
    Group.RECORD: _("Changes of the record"),
}


@dataclass(frozen=True)
class Verb:
    """``icon`` is a lucide name; ``render`` gives the sentence in the language in force; ``link``
    the page of the merge that it tells of.
    """

    name: str
    icon: str
    render: Render
    group: str
    link: Render | None = None


_verbs: dict[str, Verb] = {}


def register_verb(
    verb: str,
    icon: str,
    render: Render,
    group: str = Group.RECORD,
    *,
    link: Render | None = None,
) -> None:
    _verbs[verb] = Verb(verb, icon, render, group, link)


def find_verb(verb: str) -> Verb:
    """The registered verb. A verb whose app is gone still shows as a line: its bare name."""
    return _verbs.get(verb) or Verb(verb, "circle-dot", _bare, Group.RECORD)


def verbs_of(group: str) -> list[str]:
    return [verb.name for verb in _verbs.values() if verb.group == group]


def groups_in_use() -> Iterable[str]:
    """The groups that have a verb, in the order in which they are offered."""
    used = {verb.group for verb in _verbs.values()}
    return [group for group in GROUP_LABELS if group in used]


def _bare(entry: TimelineEntry) -> str:
    return entry.verb
