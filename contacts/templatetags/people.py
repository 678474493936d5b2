"""How registered parts are drawn: a panel of a person's page, a cell of a list."""

from typing import Any

from django import template
from django.template import Context, Engine
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from contacts.listing import Column, ColumnValues
from contacts.models import Contact
from contacts.panels import Panel
from core.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: Context, shown: Panel, contact: Contact, user: User) -> SafeString:
    """The panel, drawn over the page's own context."""
    return _render(context, shown.template, shown.context(contact, user))


@register.simple_tag(takes_context=True)
def cell(
    context: Context, column: Column, contact: Contact, values: ColumnValues
) -> SafeString | str:
    """What ``column`` shows of ``contact``; a dash where there is nothing."""
    value = values[column.key].get(contact.pk)
    if value in (None, "", [], ()):
        return mark_safe('<span class="faint" aria-hidden="true">&ndash;</span>')
    if not column.template:
        return conditional_escape(value)
    return _render(context, column.template, {"contact": contact, "value": value})


@register.filter
def at_key(found: dict[Any, Any], key: Any) -> Any:
    """What stands in a dictionary under a key that a loop gives."""
    return found.get(key)


@register.filter
def from_width(at: int) -> str:
    """How wide a screen must be to show the column at that place; a phone shows the first."""
    return _WIDTHS[min(at, len(_WIDTHS) - 1)]


_WIDTHS = (
    "max-md:max-w-36",
    "max-md:hidden",
    "max-lg:hidden",
    "max-xl:hidden",
    "max-xl:hidden",
    "max-[100rem]:hidden",
)


def _render(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    engine = context.template.engine if context.template else Engine.get_default()
    with context.push(**values):
        return mark_safe(engine.get_template(name).render(context))  # noqa: S308 -- a template of ours escaped it
