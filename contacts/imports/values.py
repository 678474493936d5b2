"""What stands in one cell, made into what we keep: dates, numbers, addresses as people type them.

Each answers None where the text is not of its kind; the caller says so in the report.
"""

import re
import zoneinfo
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django_countries import countries

from contacts.models import SocialProfile

Network = SocialProfile.Network

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari janvier januar",
            "feb february februari",
            "mrt mar maa march maart",
            "apr april",
            "mei may",
            "jun june juni",
            "jul july juli",
            "aug august augustus",
            "sep sept september",
            "okt oct october oktober",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TIME}")
_SOLID = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|e)?[-/. ]+([^\W\d]+)\.?[-/., ]+(\d{4}|\d{2})")
_MONTH_DAY = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


@lru_cache(maxsize=20_000)
def day(text: str) -> date | None:
    """A day in Dutch or English spelling: 31-12-2020, 2020-12-31, 31 december 2020, Dec 31, 2020.

    Day before month where both would do (01-02-2020 is the first of February); 12/31/2020 can
    only be read the other way round and is. Two digits of a year are the nearest past ones.
    """
    for pattern, order in (
        (_YEAR_FIRST, (0, 1, 2)),
        (_DAY_FIRST, (2, 1, 0)),
        (_SOLID, (0, 1, 2)),
        (_DAY_MONTH, (2, 1, 0)),
        (_MONTH_DAY, (2, 0, 1)),
    ):
        found = pattern.fullmatch(text.strip())
        if found:
            year, month, day_ = (found.group(place + 1) for place in order)
            return _date(_year(year), _month(month), int(day_))
    return None


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    this_year = date.today().year  # noqa: DTZ011 -- only the century is wanted
    year = this_year // 100 * 100 + int(text)
    return year if year <= this_year + 10 else year - 100


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.get(text.casefold(), 0)


def _date(year: int, month: int, day_: int) -> date | None:
    if month > 12 >= day_:
        month, day_ = day_, month
    try:
        return date(year, month, day_)
    except ValueError:
        return None


_TRUNK = re.compile(r"\(\s*0\s*\)")
_NOT_DIALLED = re.compile(r"[^\d+]")
_DUTCH = re.compile(r"\+31[1-9]\d{8}")
_DUTCH_AT_HOME = re.compile(r"0[1-9]\d{8}")


@lru_cache(maxsize=20_000)
def phone(text: str, region: str = "NL") -> str | None:
    """The number in E.164: 06-12345678, 0031(0)612345678 and +31 6 1234 5678 are one.

    Dutch numbers, most of what comes in, are told by their form; the others by phonenumbers.
    """
    dialled = _NOT_DIALLED.sub("", _TRUNK.sub("", text))
    if dialled.startswith("00"):
        dialled = "+" + dialled[2:]
    if dialled.startswith("+310"):
        dialled = "+31" + dialled[4:]
    if _DUTCH.fullmatch(dialled):
        return dialled
    if region == "NL" and _DUTCH_AT_HOME.fullmatch(dialled):
        return "+31" + dialled[1:]
    if region == "NL" and re.fullmatch(r"6\d{8}", dialled):  # a spreadsheet ate the nought
        return "+31" + dialled
    return _foreign(dialled, region)


_ALONE = re.compile(r"[\d +().-]{6,20}").fullmatch


def phone_alone(text: str, region: str = "NL") -> str | None:
    """As ``phone``, of what can only be one number: None for all else."""
    return phone(text, region) if _ALONE(text) else None


def _foreign(dialled: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
is_email = _EMAIL.fullmatch
"""Of one address alone, as we keep it."""
_IN_BRACKETS = re.compile(r".*<([^<>]+)>")


def email(text: str) -> str | None:
    """The address alone, in lower case: ``Jan <Jan@Example.NL>`` gives ``jan@example.nl``."""
    bare = text.strip().removeprefix("mailto:").casefold()
    found = _IN_BRACKETS.fullmatch(bare)
    if found:
        bare = found.group(1).strip()
    if len(bare) > 254:
        return None
    if _EMAIL.fullmatch(bare):
        return bare
    try:
        validate_email(bare)
    except ValidationError:
        return None
    return bare


_check_url = URLValidator(schemes=["http", "https"])


def profile(text: str) -> tuple[str, str] | None:
    """``(network, address)`` in the one form in which we keep it, so that equal pages are equal.

    Without scheme, ``www.``, capitals in the host, query or closing slash as they may have come.
    """
    bare = text.strip()
    if "://" not in bare:
        bare = f"https://{bare}"
    try:
        parts = urlsplit(bare)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    if host == "linkedin.com" or host.endswith(".linkedin.com"):
        if path.count("/") < 2:  # not a person's page
            return None
        return Network.LINKEDIN, f"https://www.linkedin.com{path.casefold()}"[:300]
    if host == "github.com":
        return Network.GITHUB, f"https://github.com{path.casefold()}"[:300]
    address = f"{parts.scheme}://{parts.netloc}{path}" + (f"?{parts.query}" if parts.query else "")
    try:
        _check_url(address)
    except ValidationError:
        return None
    return (Network.WEBSITE, address) if len(address) <= 300 else None


_LANGUAGES = {
    "nl": "nl",
    "nl-nl": "nl",
    "nl-be": "nl",
    "dutch": "nl",
    "nederlands": "nl",
    "vlaams": "nl",
    "en": "en",
    "en-gb": "en",
    "en-us": "en",
    "english": "en",
    "engels": "en",
}


def language(text: str) -> str | None:
    return _LANGUAGES.get(text.strip().casefold().replace("_", "-"))


_FORMS_OF_ADDRESS = {
    **dict.fromkeys(("formal", "formeel", "u", "vousvoyeren"), "formal"),
    **dict.fromkeys(("informal", "informeel", "je", "jij", "jou", "you", "tutoyeren"), "informal"),
}


def form_of_address(text: str) -> str | None:
    """How somebody likes to be spoken to; Dutch people write the very word: "u", "je"."""
    return _FORMS_OF_ADDRESS.get(text.strip().casefold())


_YES = frozenset(["ja", "yes", "true", "waar", "1", "j", "y", "x"])


def is_yes(text: str) -> bool:
    return text.strip().casefold() in _YES


def time_zone(text: str) -> str | None:
    """The name of a zone as IANA has it: "Europe/Amsterdam"."""
    name = _zones().get(text.strip().casefold().replace(" ", "_"))
    return name if name and len(name) <= 50 else None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones()}


# As people write them, where neither language's list does.
_COUNTRIES = {
    "usa": "US",
    "united states": "US",
    "vs": "US",
    "uk": "GB",
    "england": "GB",
    "engeland": "GB",
    "great britain": "GB",
    "groot-brittannië": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "nld": "NL",
    "bel": "BE",
    "deu": "DE",
}


@lru_cache(maxsize=1000)
def country(text: str) -> str | None:
    """The two letters of a country, by its code or by its Dutch or English name."""
    bare = _COUNTRIES.get(text.strip().casefold().replace(".", ""), text.strip())
    if len(bare) == 2 and bare.upper() in countries.countries:
        return bare.upper()
    for spoken in ("en", "nl"):
        code = countries.by_name(bare, language=spoken)
        if code:
            return str(code)
    return None
