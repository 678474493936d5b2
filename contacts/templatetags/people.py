"""How registered parts are drawn: a panel of a person's page, a cell of a list."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from contacts.listing import Column
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
    context: Context, column: Column, contact: Contact, values: dict[str, dict[int, Any]]
) -> SafeString | str:
    """What ``column`` shows of ``contact``; a dash where there is nothing."""
    value = values[column.key].get(contact.pk)
    if value in (None, "", [], ()):
        return mark_safe('<span class="faint" aria-hidden="true">&ndash;</span>')
    if not column.template:
        return conditional_escape(value)
    return _render(context, column.template, {"contact": contact, "value": value})


def _render(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    inner = context.template.engine.get_template(name) if context.template else get_template(name)
    with context.push(**values):
        return mark_safe(inner.render(context))  # noqa: S308 -- a template of ours escaped it
