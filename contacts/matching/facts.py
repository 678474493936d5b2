"""What we compare people by, each part in the one form in which it can be compared."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from contacts import names
from contacts.names import INFIXES

# Keys of extras that no custom field has.
POSTCODE, STREET = ":postcode", ":street"
LONGEST_EXTRA = 60
PHONE_DIGITS = 9

# Addresses of a desk, not of a person.
_DESKS = frozenset(
    (
        *("info", "contact", "office", "kantoor", "hr", "hrm", "admin", "sales", "verkoop"),
        *("support", "mail", "post", "secretariaat", "receptie", "administratie", "service"),
        *("welkom", "hello", "hallo", "team", "jobs", "vacatures", "recruitment", "werkenbij"),
        *("noreply", "no-reply", "facturen", "planning", "personeelszaken", "directie", "balie"),
    )
)
# Where anybody may have an address: having one there says nothing of where somebody works.
_PUBLIC = frozenset(
    (
        *("gmail.com", "hotmail.com", "hotmail.nl", "outlook.com", "live.nl", "live.com"),
        *(
            "icloud.com",
            "me.com",
            "yahoo.com",
            "yahoo.nl",
            "ziggo.nl",
            "kpnmail.nl",
            "kpnplanet.nl",
        ),
        *("planet.nl", "home.nl", "xs4all.nl", "upcmail.nl", "chello.nl", "hetnet.nl", "casema.nl"),
        *("quicknet.nl", "telfort.nl", "msn.com", "protonmail.com", "proton.me", "gmx.net"),
        *("gmx.de", "web.de", "telenet.be", "skynet.be", "freedom.nl", "solcon.nl", "zonnet.nl"),
    )
)
# Names, cities and employers come again and again.
fold = lru_cache(maxsize=100_000)(names.fold)

_SHORT_INFIXES = frozenset(
    ("v", "d", "vd", "vdr", "vdn", "vande", "vander", "vanden", "vh", "t", "s")
)
_LEFT_OUT = INFIXES | _SHORT_INFIXES | {"jr", "sr", "junior", "senior"}
_SPLITS = re.compile(r"[^\w]+|_")
_INITIALS = re.compile(r"^(?:[^\W\d_]\.\s*)+[^\W\d_]?\.?$|^[A-Z]{1,4}$")


@dataclass(frozen=True, slots=True)
class Facts:
    """One person, ready to be compared. All text is folded; lists hold nothing twice.

    ``given`` are the given names that were written out, the first of them and then what they are
    called by; ``initials`` the letters where there is no more. ``families`` are the parts of the
    family name without infixes, so that a maiden name beside a married one is a part of its own;
    ``surname`` is all of it in one word. ``extras`` are values of custom fields, and the parts of
    the address.
    """

    given: tuple[str, ...] = ()
    initials: str = ""
    families: tuple[str, ...] = ()
    surname: str = ""
    native: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    organisation: str = ""
    city: str = ""
    extras: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> list[Any]:
        return [getattr(self, name) for name in self.__slots__]

    @classmethod
    def from_json(cls, values: Sequence[Any]) -> "Facts":
        given, initials, families, surname, native, emails, phones, *rest = values
        profiles, numbers, organisation, city, extras = rest
        return cls(
            given=tuple(given),
            initials=initials,
            families=tuple(families),
            surname=surname,
            native=native,
            emails=tuple(emails),
            phones=tuple(phones),
            profiles=tuple(profiles),
            numbers=tuple(numbers),
            organisation=organisation,
            city=city,
            extras=tuple((key, value) for key, value in extras),
        )


def facts_of(
    *,
    given_name: str = "",
    preferred_name: str = "",
    infix: str = "",
    family_name: str = "",
    native_name: str = "",
    given_initials: str = "",
    birth_name: str = "",
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    profiles: Iterable[str] = (),
    numbers: Iterable[tuple[str, str]] = (),
    organisation_name: str = "",
    city: str = "",
    postcode: str = "",
    street: str = "",
    custom_values: Mapping[str, Any] | None = None,
) -> Facts:
    """``numbers`` are those of other systems, as ``(system, value)``; ``street`` has its number."""
    given, initials = _given(given_name, preferred_name)
    families, surname = _family(family_name)
    if birth_name:
        families = _unique((*families, *_family(birth_name)[0]))
    if not given and given_initials:
        initials = initials or fold(given_initials).replace(".", "").replace(" ", "")
    return Facts(
        given=given,
        initials=initials,
        families=families,
        surname=surname,
        native=fold(native_name),
        emails=_unique(map(plain_email, emails)),
        phones=_unique(map(plain_phone, phones)),
        profiles=_unique(map(plain_profile, profiles)),
        numbers=_unique(f"{system}:{fold(value)}" for system, value in numbers),
        organisation=plain_organisation(organisation_name),
        city=fold(city),
        extras=_extras(
            {
                POSTCODE: postcode.replace(" ", ""),
                STREET: street,
                **(custom_values or {}),
            }
        ),
    )


def plain_email(address: str) -> str:
    """The address as the mailbox sees it: "J.Vos+jobs@Gmail.com" is "jvos@gmail.com".

    What comes after a plus is a label anywhere; dots are of no meaning at Google alone.
    """
    local, at, domain = address.strip().casefold().rpartition("@")
    if not at:
        return ""
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def plain_phone(number: str) -> str:
    """The last nine digits: what "+31 6 12345678", "0031612345678" and "06-12345678" share."""
    digits = "".join(character for character in number if character.isdigit())
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else ""


def plain_profile(url: str) -> str:
    """The page, however it is linked to: no scheme, no "www." or country before it, no query."""
    parts = urlsplit(url.strip() if "//" in url else f"//{url.strip()}")
    host = (parts.netloc or "").casefold().removeprefix("www.")
    if host.endswith(".linkedin.com"):
        host = "linkedin.com"
    path = parts.path.casefold().rstrip("/")
    return f"{host}{path}" if host and path else ""


_FORMS = re.compile(
    r"\b(?:b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|gmbh|ltd|inc|holding|nederland|groep|group)\W*$"
)


@lru_cache(maxsize=50_000)
def plain_organisation(name: str) -> str:
    return _FORMS.sub("", fold(name)).strip(" .,")


def is_desk(address: str) -> bool:
    """Whether a plain address is of a desk that many share."""
    return address.partition("@")[0] in _DESKS


def is_public(address: str) -> bool:
    return address.rpartition("@")[2] in _PUBLIC


@lru_cache(maxsize=100_000)
def _given(given_name: str, preferred_name: str) -> tuple[tuple[str, ...], str]:
    found: list[str] = []
    initials = ""
    for name in (given_name.strip(), preferred_name.strip()):
        if _INITIALS.match(name):
            initials = initials or fold(name).replace(".", "").replace(" ", "")
            continue
        words = [word for word in _SPLITS.split(fold(name)) if len(word) > 1]
        found += words[:3]
        if "-" in name and len(words) > 1:
            found.append("".join(words[:2]))
    return _unique(found), "" if found else initials


@lru_cache(maxsize=100_000)
def _family(family_name: str) -> tuple[tuple[str, ...], str]:
    words = [word for word in _SPLITS.split(fold(family_name)) if word]
    parts = [word for word in words if word not in _LEFT_OUT] or words
    return _unique(parts), "".join(parts)


def _extras(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Single values that are short enough to tell people apart; yes and no tell nothing."""
    return tuple(
        (key, fold(str(value)))
        for key, value in sorted(values.items())
        if isinstance(value, str | int | float)
        and not isinstance(value, bool)
        and 0 < len(str(value).strip()) <= LONGEST_EXTRA
    )


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
