"""The rows of the table by channel and depth: each number with the address of its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from insights.selectors.channels import SORTS, Cell, Channels, Line, Sort
from insights.talk_lists import TalkValue


@dataclass(frozen=True, kw_only=True)
class NumberCell:
    sort: Sort
    of: Cell
    url: str


@dataclass(frozen=True, kw_only=True)
class ChannelRow:
    """``share``: of what people said, in a hundred; of depths alone."""

    of: Line
    cells: Sequence[NumberCell]
    url: str
    share: int | None = None


def channel_rows(found: Channels) -> Sequence[ChannelRow]:
    """Each depth, and then its channels."""
    rows = []
    for depth in found.depths:
        rows.append(_row(found, depth, found.share_of(depth)))
        rows += [_row(found, channel) for channel in depth.channels]
    return rows


def total_row(found: Channels) -> ChannelRow:
    return _row(found, found.total)


def _row(found: Channels, line: Line, share: int | None = None) -> ChannelRow:
    def url(sort: Sort | None) -> str:
        value = TalkValue(name=line.name, sort=sort, since=found.since, until=found.until)
        return f"{reverse('contacts:people')}?{urlencode({'talked': str(value)})}"

    cells = [NumberCell(sort=sort, of=line.cells[sort], url=url(sort)) for sort in SORTS]
    return ChannelRow(of=line, cells=cells, url=url(None), share=share)
