"""What an import has to say about a row: a code and its values, read in the reader's language.

Higher apps register codes of their own, named ``app.code``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Note = tuple[str, dict[str, Any]]


class Weight(StrEnum):
    """``REFUSAL``: the row stays out; ``WARNING``: look at it; ``REMARK``: for the record."""

    REFUSAL = "refusal"
    WARNING = "warning"
    REMARK = "remark"


@dataclass(frozen=True)
class Kind:
    """``sentence`` is filled with the values of the note; ``title`` stands for all of its kind."""

    weight: Weight
    title: str | Promise
    sentence: str | Promise


_kinds: dict[str, Kind] = {}


def register(code: str, weight: Weight, title: str | Promise, sentence: str | Promise) -> None:
    _kinds[code] = Kind(weight, title, sentence)


def note(code: str, **values: Any) -> Note:
    return code, values


def is_known(code: str) -> bool:
    """Whether the app that wrote the note is still there to say what it means."""
    return code in _kinds


def weight_of(code: str) -> Weight:
    return _kinds[code].weight


def title_of(code: str) -> str:
    return str(_kinds[code].title)


def sentence(code: str, values: dict[str, Any]) -> str:
    return str(_kinds[code].sentence) % values


def is_refusal(notes: Iterable[Note]) -> bool:
    return any(weight_of(code) == Weight.REFUSAL for code, _values in notes)


register(
    "no_name",
    Weight.REFUSAL,
    _("No name"),
    _("The row has no name."),
)
register(
    "formula",
    Weight.REFUSAL,
    _("A formula in place of a name"),
    _("The name is a spreadsheet formula: %(value)s"),
)
register(
    "unclosed_quote",
    Weight.REFUSAL,
    _("A quotation mark that is never closed"),
    _("A quotation mark in this row is never closed, so its cells cannot be told apart."),
)
register(
    "too_long",
    Weight.REFUSAL,
    _("A cell that is too long"),
    _("The cell “%(column)s” holds %(count)s characters; %(limit)s is the most."),
)
register(
    "erased",
    Weight.REFUSAL,
    _("Erased on request"),
    _("Someone with this e-mail address asked to be erased, and is not taken in again."),
)
register(
    "not_yours",
    Weight.REFUSAL,
    _("Kept by another unit"),
    _("%(name)s is kept by a unit for which you may not import."),
)
register(
    "archived",
    Weight.REFUSAL,
    _("Put aside"),
    _("%(name)s was put aside. Bring them back first."),
)
register(
    "id_taken",
    Weight.WARNING,
    _("Number in use for someone else"),
    _("The number %(value)s belongs to someone else and was left out."),
)
register(
    "unchanged",
    Weight.REMARK,
    _("Nothing new"),
    _("Everything in this row was known already."),
)
register(
    "same_person",
    Weight.REMARK,
    _("Person in several rows"),
    _("The same person as row %(row)s."),
)
register(
    "name_differs",
    Weight.WARNING,
    _("Same person, another name"),
    _("Here the name is written %(here)s; kept is %(kept)s."),
)
register(
    "shared_address",
    Weight.WARNING,
    _("E-mail address shared with someone else"),
    _("%(name)s has this e-mail address too; kept apart because the names differ."),
)
register(
    "several_matches",
    Weight.WARNING,
    _("Could be two people we know"),
    _("Points at %(kept)s and at %(other)s; %(kept)s was taken."),
)
register(
    "bad_email",
    Weight.WARNING,
    _("Not an e-mail address"),
    _("“%(value)s” is not an e-mail address and was left out."),
)
register(
    "bad_phone",
    Weight.WARNING,
    _("Not a phone number we know the form of"),
    _("“%(value)s” does not look like a phone number; it is kept as it stands."),
)
register(
    "bad_url",
    Weight.WARNING,
    _("Not a web address"),
    _("“%(value)s” is not a web address and was left out."),
)
register(
    "bad_date",
    Weight.WARNING,
    _("Not a date"),
    _("%(column)s: “%(value)s” is not a date and was left out."),
)
register(
    "bad_language",
    Weight.WARNING,
    _("Language we do not speak"),
    _("“%(value)s” is not a language of this system; the default was taken."),
)
register(
    "bad_form_of_address",
    Weight.WARNING,
    _("Form of address we do not know"),
    _("“%(value)s” is neither formal nor informal and was left out."),
)
register(
    "bad_birthday",
    Weight.WARNING,
    _("Birthday that is no day"),
    _("“%(value)s” is not a birthday and was left out."),
)
register(
    "label_unknown",
    Weight.REMARK,
    _("A kind of address that we do not keep"),
    _("“%(label)s” at %(value)s is no kind of address that we keep: it came in without."),
)
register(
    "bad_time_zone",
    Weight.WARNING,
    _("Time zone we do not know"),
    _("“%(value)s” is not a time zone we know; the default was taken."),
)
register(
    "left_out",
    Weight.REMARK,
    _("Something that people do not have here"),
    _("Left out, for there is no place for it here: %(what)s."),
)
register(
    "bad_country",
    Weight.WARNING,
    _("Country we do not know"),
    _("“%(value)s” is not a country we know and was left out."),
)
register(
    "cut",
    Weight.WARNING,
    _("Text cut off"),
    _("%(column)s was longer than %(limit)s characters and was cut off."),
)
register(
    "lost_letters",
    Weight.WARNING,
    _("Letters lost in the file"),
    _("The name “%(value)s” has lost letters on its way: see whether it was saved as UTF-8."),
)
register(
    "suppressed",
    Weight.WARNING,
    _("Must not be written to"),
    _("%(address)s is on the list of addresses that are never written to, and stays there."),
)
register(
    "do_not_contact",
    Weight.REMARK,
    _("Marked “do not contact”"),
    _("The note asks not to be mailed: marked “do not contact”."),
)
register(
    "more_cells",
    Weight.WARNING,
    _("More cells than columns"),
    _("The row has %(count)s cells more than there are columns; they were left out."),
)
register(
    "undo_kept",
    Weight.WARNING,
    _("Changed since, so not undone"),
    _("%(column)s was changed after the import, and stays as it is."),
)
register(
    "undo_touched",
    Weight.WARNING,
    _("Person touched since, so kept"),
    _("Colleagues did something with this person after the import: they stay."),
)
register(
    "undo_gone",
    Weight.REMARK,
    _("No longer there to be undone"),
    _("This person was put aside, merged or erased since: nothing was put back."),
)
register(
    "not_written",
    Weight.REFUSAL,
    _("Could not be kept"),
    _("The database would not take this row. An operator finds why in the log."),
)
