"""Where people work and live."""

from django.utils.translation import gettext_lazy as _

from contacts.imports import values
from contacts.imports.columns.shape import Column, Reading, headers, plain
from contacts.imports.drafts import Draft, cut
from contacts.imports.labels import OTHER, label_of
from contacts.imports.listed import rows_in
from contacts.imports.notes import note
from contacts.imports.places import Place

_WORK = _("Work and place")


def _house(draft: Draft, text: str, reading: Reading) -> None:
    """The number and what comes behind it ("12", "A") often stand in columns of their own."""
    draft.house = f"{draft.house} {text}".strip()[:30]


def _country(draft: Draft, text: str, reading: Reading) -> None:
    draft.country = values.country(text) or ""
    if not draft.country:
        draft.notes.append(note("bad_country", value=text[:100]))


def _label(draft: Draft, text: str, reading: Reading) -> None:
    label = label_of(text.lstrip("* "))
    if label is None:
        draft.notes.append(note("label_unknown", label=text[:60], value=draft.street or draft.city))
    draft.address_label = label or OTHER


def _others(draft: Draft, text: str, reading: Reading) -> None:
    """A line for each: street, postcode, city, country, kind."""
    for row in rows_in(text):
        lines, postcode, city, country, label = (*row, *[""] * 5)[:5]
        other = Draft(street=lines, postcode=postcode, city=city)
        if country:
            _country(other, country, reading)
        if label:
            _label(other, label, reading)
        cut(other)
        draft.notes.extend(other.notes)
        place = Place(
            *(other.street, other.postcode, other.city, other.country),
            other.address_label or OTHER,
        )
        if place.words:
            draft.places.append(place)


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
            straat werk, straat werkadres, straat huisadres, straat ander adres,
            werkadres straat, huisadres straat, ander adres straat, other street,
            address 1 street
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
            postcode huisadres, postcode ander adres, werkadres postcode, huisadres postcode,
            ander adres postcode, other postal code, address 1 postal code
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
            plaats huisadres, plaats ander adres, werkadres plaats, huisadres plaats,
            ander adres plaats, other city, address 1 city
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
            business country region, werkadres land, huisadres land, ander adres land,
            werkadres land regio, huisadres land regio, ander adres land regio,
            land ander adres, other country, other country region
        """),
    ),
    Column(
        key="address_label",
        label=_("Kind of postal address"),
        group=_WORK,
        take=_label,
        headers=headers("address label, soort adres"),
    ),
    Column(
        key="addresses",
        label=_("Other addresses, a line for each"),
        group=_WORK,
        take=_others,
        headers=headers("other addresses, andere adressen"),
    ),
)
