"""What the page of unknown mail shows: one line for each address, the latest mail first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from contacts.models import Contact
from contacts.names import split_infix
from core.models import User
from integrations.models import Correspondent, ReceivedMail
from integrations.selectors.known import people_by_address
from relationships.choices import Direction

LOG = "relationships.log_interaction"
SHOWN = 50
MOST_ROWS = 1000
MOST_COUNTED = 100
LONGEST_EXCERPT = 280
UNREADABLE = "could not be read"


@dataclass(frozen=True, kw_only=True)
class UnknownAddress:
    """``row`` stands for all mails with the address; ``candidates`` have it by now, or all have it
    where several do; ``put_aside`` have it too, and are brought back first.
    """

    row: Correspondent
    mails: int
    candidates: list[Contact]
    put_aside: list[Contact]

    @property
    def is_theirs(self) -> bool:
        return self.row.direction == Direction.INBOUND

    @property
    def title(self) -> str:
        return self.row.name or self.row.address

    @property
    def sent_at(self) -> datetime | None:
        return self.row.mail.sent_at

    @property
    def excerpt(self) -> str:
        words = " ".join(self.row.mail.text[: 2 * LONGEST_EXCERPT].split())
        return words if len(words) <= LONGEST_EXCERPT else f"{words[:LONGEST_EXCERPT]}…"

    @property
    def new_url(self) -> str:
        given, infix, family = name_parts(self.row.name)
        parts = {"given_name": given, "infix": infix, "family_name": family}
        told = {name: value for name, value in parts.items() if value}
        if self.row.address:
            told["email"] = self.row.address
        return f"{reverse('contacts:new')}?{urlencode(told)}"


@dataclass(frozen=True, kw_only=True)
class UnknownMail:
    lines: list[UnknownAddress]
    more: int
    unreadable: int


def unknown_mail(user: User, state: str) -> UnknownMail:
    rows = (
        Correspondent.objects.visible_to(user)
        .filter(state=state)
        .select_related("mail")
        .defer("mail__raw")
        .order_by("-mail__sent_at", "-pk")[:MOST_ROWS]
    )
    by_address: defaultdict[str, list[Correspondent]] = defaultdict(list)
    for row in rows:
        by_address[row.address or f"#{row.pk}"].append(row)
    groups = list(by_address.values())
    shown = groups[:SHOWN]
    known = people_by_address(user, [group[0].address for group in shown])
    return UnknownMail(
        lines=[_line(group, known.get(group[0].address, [])) for group in shown],
        more=len(groups) - len(shown),
        unreadable=ReceivedMail.objects.visible_to(user).filter(outcome=UNREADABLE).count(),
    )


def _line(group: list[Correspondent], people: list[Contact]) -> UnknownAddress:
    return UnknownAddress(
        row=group[0],
        mails=len(group),
        candidates=[one for one in people if one.is_active],
        put_aside=[one for one in people if one.archived_at],
    )


def waiting_count(user: User) -> int:
    """How many addresses wait for the user, counted no further than is shown."""
    waiting = Correspondent.objects.visible_to(user).waiting()
    named = waiting.exclude(address="").values("address").distinct()[: MOST_COUNTED + 1].count()
    return named + waiting.filter(address="")[:MOST_COUNTED].count()


def name_parts(name: str) -> tuple[str, str, str]:
    """Given name, infix and family name of a name as mail programs write it."""
    before, comma, after = name.partition(",")
    if comma:
        infix, family = split_infix(before.strip())
        return after.strip(), infix, family
    given, _space, rest = name.strip().partition(" ")
    infix, family = split_infix(rest.strip())
    return given, infix, family
