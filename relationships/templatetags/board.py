"""Cards of a board, where a template has them."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from relationships import cards
from relationships.selectors.board import Card

register = template.Library()


@register.simple_tag
def board_icons() -> SafeString:
    return cards.icons_of_cards()


@register.simple_tag(takes_context=True)
def board_cards(
    context: template.Context, found: Iterable[Card], *, is_arrived: bool = False
) -> SafeString:
    """``{% board_cards column.cards %}``: with ``may_move`` and ``refusals`` of the page."""
    return cards.cards(
        found,
        may_move=bool(context.get("may_move")),
        is_arrived=is_arrived,
        refusals=context.get("refusals"),
    )


@register.filter
def in_list(card: Card) -> list[Card]:
    return [card]
