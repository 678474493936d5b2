"""What a file of people may say of our relationships: kind, dates of service, department, role.

What becomes of it, where the file's words leave room:

- An intern is an employee whose engagement is an internship; volunteers likewise.
- A last day in the past makes an employee an alumnus: the employment is written as ended, and the
  alumnus relationship begins on that day. "Former employee" with a last day still ahead is taken
  at its word, with a warning.
- Someone begins where their dates put them (an employee of years does not begin in preboarding),
  if the lifecycle still has that stage; else at its entry.
- The kind chosen for the whole file is for people who are nothing to us yet.
- Who has a relationship of a kind, open or ended, is given no second one by a file.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.imports.targets import ImportTarget, TargetField, TargetOption, register
from relationships.choices import Kind
from relationships.imports.planning import plan
from relationships.imports.undoing import undo
from relationships.imports.words import read_day, read_kind, read_text, show_day, show_kind

_ADDRESS_BOOKS = ("linkedin", "google", "outlook", "vcard", "resume")


def _kind_choices() -> list[tuple[str, str | Promise]]:
    return [("", pgettext_lazy("kind of relationship", "No relationship")), *Kind.choices]


def _owner_choices() -> list[tuple[str, str | Promise]]:
    return [("", pgettext_lazy("owner", "Nobody yet")), ("me", _("Me"))]


def _headers(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))


register(
    ImportTarget(
        key="relationships",
        label=_("What is between us"),
        fields=(
            TargetField(
                key="kind",
                label=_("Kind of relationship"),
                headers=_headers("""
                    soort relatie, relatie, relatiesoort, type relatie, relatietype, soort, type,
                    soort dienstverband, type dienstverband, kind, relationship, contact type,
                    relationship type, employment type, worker type
                """),
                read=read_kind,
                show=show_kind,
            ),
            TargetField(
                key="started_on",
                label=_("First day with us"),
                headers=_headers("""
                    in dienst, datum in dienst, indienst, in dienst per, in dienst sinds,
                    indiensttreding, datum indiensttreding, startdatum, begindatum, start date,
                    hire date, date of hire, joined, joined on, employed since, begin date
                """),
                read=read_day("In dienst"),
                show=show_day,
            ),
            TargetField(
                key="ended_on",
                label=_("Last day with us"),
                headers=_headers("""
                    uit dienst, datum uit dienst, uitdienst, uit dienst per, uitdiensttreding,
                    datum uitdiensttreding, einddatum, end date, leave date, left on,
                    termination date, last day
                """),
                read=read_day("Uit dienst"),
                show=show_day,
            ),
            TargetField(
                key="known_since",
                label=_("Known since"),
                headers=_headers("connected on, kennen sinds, bekend sinds, known since, met on"),
                read=read_day("Connected on"),
                show=show_day,
            ),
            TargetField(
                key="unit",
                label=_("Department"),
                headers=_headers("""
                    afdeling, afdelingsnaam, team, organisatieonderdeel, eenheid, kostenplaats,
                    department, division, unit, business unit, org unit, cost centre
                """),
                read=read_text,
            ),
            TargetField(
                key="role",
                label=_("Role with us"),
                headers=_headers("rol bij ons, functie bij ons, role with us, internal role"),
                read=read_text,
            ),
        ),
        options=(
            TargetOption(
                key="kind",
                label=_("Kind, where the file does not say"),
                help=_("Only for people with whom we have no relationship yet."),
                choices=_kind_choices,
                preset=lambda layout: Kind.PROSPECT.value if layout in _ADDRESS_BOOKS else "",
            ),
            TargetOption(
                key="owner",
                label=_("Owner of new relationships"),
                help=_("The owner is asked to keep in touch."),
                choices=_owner_choices,
                preset=lambda layout: "me" if layout in _ADDRESS_BOOKS else "",
            ),
        ),
        plan=plan,
        undo=undo,
    )
)
