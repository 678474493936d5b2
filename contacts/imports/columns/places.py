"""Where people work and live."""

from django.utils.translation import gettext_lazy as _

from contacts.imports import values
from contacts.imports.columns.shape import Column, Reading, headers, plain
from contacts.imports.drafts import Draft
from contacts.imports.notes import note

_WORK = _("Work and place")


def _house(draft: Draft, text: str, reading: Reading) -> None:
    """The number and what comes behind it ("12", "A") often stand in columns of their own."""
    draft.house = f"{draft.house} {text}".strip()[:30]


def _country(draft: Draft, text: str, reading: Reading) -> None:
    draft.country = values.country(text) or ""
    if not draft.country:
        draft.notes.append(note("bad_country", value=text[:100]))


COLUMNS = (
    Column(
        key="organisation",
        label=_("Organisation"),
        group=_WORK,
        take=plain("organisation"),
        headers=headers("""
            bedrijf, bedrijfsnaam, organisatie, werkgever, huidige werkgever, company,
            company name, organization, organisation, employer, organization name,
            current company
        """),
    ),
    Column(
        key="position",
        label=_("Position"),
        group=_WORK,
        take=plain("headline"),
        headers=headers("""
            functie, functietitel, functienaam, functieomschrijving, beroep, rol,
            position, job title, title, role, occupation, headline, organization title,
            current position, job
        """),
    ),
    Column(
        key="street",
        label=_("Street and number"),
        group=_WORK,
        take=plain("street"),
        headers=headers("""
            straat, straatnaam, adres, straat en huisnummer, straat huisnummer, street,
            street address, address, home street, business street, straat thuis,
            straat werk, straat werkadres, straat huisadres, address 1 street
        """),
    ),
    Column(
        key="house",
        label=_("House number, on its own"),
        group=_WORK,
        take=_house,
        headers=headers("""
            huisnummer, huisnr, huis nr, nr huis, house number, house no,
            toevoeging, huisnummer toevoeging, huisnummertoevoeging, huisletter
        """),
    ),
    Column(
        key="postcode",
        label=_("Postcode"),
        group=_WORK,
        take=plain("postcode"),
        headers=headers("""
            postcode, post code, pc, zip, zip code, postal code, home postal code,
            business postal code, postcode thuis, postcode werk, postcode werkadres,
            postcode huisadres, address 1 postal code
        """),
    ),
    Column(
        key="city",
        label=_("City"),
        group=_WORK,
        take=plain("city"),
        headers=headers("""
            woonplaats, plaats, stad, standplaats, city, town, location, locatie,
            home city, business city, plaats thuis, plaats werk, plaats werkadres,
            plaats huisadres, address 1 city
        """),
    ),
    Column(
        key="country",
        label=_("Country"),
        group=_WORK,
        take=_country,
        headers=headers("""
            land, country, country code, landcode, home country, business country,
            address 1 country, land werkadres, land huisadres, home country region,
            business country region
        """),
    ),
)
