"""The rows of the people list, written in one loop: for the page and for its fragment alike.

Fifty rows of ten cells through the template engine cost more than everything else of the page; so
the row stands here, and the cells are functions (``contacts.cells``). All that comes from people is
escaped on its way in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape  # that of Django asks of each text whether it is lazy
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.template import loader
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from contacts.cells import FEW, NOTHING
from contacts.listing import Column, ColumnValues
from contacts.models import Contact
from contacts.selectors.why import Reason
from core import icons
from core.words import tint

# How wide a screen must be to show the column at that place; a phone shows the first.
_WIDTHS = ("max-md:max-w-36", "max-md:hidden", "max-lg:hidden", "max-lg:hidden")
_WIDE, _WIDEST = "max-xl:hidden", "max-[100rem]:hidden"
# What is told beside the name only where the column that tells it is hidden.
_ELSEWHERE = {
    "max-md:hidden": "md:hidden",
    "max-lg:hidden": "lg:hidden",
    "max-xl:hidden": "xl:hidden",
    "max-[100rem]:hidden": "min-[100rem]:hidden",
}
_MOST_REASONS = 2
_FIRST_WIDEST = 5
_NOTHINGS: tuple[Any, ...] = (None, "", [], ())
_LOOK = "panel-right-open"
_ANYBODY = UUID(int=0)
# What every row needs of the contact, whichever its columns: who they are and what stands below.
_FIELDS = (
    *("uid", "given_name", "infix", "family_name", "preferred_name", "native_name"),
    *("given_initials", "headline", "organisation_name", "do_not_contact", "unit"),
)


@dataclass(frozen=True)
class Head:
    """The head of a column; ``url`` orders by it, or turns the order round."""

    label: str | Promise
    width: str
    url: str = ""
    sorted: str = ""


def width_at(at: int, *, is_chosen: bool) -> str:
    """Nobody asked for the last ones unless they were chosen: then one rather scrolls to them."""
    if at < len(_WIDTHS):
        return _WIDTHS[at]
    return _WIDE if is_chosen or at < _FIRST_WIDEST else _WIDEST


def fields_of(columns: Sequence[Column]) -> set[str]:
    """What is to be fetched of the contacts, for rows of these columns."""
    return {*_FIELDS, *(name for column in columns for name in column.reads)}


def drawings() -> SafeString:
    """What the rows draw again and again: once in the page, before them."""
    return icons.symbols(_LOOK)


def heads(shown: Sequence[Head]) -> SafeString:
    """``<th>`` for each."""
    arrows = {"ascending": icons.svg("arrow-up"), "descending": icons.svg("arrow-down")}
    written = []
    for head in shown:
        label = escape(str(head.label))
        if head.url:
            arrow = arrows.get(head.sorted, "")
            label = f'<a href="{escape(head.url)}">{label}{arrow}</a>'
        order = f' aria-sort="{head.sorted}"' if head.url else ""
        written.append(f'<th scope="col" class="{head.width}"{order}>{label}</th>')
    return mark_safe("".join(written))  # noqa: S308 -- escaped piece by piece above


def rows(
    people: Sequence[Contact],
    *,
    columns: Sequence[Column],
    values: ColumnValues,
    is_chosen: bool,
    peek_url: str,
    editable_units: Sequence[int | None] | None = (),
    is_tickable: bool = True,
    reasons: Mapping[int, Sequence[Reason]] = MappingProxyType({}),
) -> SafeString:
    """``<tr>`` for each of ``people``. ``editable_units`` are those whose people may be changed
    (None: all); ``peek_url`` is the address of the list up to the uid of who is peeked at;
    ``is_chosen``: somebody chose these columns. ``reasons`` tell why they were found, and are
    shown where no column tells it.
    """
    person_url = reverse("contacts:person", args=[_ANYBODY])
    look_url = reverse("contacts:peek", args=[_ANYBODY])
    anybody = str(_ANYBODY)
    look = escape(_("A closer look"))
    tick = escape(_("Tick"))
    boxes = (
        '<td class="select"><input type="checkbox" class="checkbox checkbox-sm" form="bulk"'
        f' name="only" value="{{uid}}" data-select aria-label="{tick}: {{name}}"></td>'
    )
    look_icon = icons.use(_LOOK)
    peek_url = escape(peek_url)
    may_edit = None if editable_units is None else frozenset(editable_units)
    cells = [
        (
            _writer(column),
            values[column.key],
            f'class="whitespace-nowrap {width_at(at, is_chosen=is_chosen)}"',
            f' data-cell="{escape(column.key)}" tabindex="-1"' if column.edits else "",
        )
        for at, column in enumerate(columns)
    ]

    def because(contact: Contact) -> str:
        theirs = reasons.get(contact.pk, ())
        told = [
            (_words(column, values[column.key].get(contact.pk)), width_at(at, is_chosen=is_chosen))
            for at, column in enumerate(columns if theirs else ())
        ]
        shown = ((reason, _hidden_where_told(reason, told)) for reason in theirs)
        seen = [(reason, hidden) for reason, hidden in shown if hidden is not None]
        return "".join(_reason(*one) for one in seen[:_MOST_REASONS])

    written: list[str] = []
    for contact in people:
        uid, name = str(contact.uid), escape(contact.full_name)
        is_editable = may_edit is None or contact.unit_id in may_edit
        written.append(
            f'<tr data-uid="{uid}">{boxes.format(uid=uid, name=name) if is_tickable else ""}'
            f'<th scope="row"><span class="person max-w-72 max-md:max-w-36">'
            f'<span class="avatar {tint(uid)}" aria-hidden="true">{escape(contact.initials)}</span>'
            '<span class="person-text"><a class="person-name no-underline"'
            f' href="{person_url.replace(anybody, uid)}" data-row-link>{name}</a>'
            f"{_sub(contact)}{because(contact) if reasons else ''}</span></span></th>"
        )
        for write, known, attributes, edits in cells:
            value = known.get(contact.pk)
            shown = NOTHING if value in _NOTHINGS else write(contact, value)
            written.append(f"<td {attributes}{edits if is_editable else ''}>{shown}</td>")
        written.append(
            f'<td class="tight max-md:hidden"><a class="icon-button is-small"'
            f' href="{peek_url}{uid}" hx-get="{look_url.replace(anybody, uid)}"'
            f' hx-target="#panel-content" aria-label="{look}: {name}" title="{look}">'
            f"{look_icon}</a></td></tr>"
        )
    return mark_safe("".join(written))  # noqa: S308 -- escaped piece by piece above


def cell(column: Column, contact: Contact, value: Any) -> str:
    """What ``column`` shows of ``contact``; a dash where there is nothing."""
    return NOTHING if value in _NOTHINGS else _writer(column)(contact, value)


def cell_html(column: Column, contact: Contact, values: ColumnValues) -> SafeString:
    """One cell alone, as the row has it inside."""
    shown = cell(column, contact, values[column.key].get(contact.pk))
    return mark_safe(shown)  # noqa: S308 -- escaped by cell()


def _writer(column: Column) -> Callable[[Contact, Any], str]:
    """How its values are written where there are any."""
    html, template = column.html, column.template
    if html is not None:
        return lambda contact, value: html(value)
    if template:
        return lambda contact, value: loader.render_to_string(
            template, {"contact": contact, "value": value}
        )
    return lambda contact, value: escape(value) if type(value) is str else conditional_escape(value)


def _words(column: Column, value: Any) -> frozenset[str]:
    """What stands in the cell, each by itself."""
    if value in _NOTHINGS:
        return frozenset()
    if column.words is not None:
        return frozenset(column.words(value))
    if isinstance(value, list):
        return frozenset(str(one) for one in value[:FEW])
    return frozenset([str(value)])


def _hidden_where_told(reason: Reason, told: Sequence[tuple[frozenset[str], str]]) -> str | None:
    """The class that hides a reason as long as the first column that tells it is seen; None where
    one always is.
    """
    widths = [width for words, width in told if words.issuperset(reason.told)]
    if not widths:
        return ""
    return _ELSEWHERE.get(widths[0])


def _reason(reason: Reason, hidden: str) -> str:
    label = f'<span class="max-md:sr-only">{escape(str(reason.label))}: </span>'
    text = "".join(
        f"<mark>{escape(piece)}</mark>" if is_it else escape(piece) for piece, is_it in reason.text
    )
    return (
        f'<span class="person-why {hidden}">{icons.svg(reason.icon)}'
        f"<span>{label if reason.label else ''}{text}</span></span>"
    )


def _sub(contact: Contact) -> str:
    """Under the name: what they do and where, unless nobody is to write to them."""
    if contact.do_not_contact:
        warning = icons.svg("bell-off") + escape(_("not to be contacted"))
        return f'<span class="person-sub flex items-center gap-1">{warning}</span>'
    words = ", ".join(part for part in (contact.headline, contact.organisation_name) if part)
    return f'<span class="person-sub">{escape(words)}</span>' if words else ""
