"""What templates need and Django has not. Built in: no ``{% load %}``."""

import json
from collections.abc import Iterable, Sequence
from datetime import date as plain_date
from html import escape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.base import Node, NodeList, Parser, Token
from django.template.defaultfilters import date as django_date
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core import icons
from core.addresses import address_of
from core.charts import Chart
from core.entries import Entry, entry_html
from core.words import day_in, initials, tint

register = template.Library()


@register.simple_tag
def icon(name: str, css_class: str = "", label: str = "") -> SafeString:
    """``{% icon "mail" %}``: an inline Lucide icon. Raises for a name that does not exist."""
    return icons.svg(name, css_class, label)


register.filter("tint", tint)
register.filter("initials", initials)


@register.simple_tag
def entry(**parts: Any) -> SafeString:
    """One line of a timeline; ``parts`` as in ``core.entries.Entry``."""
    return entry_html(Entry(**parts))


@register.simple_tag
def options(choices: Iterable[tuple[str, object]], chosen: object = "") -> SafeString:
    """``{% options choices filters.what %}``: what a select offers, as pairs of value and label."""
    picked = str(chosen)
    drawn = (
        f'<option value="{escape(value)}"{" selected" if value == picked else ""}>'
        f"{escape(str(label))}</option>"
        for value, label in choices
    )
    return mark_safe("".join(drawn))  # noqa: S308 -- escaped above


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the widget is several inputs that one legend names."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def local_path(url: object) -> str:
    """``url`` when it is a path of our own, else nothing: what may become an address in a page."""
    parts = urlsplit(str(url))
    own = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return str(url) if own and not str(url).startswith("//") else ""


@register.filter
def trimmed(html: str) -> str:
    """A slot without the white space round it, so that CSS can see that it is empty."""
    stripped = html.strip()
    return mark_safe(stripped) if isinstance(html, SafeString) else stripped  # noqa: S308 -- as it came


@register.filter
def words(text: str) -> list[str]:
    """The words of a literal, to loop over."""
    return text.split()


@register.filter
def times(count: object) -> range:
    """``{% for _ in 3|times %}``"""
    return range(int(str(count)))


@register.simple_tag
def chart_json(chart: Chart, name: str) -> SafeString:
    """The numbers of a chart, where ``charts.js`` finds them."""
    return format_html(
        '<template id="{}-data">{}</template>', name, json.dumps(chart.data, cls=DjangoJSONEncoder)
    )


@register.simple_tag
def spark(values: Sequence[float], width: int = 96, height: int = 28) -> dict[str, Any]:
    """Points of a sparkline over ``values``, oldest first, in a box of ``width`` by ``height``."""
    numbers = [float(value) for value in values]
    if not numbers:
        return {"points": "", "area": "", "x": 0, "y": 0}
    low, high = min(numbers), max(numbers)
    step = width / max(len(numbers) - 1, 1)
    spread = high - low
    shares = [(value - low) / spread if spread else 0.5 for value in numbers]
    points = [
        (round(index * step, 1), round(height - 2 - share * (height - 4), 1))
        for index, share in enumerate(shares)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    last_x, last_y = points[-1]
    return {
        "points": line,
        "area": f"0,{height} {line} {last_x},{height}",
        "x": last_x,
        "y": last_y,
    }


class CaptureNode(Node):
    """Renders its inside into a variable, so that one block can stand in two places of a page."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = trimmed(self.nodelist.render(context))
        return mark_safe("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """``{% capture name %}…{% endcapture %}``"""
    _, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


class AddressNode(URLNode):
    """``{% url 'contacts:person' contact.uid %}``, by way of ``core.addresses``."""

    def render(self, context: template.Context) -> str:
        uid = self.args[0].resolve(context)
        if not isinstance(uid, UUID):
            return super().render(context)
        try:
            address = address_of(str(self.view_name.var), uid)
        except NoReverseMatch:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = address
            return ""
        return address


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """Django's own, but that of a row is put together from one that was made before."""
    node = django_url(parser, token)
    is_literal = isinstance(node.view_name.var, str) and not node.view_name.filters
    if len(node.args) != 1 or node.kwargs or not is_literal:
        return node
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, pattern: str | None = None) -> str:
    """Django's own, but a day that was written before is not worked out again."""
    if type(value) is plain_date and pattern:
        return day_in(value, pattern, get_language() or "")
    written: str = django_date(value, pattern)
    return written


@register.filter
def plain(html: object) -> str:
    """Text without tags, for ``<title>``."""
    return " ".join(strip_tags(str(html)).split())
