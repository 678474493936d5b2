"""What a line of the desk says, on the page and in the digest mail: what to do, and why."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from relationships.choices import CLOSING_WITHIN, Channel
from relationships.models import FollowUp
from relationships.selectors.desk_items import Item

NOTE_SHOWN = 140
DONE_AT_ONCE = (FollowUp.Kind.TASK, FollowUp.Kind.INTRODUCTION, FollowUp.Kind.FACT)


@dataclass(frozen=True)
class Reason:
    """``is_late`` is coloured, and never by colour alone: it has an icon."""

    text: str
    icon: str = ""
    is_late: bool = False


def what(item: Item) -> str:
    """What is to be done, in a few words."""
    name = item.contact.full_name if item.contact else ""
    task = item.follow_up
    if item.promise:
        return item.promise.text
    if task is None:
        return _("Speak with %(name)s again") % {"name": name}
    words = {
        FollowUp.Kind.REPLY: _("Answer %(name)s"),
        FollowUp.Kind.CLOSING: _("Close it well with %(name)s"),
        FollowUp.Kind.ANNIVERSARY: _("Think of %(name)s"),
        FollowUp.Kind.HANDED_OVER: _("Get in touch with %(name)s"),
    }
    found = words.get(FollowUp.Kind(task.kind))
    if found:
        return found % {"name": name}
    if task.fact:
        return task.fact.text
    return task.title


def why(item: Item, user: User) -> list[Reason]:
    """Why it stands here today, the most telling first."""
    task = item.follow_up
    if item.promise:
        return [*_of_promise(item), *_handed_over(item)]
    if task is None:
        return list(_of_touch(item))
    of_kind: dict[str, Callable[[Item], Iterator[Reason]]] = {
        FollowUp.Kind.REPLY: _of_reply,
        FollowUp.Kind.CLOSING: _of_closing,
        FollowUp.Kind.ANNIVERSARY: _of_anniversary,
        FollowUp.Kind.FACT: _of_fact,
    }
    reasons = of_kind.get(task.kind, _of_task(user))
    return [*reasons(item), *_with_whom(item, user), *_handed_over(item)]


def act_of(item: Item) -> str:
    """What its button does: ``keep`` a promise, ``log`` a contact moment (it opens the form), or
    close a task that is ``done``."""
    if item.promise:
        return "keep"
    return "done" if item.follow_up and item.follow_up.kind in DONE_AT_ONCE else "log"


@dataclass(frozen=True, kw_only=True)
class Line:
    """An item as it is shown. ``place``: the how manieth it is, from 0."""

    item: Item
    place: int
    what: str
    why: Sequence[Reason]
    act: str


def lines_of(items: Sequence[Item], user: User) -> list[Line]:
    return [
        Line(item=item, place=place, what=what(item), why=why(item, user), act=act_of(item))
        for place, item in enumerate(items)
    ]


def _of_promise(item: Item) -> Iterator[Reason]:
    yield Reason(_("you promised this"))
    yield _due(item)
    if item.days_late > 0:
        yield Reason(_("automated mail to them waits for it"), "hand")


def _of_reply(item: Item) -> Iterator[Reason]:
    task = item.follow_up
    days = item.days_since or 0
    if days > 0:
        words = ngettext("wrote %(days)s day ago", "wrote %(days)s days ago", days)
        yield Reason(words % {"days": days}, "inbox", is_late=days > 2)
    else:
        yield Reason(_("wrote today"), "inbox")
    if task and task.interaction:
        yield Reason(str(Channel(task.interaction.channel).label).lower())
        said = task.interaction.summary or task.interaction.body
        if said:
            yield Reason(_("“%(text)s”") % {"text": said[:NOTE_SHOWN]})


def _of_closing(item: Item) -> Iterator[Reason]:
    task = item.follow_up
    if task is None or task.occurred_on is None:
        return
    day = formats.date_format(task.occurred_on, "MONTH_DAY_FORMAT")
    yield Reason(_("it ended on %(day)s; nobody has said a word yet") % {"day": day})
    left = CLOSING_WITHIN - timedelta(days=item.days_since or 0)
    if left < timedelta(0):
        yield Reason(_("the fourteen days for it are over"), "clock-alert", is_late=True)
    else:
        words = ngettext("%(days)s day is left", "%(days)s days are left", left.days)
        yield Reason(words % {"days": left.days})


def _of_anniversary(item: Item) -> Iterator[Reason]:
    if item.follow_up:
        yield Reason(item.follow_up.title, "cake")
    days = item.days_since or 0
    if days:
        yield Reason(ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days})
    else:
        yield Reason(_("today"))


def _of_fact(item: Item) -> Iterator[Reason]:
    fact = item.follow_up.fact if item.follow_up else None
    if fact and fact.shows_on:
        form = "YEAR_MONTH_FORMAT" if fact.is_month else "MONTH_DAY_FORMAT"
        yield Reason(formats.date_format(fact.shows_on, form), "calendar-days")
    yield Reason(_("good to know now"))


def _of_task(user: User) -> Callable[[Item], Iterator[Reason]]:
    def reasons(item: Item) -> Iterator[Reason]:
        yield _due(item)
        task = item.follow_up
        if task is None:
            return
        if task.created_by is None:
            yield Reason(_("made automatically"))
        elif task.created_by != user:
            yield Reason(_("asked by %(name)s") % {"name": task.created_by.name})
        if task.body:
            yield Reason(task.body[:NOTE_SHOWN])

    return reasons


def _of_touch(item: Item) -> Iterator[Reason]:
    if item.days_since is None:
        yield Reason(_("no conversation yet"))
    else:
        words = ngettext(
            "last spoke %(days)s day ago", "last spoke %(days)s days ago", item.days_since
        )
        yield Reason(words % {"days": item.days_since})
    if item.cadence:
        words = ngettext("cadence: every day", "cadence: every %(days)s days", item.cadence)
        yield Reason(words % {"days": item.cadence})
    if item.beside:
        words = _("with %(names)s") % {"names": ", ".join(item.beside)}
        yield Reason(words, "users-round")


def _with_whom(item: Item, user: User) -> Iterator[Reason]:
    """On the desk of a co-owner: whose it is first of all."""
    holder = item.follow_up.assignee if item.follow_up else None
    if holder is not None and holder != user:
        yield Reason(_("stands with %(name)s too") % {"name": holder.name}, "users-round")


def _handed_over(item: Item) -> Iterator[Reason]:
    held = item.promise or item.follow_up
    if held is None or held.handed_over_by is None:
        return
    words = {"name": held.handed_over_by.name, "note": held.handed_over_note}
    yield Reason(_("%(name)s handed it over: %(note)s") % words, "hand-helping")


def _due(item: Item) -> Reason:
    if item.days_late <= 0:
        return Reason(_("due today"))
    words = ngettext("was due yesterday", "was due %(days)s days ago", item.days_late)
    return Reason(words % {"days": item.days_late}, "clock-alert", is_late=True)
