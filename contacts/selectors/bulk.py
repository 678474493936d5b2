"""What the pages about acts on many people show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from contacts import bulk_acts, listing
from contacts.models import BulkRow, BulkRun, Contact
from contacts.models.bulk_run import BulkRunQuerySet
from core.models import User
from core.prepared import Given, Prepared

PAGE_SIZE = 50
# How long the outcome stands above the list for whoever was elsewhere meanwhile.
NEWS = timedelta(minutes=15)
Outcome = BulkRow.Outcome
State = BulkRun.State
_COUNTED = {
    Outcome.DONE: _lazy("done"),
    Outcome.UNDONE: _lazy("given back"),
    Outcome.KEPT: _lazy("left as they are"),
    Outcome.UNCHANGED: _lazy("had it already"),
    Outcome.SKIPPED: _lazy("skipped"),
}


@dataclass(frozen=True)
class ShownRun:
    """``what`` is an order ("tag with “Java”"), ``people`` whom it is about, in words."""

    run: BulkRun
    what: str
    people: str
    is_undoable: bool
    is_stoppable: bool

    @property
    def title(self) -> str:
        """What goes on, or went on, in one line."""
        patterns = {
            State.GATHERING: _("%(what)s: gathering the people"),
            State.STOPPED: _("%(what)s: stopped"),
            State.UNDOING: _("%(what)s: being undone"),
            State.UNDONE: _("%(what)s: undone"),
            State.FAILED: _("%(what)s: broke off after a fault of ours"),
        }
        is_waiting = self.run.is_running and self.run.queue_state == "waiting"
        pattern = _("%(what)s: waiting for a worker") if is_waiting else "%(what)s"
        pattern = pattern if is_waiting else patterns.get(State(self.run.state), pattern)
        return capfirst(pattern % {"what": self.what})

    @property
    def summary(self) -> str:
        """How many by outcome; those of which there are none are left out."""
        return ", ".join(
            f"{formats.number_format(count, force_grouping=True)} {words}"
            for outcome, words in _COUNTED.items()
            if (count := self.run.outcomes[outcome])
        )

    @property
    def left(self) -> int:
        return self.run.outcomes["skipped"] + self.run.outcomes["kept"]


@dataclass(frozen=True)
class ShownRow:
    """``contact`` only where the reader may see them."""

    row: BulkRow
    contact: Contact | None
    reason: str


@dataclass(frozen=True)
class RowPage:
    rows: list[ShownRow]
    previous: int
    next: int


def shown(run: BulkRun, user: User) -> ShownRun:
    return ShownRun(
        run=run,
        what=bulk_acts.words_of(run),
        people=listing.words(run.selection, user),
        is_undoable=bulk_acts.is_undoable(run),
        is_stoppable=run.state in (State.GATHERING, State.RUNNING),
    )


def _newest() -> BulkRunQuerySet:
    runs = BulkRun.objects.filter(started_by=Given("user"), dismissed_at=None).filter(
        Q(state__in=(State.GATHERING, State.RUNNING, State.UNDOING))
        | Q(finished_at__gte=Given("since"))
        | Q(undone_at__gte=Given("since"))
    )
    return runs.recent_first()[:3]


_NEWEST = Prepared(_newest)


def news_for(user: User) -> list[ShownRun]:
    """What of theirs runs, or ended not long ago and was not put away."""
    return [shown(run, user) for run in _NEWEST(user=user.pk, since=timezone.now() - NEWS)]


def reasons_of(run: BulkRun) -> list[tuple[str, str, int]]:
    """``(code, words, how many)`` of those that were left, the most frequent first."""
    counted = run.counts.get("reasons", {})
    found = [(code, bulk_acts.reason_words(code), count) for code, count in counted.items()]
    return sorted(found, key=lambda one: -one[2])


def rows_of(
    run: BulkRun,
    user: User,
    *,
    outcome: str = "",
    reason: str = "",
    after: int = 0,
    before: int = 0,
) -> RowPage:
    rows = BulkRow.objects.filter(run=run).select_related("contact")
    if outcome:
        rows = rows.filter(outcome=outcome)
    if reason:
        rows = rows.filter(reason=reason)
    if before:
        found = list(rows.filter(pk__lt=before).order_by("-pk")[: PAGE_SIZE + 1])
    else:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
    is_more, part = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if before:
        part.reverse()
    has_previous = is_more if before else bool(after)
    has_next = bool(before) or is_more
    return RowPage(
        rows=_shown_rows(part, user),
        previous=part[0].pk if part and has_previous else 0,
        next=part[-1].pk if part and has_next else 0,
    )


def _shown_rows(rows: Sequence[BulkRow], user: User) -> list[ShownRow]:
    ids = [row.contact_id for row in rows]
    seen = set(Contact.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        ShownRow(
            row=row,
            contact=row.contact if row.contact_id in seen else None,
            reason=bulk_acts.reason_words(row.reason) if row.reason else "",
        )
        for row in rows
    ]
