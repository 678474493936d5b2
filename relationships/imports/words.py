"""The words of files: kinds of relationship and days, read and shown; what there is to remark."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from contacts.imports import notes, values
from contacts.imports.notes import Note, Weight, note
from relationships.choices import Kind
from relationships.models import Engagement

Form = Engagement.Form


def _words(kind: Kind, form: Form | None, text: str) -> dict[str, tuple[Kind, Form | None]]:
    return {" ".join(word.split()): (kind, form) for word in text.split(",")}


KIND_WORDS = {
    **_words(
        Kind.PROSPECT,
        None,
        """kandidaat, kandidate, sollicitant, prospect, talent, lead, candidate, applicant,
        belangstellende, talentpool, potentieel""",
    ),
    **_words(
        Kind.EMPLOYEE,
        Form.EMPLOYMENT,
        """medewerker, medewerkster, werknemer, werkneemster, collega, vast, vast dienstverband,
        tijdelijk, tijdelijk dienstverband, in dienst, loondienst, intern, oproepkracht, employee,
        staff, permanent, colleague, internal, fixed term""",
    ),
    **_words(
        Kind.EMPLOYEE,
        Form.INTERNSHIP,
        "stagiair, stagiaire, stage, afstudeerder, trainee, intern (stage), internship, bbl, bol",
    ),
    **_words(Kind.EMPLOYEE, Form.VOLUNTEER, "vrijwilliger, vrijwilligster, volunteer"),
    **_words(
        Kind.FREELANCER,
        Form.ASSIGNMENT,
        """zzp, zzp'er, zzper, zzp-er, freelance, freelancer, zelfstandige, zelfstandig, interim,
        interimmer, inhuur, externe, extern, opdrachtnemer, contractor, self-employed,
        self employed, consultant, external""",
    ),
    **_words(
        Kind.ALUMNUS,
        Form.EMPLOYMENT,
        """oud-medewerker, oud medewerker, oudmedewerker, ex-medewerker, ex medewerker,
        voormalig medewerker, oud-werknemer, oud-collega, ex-collega, uit dienst, alumnus, alumna,
        alumni, gepensioneerd, gepensioneerde, former employee, ex-employee, ex employee, leaver,
        retired, retiree""",
    ),
}

notes.register(
    "relationships.unknown_kind",
    Weight.WARNING,
    _("Kind of relationship we do not know"),
    _("“%(value)s” is no kind of relationship we know; the choice for the whole file counts."),
)
notes.register(
    "relationships.end_ahead",
    Weight.WARNING,
    _("Left, but the last day lies ahead"),
    _("Said to have left, but the last day, %(day)s, lies ahead. Taken as having left."),
)
notes.register(
    "relationships.ends_before_start",
    Weight.WARNING,
    _("Last day before the first"),
    _("The last day, %(end)s, comes before the first, %(start)s; the last day was left out."),
)
notes.register(
    "relationships.unknown_unit",
    Weight.WARNING,
    _("Department not in our organisation"),
    _("There is no unit “%(value)s” in the organisation; the engagement is kept without one."),
)
notes.register(
    "relationships.several_units",
    Weight.WARNING,
    _("Department that several units are called"),
    _("Several units are called “%(value)s”; use the code. The engagement is kept without one."),
)
notes.register(
    "relationships.no_start",
    Weight.WARNING,
    _("No first day"),
    _("Without a first day no engagement can be kept; the relationship begins today."),
)
notes.register(
    "relationships.still_open",
    Weight.WARNING,
    _("Left, but still an employee here"),
    _("The file says they left; here they are still an employee. End that on the board."),
)


def read_kind(text: str) -> tuple[Any, list[Note]]:
    found = KIND_WORDS.get(" ".join(text.casefold().split()))
    if found is None:
        return None, [note("relationships.unknown_kind", value=text[:100])]
    return found, []


def read_day(column: str) -> Any:
    def read(text: str) -> tuple[date | None, list[Note]]:
        day = values.day(text)
        if day is None:
            return None, [note("bad_date", column=column, value=text[:100])]
        return day, []

    return read


def read_text(text: str) -> tuple[str, list[Note]]:
    return " ".join(text.split())[:150], []


def show_kind(value: str) -> str:
    return str(Kind(value).label) if value in Kind.values else value


def show_day(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    except ValueError:
        return value
