"""How the registered panels of a person's page are drawn."""

from typing import Any, cast

from django import template
from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from contacts.models import Contact
from contacts.panels import Panel
from contacts.writing import comes_first
from core.models import User
from core.once import once

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: Context, shown: Panel, contact: Contact, user: User) -> SafeString:
    """The panel, drawn over the page's own context."""
    given = context["request"].GET
    return _render(context, shown.template, shown.shown(contact, user, given))


@register.simple_tag
def writing_to(contact: Contact, user: User) -> str:
    """Where a link to mail them leads first; "" where it opens the mail program."""
    return once(("contacts.writing", contact.pk, user.pk), lambda: comes_first(contact, user))


@register.filter
def at_key(found: dict[Any, Any], key: Any) -> Any:
    """What stands in a dictionary under a key that a loop gives."""
    return found.get(key)


def _render(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    """Drawn over one flat layer: every name that a template looks up is sought in all layers above
    it, and in the middle of a page there are many.
    """
    engine = context.template.engine if context.template else Engine.get_default()
    flat = context.new(cast("dict[str, Any]", context.flatten()) | values)
    return mark_safe(engine.get_template(name).render(flat))  # noqa: S308 -- a template of ours escaped it
