"""What rules may ask of the people themselves."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from contacts.choices import FormOfAddress, Purpose, Source
from contacts.columns import tag_choices, unit_choices
from contacts.conditions import building
from contacts.conditions.registry import Ask, Choices, Condition, Part, register
from contacts.models import (
    Consent,
    Contact,
    ContactSkill,
    EmailAddress,
    ExternalId,
    Level,
    OrgUnit,
    PhoneNumber,
    SkillSource,
)
from contacts.skill_query import found_by, skill_ids
from core.models import User

PERSON, RECORD = _("Person"), _("Record")


def _found(ask: Ask) -> Q:
    found = Q(pk__in=found_by(Contact.objects.all(), ask.values[0]).order_by().values("pk"))
    return ~found if ask.op == "lacks" else found


def _kept_by(ask: Ask) -> Q:
    if ask.op in ("empty", "filled"):
        return Q(unit__isnull=ask.op == "empty")
    roots = list(OrgUnit.objects.filter(uid__in=ask.values).values_list("pk", flat=True))
    within = Q(unit__in=list(OrgUnit.objects.within(roots).values_list("pk", flat=True)))
    return ~within if ask.op == "none_of" else within


def _tagged(ask: Ask) -> QuerySet[Any]:
    return Contact.tags.through.objects.all()


def _consenting(ask: Ask) -> QuerySet[Any]:
    return Consent.objects.in_force(ask.now)


def _mails(ask: Ask) -> QuerySet[Any]:
    return EmailAddress.objects.all()


def _mail_domain(ask: Ask) -> Q:
    domain = "@" + ask.values[0].lower().lstrip("@")
    held = EmailAddress.objects.alias(folded=Lower("address")).filter(contact=OuterRef("pk"))
    some = Q(Exists(held.filter(folded__endswith=domain)))
    return ~some if ask.op == "is_not" else some


def _skilled(ask: Ask) -> Q:
    rows = ContactSkill.objects.filter(contact=OuterRef("pk"))
    if ask.op in ("empty", "filled"):
        return ~Q(Exists(rows)) if ask.op == "empty" else Q(Exists(rows))
    ids = [pk for found in skill_ids(ask.values).values() for pk in found]
    rows = rows.filter(skill__in=ids)
    if ask.parts.get("level"):
        rows = rows.filter(level__gte=min(int(level) for level in ask.parts["level"]))
    if ask.parts.get("source"):
        rows = rows.filter(source__in=ask.parts["source"])
    if ask.parts.get("days"):
        rows = rows.filter(confirmed_on__gte=ask.days_ago(int(ask.parts["days"][0])))
    some = Q(Exists(rows))
    return ~some if ask.op == "is_not" else some


def _systems(user: User) -> Choices:
    names = ExternalId.objects.order_by("system").values_list("system", flat=True).distinct()
    return [(name, name) for name in names]


def _has(rows: Any) -> Any:
    return building.some_row(rows, "pk")


def _moment(name: str) -> Any:
    return building.day_column(name, is_moment=True)


def _text(key: str, label: Any, position: int) -> Condition:
    return Condition(
        key=key,
        label=label,
        group=PERSON,
        position=position,
        type="text",
        build=building.text_column(key),
    )


register(
    Condition(
        key="found_by",
        label=_("Found by"),
        group=PERSON,
        position=10,
        type="text",
        build=_found,
        only=("contains", "lacks"),
    ),
    _text("headline", _("Position"), 20),
    _text("organisation_name", _("Organisation"), 21),
    _text("city", _("City"), 22),
    Condition(
        key="country",
        label=_("Country"),
        group=PERSON,
        position=23,
        type="choice",
        build=building.choice_column("country"),
        choices=lambda user: list(countries),
    ),
    Condition(
        key="language",
        label=_("Language"),
        group=PERSON,
        position=24,
        type="choice",
        build=building.choice_column("language"),
        choices=lambda user: settings.LANGUAGES,
        has_presence=False,
    ),
    Condition(
        key="form_of_address",
        label=_("Form of address"),
        group=PERSON,
        position=25,
        type="choice",
        build=building.choice_column("form_of_address"),
        choices=lambda user: FormOfAddress.choices,
    ),
    Condition(
        key="tag",
        label=_("Tag"),
        group=PERSON,
        position=30,
        type="choice",
        build=building.some_row(_tagged, "tag__name"),
        choices=tag_choices,
    ),
    Condition(
        key="skill",
        label=_("Skill"),
        group=PERSON,
        position=35,
        type="text",
        build=_skilled,
        only=("is", "is_not", "one_of", "empty", "filled"),
        parts=(
            Part(
                key="level",
                label=_("at least"),
                sentence=_("(at least %(value)s)"),
                choices=lambda user: [(str(value), label) for value, label in Level.choices],
            ),
            Part(
                key="source",
                label=_("who says so"),
                sentence=_("(said by: %(value)s)"),
                choices=lambda user: SkillSource.choices,
            ),
            Part(
                key="days",
                label=_("confirmed in the last … days"),
                sentence=_("confirmed in the last %(value)s days"),
            ),
        ),
    ),
    Condition(
        key="has_email",
        label=_("Has an e-mail address"),
        noun=_("with an e-mail address"),
        group=PERSON,
        position=40,
        type="flag",
        build=_has(_mails),
    ),
    Condition(
        key="email_domain",
        label=_("E-mail domain"),
        group=PERSON,
        position=41,
        type="text",
        build=_mail_domain,
        only=("is", "is_not"),
    ),
    Condition(
        key="has_phone",
        label=_("Has a phone number"),
        noun=_("with a phone number"),
        group=PERSON,
        position=42,
        type="flag",
        build=_has(lambda ask: PhoneNumber.objects.all()),
    ),
    Condition(
        key="consent",
        label=_("Consent"),
        group=_("Consent"),
        position=200,
        type="choice",
        build=building.some_row(_consenting, "purpose"),
        choices=lambda user: Purpose.choices,
        pace="hour",
    ),
    Condition(
        key="do_not_contact",
        label=_("Not to be contacted"),
        noun=_("not to be contacted"),
        group=_("Consent"),
        position=210,
        type="flag",
        build=building.flag_column("do_not_contact"),
    ),
    Condition(
        key="unit",
        label=_("Kept by"),
        group=RECORD,
        position=300,
        type="choice",
        build=_kept_by,
        choices=unit_choices,
    ),
    Condition(
        key="external_system",
        label=_("Known in system"),
        group=RECORD,
        position=310,
        type="choice",
        build=building.some_row(lambda ask: ExternalId.objects.all(), "system"),
        choices=_systems,
    ),
    Condition(
        key="source",
        label=_("Source"),
        group=RECORD,
        position=320,
        type="choice",
        build=building.choice_column("source"),
        choices=lambda user: Source.choices,
        has_presence=False,
    ),
    Condition(
        key="added",
        label=_("Added"),
        group=RECORD,
        position=330,
        type="day",
        build=_moment("created_at"),
        has_presence=False,
        only=("last", "not_last", "older", "before", "after", "on"),
    ),
    Condition(
        key="changed",
        label=_("Last changed"),
        group=RECORD,
        position=340,
        type="day",
        build=_moment("updated_at"),
        has_presence=False,
        only=("last", "not_last", "older", "before", "after", "on"),
    ),
)
