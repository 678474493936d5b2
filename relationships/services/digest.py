"""The desk as a mail, once a day, for whoever wants it: in their language, by their clock.

The day that was seen to is written in the transaction that leaves the mail for the worker
(``core.mail``), so that a round that is repeated, or two at once, leave one. Nothing goes out when
nothing is due.
"""

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core.mail import queue_mail
from core.models import User
from relationships.desk_words import Line, lines_of
from relationships.models import DigestSetting
from relationships.selectors.desk import todays

SALT = "relationships.digest"
SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the mail and where it leads: to that line on the desk."""

    line: Line
    url: str


def choose_digest(
    *, user: User, is_on: bool, hour: int, workdays_only: bool, now: datetime | None = None
) -> DigestSetting:
    """What ``user`` wants for themselves. After the hour has passed it begins tomorrow."""
    here = _clock(user, now or timezone.now())
    with transaction.atomic():
        row, _is_new = DigestSetting.objects.select_for_update().get_or_create(user=user)
        row.is_on, row.hour, row.workdays_only = is_on, hour, workdays_only
        if here.hour >= hour:
            row.last_on = here.date()
        row.save(update_fields=["is_on", "hour", "workdays_only", "last_on", "updated_at"])
    return row


def send_due_digests(*, now: datetime) -> int:
    """Leave a mail for each whose hour has come today; return how many."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    due = DigestSetting.objects.filter(is_on=True, user__is_active=True).filter(
        Q(last_on=None) | Q(last_on__lt=tomorrow)
    )
    found = due.select_related("user").order_by("pk")
    ready = [row.pk for row in found if _is_due(row, _clock(row.user, now))]
    return sum(_send(pk, now) for pk in ready)


def off_url(user: User) -> str:
    """The link that stops it without signing in."""
    token = signing.Signer(salt=SALT).sign(str(user.uid))
    return settings.BASE_URL + reverse("relationships:digest-off", args=[token])


def user_of(token: str) -> User | None:
    """Whose digest a link of ours is about; None for any other."""
    try:
        uid = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return User.objects.filter(uid=uid).first()


def turn_off(*, user: User) -> None:
    DigestSetting.objects.filter(user=user).update(is_on=False)


@transaction.atomic
def _send(pk: int, now: datetime) -> int:
    """Seen to under a lock: another worker that comes to the row finds the day written in it."""
    rows = DigestSetting.objects.select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("user").filter(pk=pk, is_on=True).first()
    if row is None or not _is_due(row, _clock(row.user, now)):
        return 0
    today = _clock(row.user, now).date()
    row.last_on = today
    row.save(update_fields=["last_on", "updated_at"])
    zone = zoneinfo.ZoneInfo(row.user.time_zone)
    with override(row.user.language), timezone.override(zone):
        return _leave(row.user, today)


def _leave(user: User, today: date) -> int:
    found = todays(user, today=today)
    if not found.items:
        return 0
    desk = settings.BASE_URL + reverse("relationships:desk")
    entries = [
        Entry(line=line, url=f"{desk}?{urlencode({'item': line.item.key})}")
        for line in lines_of(found.items, user)
    ]
    subject = _subject(entries)
    off = off_url(user)
    context = {
        "subject": subject,
        "name": user.get_short_name(),
        "day": formats.date_format(today, "l j F"),
        "entries": entries,
        "waiting": found.waiting,
        "desk_url": desk,
        "waiting_url": settings.BASE_URL + reverse("relationships:waiting"),
        "off_url": off,
        "settings_url": settings.BASE_URL + reverse("relationships:digest"),
    }
    queue_mail(
        to=user.email,
        subject=subject,
        text=render_to_string("mail/digest.txt", context),
        html=render_to_string("mail/digest.html", context),
        is_once=True,
        off_url=off,
    )
    return 1


def _subject(entries: Sequence[Entry]) -> str:
    """The first of the day by its words: more is said inside."""
    first = " ".join(entries[0].line.what.split())[:120]
    more = len(entries) - 1
    if not more:
        return _("Today: %(what)s") % {"what": first}
    words = ngettext(
        "Today: %(what)s, and %(more)s more", "Today: %(what)s, and %(more)s more", more
    )
    return words % {"what": first, "more": more}


def _is_due(row: DigestSetting, here: datetime) -> bool:
    if here.hour < row.hour or row.last_on == here.date():
        return False
    return not (row.workdays_only and here.weekday() >= SATURDAY)


def _clock(user: User, now: datetime) -> datetime:
    return now.astimezone(zoneinfo.ZoneInfo(user.time_zone))
