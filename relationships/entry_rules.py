"""What a stage may ask for before somebody comes to it. Apps above register rules of their own.

A stage keeps its rules as ``[{"rule": key, "value": value}, …]``. A rule whose app or value is
gone asks for nothing: it must not lock people out for good.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts import custom_fields
from contacts.choices import Purpose
from contacts.models import Consent, Contact
from contacts.wording import field_word
from relationships.choices import Channel, Direction
from relationships.models import Engagement, Interaction

Choices = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True)
class Asked:
    """Somebody who is to come to the stage; ``since``: when they came to where they stand now."""

    contact_id: int
    owner_id: int | None
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class EntryRule:
    """``choices``: the values that can be asked for; ``words``: what must be there, as it is said
    in a sentence; ``met``: which of those asked have it, in one query however many.
    """

    key: str
    label: str | Promise
    choices: Callable[[], Choices]
    words: Callable[[str], str]
    met: Callable[[Sequence[Asked], str], set[Asked]]


_rules: dict[str, EntryRule] = {}


def register(rule: EntryRule) -> None:
    _rules[rule.key] = rule


def registered() -> list[EntryRule]:
    return list(_rules.values())


def known(stored: Iterable[dict[str, str]]) -> list[tuple[EntryRule, str]]:
    """The rules that still mean something, each with its value."""
    found = []
    for one in stored:
        rule = _rules.get(one["rule"])
        if rule is not None and one["value"] in dict(rule.choices()):
            found.append((rule, one["value"]))
    return found


def words_of(stored: Iterable[dict[str, str]]) -> list[str]:
    return [rule.words(value) for rule, value in known(stored)]


def unmet(stored: Iterable[dict[str, str]], asked: Sequence[Asked]) -> dict[Asked, list[str]]:
    """What each of ``asked`` lacks, in words; who lacks nothing is not in it."""
    lacking: dict[Asked, list[str]] = {}
    for rule, value in known(stored):
        met = rule.met(asked, value)
        for one in asked:
            if one not in met:
                lacking.setdefault(one, []).append(rule.words(value))
    return lacking


def _by_contact(asked: Sequence[Asked], ids: Iterable[int]) -> set[Asked]:
    found = set(ids)
    return {one for one in asked if one.contact_id in found}


def _ids(asked: Sequence[Asked]) -> list[int]:
    return [one.contact_id for one in asked]


FIELDS = {
    "emails": Q(email_addresses__isnull=False),
    "phones": Q(phone_numbers__isnull=False),
    "headline": ~Q(headline=""),
    "organisation_name": ~Q(organisation_name=""),
    "city": ~Q(city=""),
    "country": ~Q(country=""),
    "unit": Q(unit__isnull=False),
    "profiles": Q(social_profiles__isnull=False),
}
CUSTOM = "custom:"


def _field_choices() -> Choices:
    own = [(f"{CUSTOM}{one.key}", one.label) for one in custom_fields.active_fields()]
    return [*((name, capfirst(field_word(name))) for name in FIELDS), *own]


def _field_words(value: str) -> str:
    if value.startswith(CUSTOM):
        return str(dict(_field_choices())[value])
    return field_word(value)


def _with_field(asked: Sequence[Asked], value: str) -> set[Asked]:
    filled = FIELDS.get(value) or Q(custom_values__has_key=value.removeprefix(CUSTOM))
    people = Contact.objects.filter(filled, pk__in=_ids(asked))
    return _by_contact(asked, people.values_list("pk", flat=True))


def _consent_words(value: str) -> str:
    return _t("consent for “%(purpose)s”") % {"purpose": Purpose(value).label}


def _with_consent(asked: Sequence[Asked], value: str) -> set[Asked]:
    given = Consent.objects.in_force(timezone.now()).filter(contact__in=_ids(asked), purpose=value)
    return _by_contact(asked, given.values_list("contact_id", flat=True))


def _engagement_choices() -> Choices:
    return [("any", _("Of any form")), *Engagement.Form.choices]


def _engagement_words(value: str) -> str:
    if value == "any":
        return _t("an engagement that runs or is to begin")
    form = Engagement.Form(value).label.lower()
    return _t("an engagement that runs or is to begin (%(form)s)") % {"form": form}


def _with_engagement(asked: Sequence[Asked], value: str) -> set[Asked]:
    rows = Engagement.objects.binding().filter(
        Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), contact__in=_ids(asked)
    )
    if value != "any":
        rows = rows.filter(form=value)
    return _by_contact(asked, rows.values_list("contact_id", flat=True))


SPOKEN = {
    "0": _("Ever"),
    "30": _("In the last 30 days"),
    "90": _("In the last 90 days"),
    "365": _("In the last year"),
}


def _spoken_words(value: str) -> str:
    if value == "0":
        return _t("a conversation with them")
    return _t("a conversation with them in the last %(days)s days") % {"days": value}


def _spoken_with(asked: Sequence[Asked], value: str) -> set[Asked]:
    """Something that the other said, to a colleague."""
    rows = Interaction.objects.filter(
        contact__in=_ids(asked),
        is_automated=False,
        direction__in=[Direction.TWO_WAY, Direction.INBOUND],
    )
    if value != "0":
        rows = rows.filter(happened_at__gte=timezone.now() - timedelta(days=int(value)))
    return _by_contact(asked, rows.values_list("contact_id", flat=True))


def _note_words(value: str) -> str:
    return _t("a note since they came to where they are now")


def _with_note(asked: Sequence[Asked], value: str) -> set[Asked]:
    rows = Interaction.objects.filter(contact__in=_ids(asked), channel=Channel.NOTE)
    latest: dict[int, datetime] = {}
    for contact_id, at in rows.values_list("contact_id", "created_at"):
        latest[contact_id] = max(at, latest.get(contact_id, at))
    return {
        one
        for one in asked
        if one.contact_id in latest and (one.since is None or latest[one.contact_id] >= one.since)
    }


def _owner_words(value: str) -> str:
    return _t("an owner")


register(
    EntryRule(
        key="owner",
        label=_("Ownership"),
        choices=lambda: [("yes", _("An owner"))],
        words=_owner_words,
        met=lambda asked, value: {one for one in asked if one.owner_id is not None},
    )
)
register(
    EntryRule(
        key="note",
        label=_("Notes"),
        choices=lambda: [("yes", _("A note since they came to where they are"))],
        words=_note_words,
        met=_with_note,
    )
)
register(
    EntryRule(
        key="spoken",
        label=_("A conversation with them"),
        choices=lambda: list(SPOKEN.items()),
        words=_spoken_words,
        met=_spoken_with,
    )
)
register(
    EntryRule(
        key="consent",
        label=_("Consent"),
        choices=lambda: list(Purpose.choices),
        words=_consent_words,
        met=_with_consent,
    )
)
register(
    EntryRule(
        key="engagement",
        label=_("An engagement"),
        choices=_engagement_choices,
        words=_engagement_words,
        met=_with_engagement,
    )
)
register(
    EntryRule(
        key="field",
        label=_("A field that is filled in"),
        choices=_field_choices,
        words=_field_words,
        met=_with_field,
    )
)
