"""How closings went: who was turned down or left, and heard a human word in time."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import TruncDate

from contacts.models import OrgUnit
from core.models import User
from relationships.choices import CLOSING_WITHIN
from relationships.models import FollowUp
from relationships.selectors.promises import KeptRates, TeamRate, rates_of


@dataclass(frozen=True, kw_only=True)
class Closings:
    """``rates.kept``: a human word was said in time. ``unit`` and ``people`` as with promises."""

    rates: KeptRates

    @property
    def missed(self) -> int | None:
        """The share that did not get one, in percent."""
        total = self.rates.total
        return None if total is None else 100 - total.percentage


def closing_shares(user: User, *, since: date, until: date, today: date) -> Closings:
    """Of closings from ``since`` to ``until`` of which it is known: answered, or their days over.

    What was found not needed got no word either, and counts so. One query for all teams.
    """
    last = ExpressionWrapper(
        F("occurred_on") + Value(CLOSING_WITHIN, output_field=DurationField()),
        output_field=DateField(),
    )
    in_time = Q(state=FollowUp.State.DONE, said_on__lte=F("last_on"))
    known = in_time | Q(occurred_on__lt=today - CLOSING_WITHIN)
    counted = (
        FollowUp.objects.visible_to(user)
        .filter(kind=FollowUp.Kind.CLOSING, occurred_on__gte=since, occurred_on__lte=until)
        .filter(contact__erased_at=None)
        .annotate(said_on=TruncDate("closed_at"), last_on=last)
        .filter(known)
        .order_by()
        .values_list("contact__unit")
        .annotate(
            kept=Count("pk", filter=in_time),
            n=Count("pk"),
            people=Count("contact", distinct=True),
        )
    )
    rows = list(counted)
    units = OrgUnit.objects.in_bulk([unit_id for unit_id, *_rest in rows if unit_id])
    teams = [
        TeamRate(unit=units[unit_id] if unit_id else None, kept=kept, n=n, people=people)
        for unit_id, kept, n, people in rows
    ]
    return Closings(rates=rates_of(teams, since=since, until=until))
