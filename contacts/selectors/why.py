"""Why somebody was found: the words that did it, where they do not stand in plain sight.

Asked of one page of people at a time, in as many queries for fifty as for one, and in none where
each of them was found by what the page shows anyway.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, EmailAddress, PhoneNumber
from contacts.searching.marking import Marked, is_marked, marked
from contacts.searching.matching import Matcher, digits_of, matcher_of
from contacts.searching.queries import Clause, Query, Term
from contacts.searching.vocabularies import Vocabulary
from contacts.skill_query import words_of
from core.models import User

SHOWN = (
    *("uid", "given_name", "infix", "family_name", "preferred_name", "native_name"),
    *("given_initials", "birth_name", "headline", "organisation_name", "city", "unit_id"),
)


@dataclass(frozen=True)
class Reason:
    """Something of a person for which they were found. ``told`` is the same as a column of a list
    would have it: one value, or several.
    """

    icon: str
    label: str | Promise
    text: Marked
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """``position`` is what they do and where, with what was found marked."""

    contact: Contact
    name: Marked
    position: Marked
    reasons: list[Reason]


Unsaid = dict[int, list[Term]]
"""By contact, the terms that found them and do not stand in plain sight."""


def hits_of(ids: Sequence[int], matcher: Matcher, user: User) -> list[Hit]:
    """The people of those ids, in that order, for a page that shows name, position and city."""
    found = Contact.objects.only("pk", *SHOWN).in_bulk(ids) if ids else {}
    people = [found[pk] for pk in ids if pk in found]
    terms = matcher.query.terms
    unsaid = {one.pk: _unsaid(matcher, f"{one.full_name} {_position(one)}") for one in people}
    reasons = _reasons(people, unsaid, matcher, user)
    return [
        Hit(one, marked(one.full_name, terms), marked(_position(one), terms), reasons[one.pk])
        for one in people
    ]


def reasons_in_list(
    people: Sequence[Contact], texts: Iterable[str], user: User
) -> Mapping[int, list[Reason]]:
    """Why each is found by each of ``texts``, as far as their name and the line under it do not
    tell. City and addresses are told as well: who lists them knows which of them are columns.
    """
    found: dict[int, list[Reason]] = {one.pk: [] for one in people}
    for text in texts:
        matcher = matcher_of(words_of(text))
        unsaid = {one.pk: _unsaid(matcher, _in_row(one)) for one in people}
        for pk, reasons in _reasons(people, unsaid, matcher, user).items():
            found[pk] += reasons
        for one in people:
            found[one.pk] += _in_latin(one, matcher.query)
            found[one.pk] += _of_position(one, unsaid[one.pk])
    return found


def _position(person: Contact) -> str:
    parts = (person.headline, person.organisation_name, person.city)
    return ", ".join(part for part in parts if part)


def _in_row(person: Contact) -> str:
    """What the row of a list shows, whichever its columns (``contacts.table``)."""
    if person.do_not_contact:
        return person.full_name
    return f"{person.full_name} {person.headline} {person.organisation_name}"


def _unsaid(matcher: Matcher, shown: str) -> list[Term]:
    """The terms of the clauses that nothing in ``shown`` fulfils."""
    return [
        term
        for clause in matcher.query.wanted
        if not _is_said(clause, shown)
        for term in clause.terms
    ]


def _is_said(clause: Clause, shown: str) -> bool:
    return any(is_marked(marked(shown, [term])) for term in clause.terms)


def _reasons(
    people: Sequence[Contact], unsaid: Unsaid, matcher: Matcher, user: User
) -> dict[int, list[Reason]]:
    found = {one.pk: _of_names(one, unsaid[one.pk]) for one in people}
    ids = [pk for pk, terms in unsaid.items() if terms]
    if not ids:
        return found
    asked = list(dict.fromkeys(term for terms in unsaid.values() for term in terms))
    for pk, reason in (*_of_mail(ids, unsaid), *_of_phones(ids, unsaid, asked)):
        found[pk].append(reason)
    for vocabulary, entries in _entries(matcher, asked):
        for pk, names in vocabulary.named(ids, entries, user).items():
            text = marked(", ".join(names), unsaid[pk])
            found[pk].append(Reason(vocabulary.icon, vocabulary.label, text, tuple(names)))
    return found


def _of_mail(ids: Sequence[int], unsaid: Unsaid) -> Iterable[tuple[int, Reason]]:
    for row in EmailAddress.objects.filter(contact__in=ids).order_by("-is_primary", "pk"):
        shown = _marked_address(row.address, unsaid[row.contact_id])
        if shown:
            yield row.contact_id, Reason("mail", "", shown, (row.address,))


def _of_phones(
    ids: Sequence[int], unsaid: Unsaid, asked: Iterable[Term]
) -> Iterable[tuple[int, Reason]]:
    if not any(digits_of(term) for term in asked):
        return
    for row in PhoneNumber.objects.filter(contact__in=ids).order_by("-is_primary", "pk"):
        if _has_digits(row.number, unsaid[row.contact_id]):
            yield row.contact_id, Reason("phone", "", [(row.display, True)], (row.number,))


def _entries(matcher: Matcher, terms: Iterable[Term]) -> Iterable[tuple[Vocabulary, list[int]]]:
    """Each vocabulary that knows one of the terms, once, with the entries that are meant."""
    found: dict[str, tuple[Vocabulary, list[int]]] = {}
    for term in terms:
        for vocabulary, entries in matcher.entries[term]:
            found.setdefault(vocabulary.key, (vocabulary, []))[1].extend(entries)
    return found.values()


def _of_names(person: Contact, terms: Sequence[Term]) -> list[Reason]:
    """Their other names, those by which they were found."""
    others: dict[str, str | Promise] = {
        person.given_name: _("Given name"),
        person.native_name: _("In native script"),
        person.birth_name: _("Name at birth"),
    }
    name = person.full_name
    shown = {one: marked(one, terms) for one in others if one and one not in name}
    return [
        Reason("user-round", others[one], text, (one,))
        for one, text in shown.items()
        if is_marked(text)
    ]


def _in_latin(person: Contact, query: Query) -> list[Reason]:
    """How a name in other letters reads, where it was found by what is like it."""
    latin = person.name_in_latin
    terms = [term for term in query.terms if term.text.isascii()]
    if not latin or not is_marked(marked(person.full_name, terms)):
        return []
    return [Reason("languages", _("In Latin letters"), marked(latin, terms), (latin,))]


def _of_position(person: Contact, terms: Sequence[Term]) -> list[Reason]:
    told = (
        ("briefcase", person.headline),
        ("building-2", person.organisation_name),
        ("map-pin", person.city),
    )
    shown = [(icon, one, marked(one, terms)) for icon, one in told if one]
    return [Reason(icon, "", text, (one,)) for icon, one, text in shown if is_marked(text)]


def _has_digits(number: str, terms: Iterable[Term]) -> bool:
    typed = [one.strip("+").removeprefix("0") for term in terms if (one := digits_of(term))]
    return any(one.removeprefix("31") in number for one in typed)


def _marked_address(address: str, terms: Sequence[Term]) -> Marked:
    """The address if it was found: whole where it was typed as such, by its parts else."""
    for typed in (term.text.strip("@").casefold() for term in terms if "@" in term.text):
        at = address.casefold().find(typed)
        if at >= 0:
            end = at + len(typed)
            pieces = [(address[:at], False), (address[at:end], True), (address[end:], False)]
            return [piece for piece in pieces if piece[0]]
    shown = marked(address, terms)
    if is_marked(shown):
        return shown
    glued = address.casefold().replace(".", "").replace("_", "").replace("-", "")
    begun = [words[0] for term in terms for words in term.spellings if len(words) == 1]
    return [(address, True)] if any(glued.startswith(one) for one in begun) else []
