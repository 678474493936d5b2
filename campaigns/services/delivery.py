"""Working through what is due: at most once for every person, whatever dies on the way.

A batch is claimed; consent is asked for all of it at once. Then, a few at a time: ``handing_over``
is committed, the letters go to the mail server one after the other, and how each ended is committed
together with the mark of the next few. What follows from it all is written for the whole batch.
So a worker that is killed leaves at most ``TOGETHER`` letters in doubt, and a commit is paid once
for so many; where the server is slow, and a commit is nothing beside it, one at a time
(docs/adr/0007-at-most-once-in-small-groups.md).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from campaigns.channels import Channel, Handover, Letter, Outcome, Unreachable
from campaigns.choices import Reason
from campaigns.models import Campaign, DeliveryEvent, Enrolment, Step, Touchpoint
from campaigns.selectors.letters import Letters
from campaigns.services.hand_work import assign
from campaigns.services.settlement import Ending, note, settle

BATCH = 500
FIRST_TOGETHER = 1
TOGETHER = 10
TOGETHER_SECONDS = 0.02
MAX_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=4)
UNREACHABLE_PAUSE = timedelta(minutes=1)
# What is held is let go by what lifts the hold (receivers); this is for a hold that lifts unseen.
HELD_PAUSE = timedelta(hours=1)

Clock = Callable[[], datetime]
State = Touchpoint.QueueState
Result = Touchpoint.Result


def lease() -> timedelta:
    return timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)


def deliver_due(
    *,
    channel: Channel,
    clock: Clock = timezone.now,
    limit: int = BATCH,
    stop_at: float = float("inf"),
) -> int:
    """Claim one batch and deal with it; return how many were claimed.

    ``stop_at`` (of ``time.monotonic``): what is not begun by then goes back for another worker.
    """
    rows = Touchpoint.objects.claim(now=clock(), limit=limit, lease=lease())
    if rows:
        _Delivery(rows, channel=channel, clock=clock, stop_at=stop_at).run()
    return len(rows)


def recover(*, now: datetime) -> dict[str, int]:
    """Take up what dead workers left. Says what became of how many."""
    waiting = Touchpoint.objects.release_expired(now)
    abandoned = Touchpoint.objects.filter(queue_state=State.HANDING_OVER, lease_until__lte=now)
    in_doubt = abandoned.filter(result="").update(
        result=Result.IN_DOUBT, done_at=now, lease_token=None, updated_at=now
    )
    settled = settle(list(abandoned.values_list("pk", flat=True)[:BATCH]), now=now)
    return {"waiting": waiting, "in_doubt": in_doubt, "settled": settled}


class _Delivery:
    """One claimed batch on its way."""

    def __init__(
        self, rows: list[Touchpoint], *, channel: Channel, clock: Clock, stop_at: float
    ) -> None:
        self._rows = rows
        self._channel = channel
        self._clock = clock
        self._stop_at = stop_at
        self._token: UUID = rows[0].lease_token  # type: ignore[assignment]
        self._letters = Letters(rows, now=clock())
        self._endings: list[Ending] = []
        self._postponed: list[tuple[Touchpoint, Handover]] = []
        self._held: list[int] = []
        self._unreachable = ""
        self._together = FIRST_TOGETHER

    def run(self) -> None:
        mails: list[Touchpoint] = []
        tasks: list[Touchpoint] = []
        for row in self._rows:
            step = self._letters.step_of(row)
            (mails if step.action == Step.Action.MAIL else tasks).append(row)
        if tasks:
            assign(tasks, letters=self._letters, token=self._token, now=self._clock())
        letters = self._writable(mails)
        while group := list(islice(letters, self._together)):
            if not self._hand_over_group(group):
                break
        self._write_down()
        self._put_back_held()
        self._put_back_rest()
        settle([row.pk for row in self._rows], now=self._clock())

    def _writable(self, rows: list[Touchpoint]) -> Iterator[tuple[Touchpoint, Letter]]:
        for row in rows:
            against = self._letters.reason_against(row)
            if not against and self._letters.is_held(row):
                self._held.append(row.pk)
                continue
            letter = Reason(against) if against else self._letters.letter_for(row)
            if isinstance(letter, Letter):
                yield row, letter
            else:
                self._endings.append(Ending(row.pk, Result.LEFT_OUT, letter.value))

    def _hand_over_group(self, group: Sequence[tuple[Touchpoint, Letter]]) -> bool:
        """Whether the batch may go on."""
        with transaction.atomic():
            self._write_down()
            held = self._mark([row.pk for row, _letter in group])
        marked_at = time.monotonic()
        for row, letter in group:
            if row.pk not in held:
                continue
            if time.monotonic() - marked_at > settings.DELIVERY_LEASE_SECONDS / 2:
                return False
            if not self._hand_over(row, letter):
                return False
        ended_at = time.monotonic()
        self._together = _fitting(len(held), ended_at - marked_at)
        return ended_at < self._stop_at

    def _mark(self, ids: list[int]) -> set[int]:
        """From the commit of this on, no machine sends these again.

        The conditions stand on the row itself and in subqueries, never in a join: PostgreSQL
        looks again at the row it had to wait for, and not at what it had joined.
        """
        on_the_way = Enrolment.objects.filter(
            pk=OuterRef("enrolment_id"),
            state=Enrolment.State.ACTIVE,
            campaign__state=Campaign.State.RUNNING,
        )
        mine = Touchpoint.objects.filter(pk__in=ids, lease_token=self._token)
        now = self._clock()
        marked = mine.filter(Exists(on_the_way), queue_state=State.CLAIMED).update(
            queue_state=State.HANDING_OVER, lease_until=now + lease(), updated_at=now
        )
        if marked == len(ids):
            return set(ids)
        return set(mine.filter(queue_state=State.HANDING_OVER).values_list("pk", flat=True))

    def _hand_over(self, row: Touchpoint, letter: Letter) -> bool:
        try:
            handover = self._channel.hand_over(letter)
        except Unreachable as fault:
            self._unreachable = str(fault)
            return False
        if handover.outcome is Outcome.ACCEPTED:
            self._endings.append(Ending(row.pk, Result.SENT))
        elif handover.outcome is Outcome.IN_DOUBT:
            self._endings.append(Ending(row.pk, Result.IN_DOUBT, handover.detail))
            return False
        elif handover.outcome is Outcome.REFUSED or row.attempts >= MAX_ATTEMPTS:
            self._endings.append(Ending(row.pk, Result.FAILED, handover.detail))
        else:
            self._postponed.append((row, handover))
        return True

    @transaction.atomic
    def _write_down(self) -> None:
        now = self._clock()
        note(self._endings, token=self._token, now=now)
        self._endings = []
        for row, handover in self._postponed:
            row.put_back(due_at=now + _pause(row.attempts), outcome=handover.detail)
        DeliveryEvent.objects.bulk_create(
            DeliveryEvent(
                touchpoint=row,
                kind=DeliveryEvent.Kind.POSTPONED,
                happened_at=now,
                detail=handover.detail,
            )
            for row, handover in self._postponed
        )
        self._postponed = []

    def _put_back_held(self) -> None:
        """They wait as before, with the reason beside them, and it costs them no attempt."""
        now = self._clock()
        held = Touchpoint.objects.filter(pk__in=self._held, lease_token=self._token, result="")
        held.filter(queue_state=State.CLAIMED).update(
            queue_state=State.WAITING,
            due_at=now + HELD_PAUSE,
            attempts=F("attempts") - 1,
            lease_token=None,
            lease_until=None,
            outcome=Reason.PROMISE_OVERDUE,
            updated_at=now,
        )

    def _put_back_rest(self) -> None:
        """What was claimed, or marked, and not begun: it waits again, as if never claimed."""
        now = self._clock()
        rest = Touchpoint.objects.filter(
            pk__in=[row.pk for row in self._rows],
            lease_token=self._token,
            result="",
        )
        delay = {"due_at": now + UNREACHABLE_PAUSE} if self._unreachable else {}
        rest.update(
            queue_state=State.WAITING,
            attempts=F("attempts") - 1,
            lease_token=None,
            lease_until=None,
            outcome=self._unreachable[:300],
            updated_at=now,
            **delay,
        )


def _pause(attempts: int) -> timedelta:
    """4, 16, 64 minutes and so on: a greylisting passes, a full mailbox gets its day."""
    return FIRST_PAUSE * int(4 ** (attempts - 1))


def _fitting(count: int, seconds: float) -> int:
    """How many to mark at once, when so many took so long: few where letters go slowly."""
    if seconds <= 0:
        return TOGETHER
    return max(1, min(TOGETHER, int(TOGETHER_SECONDS * count / seconds)))
