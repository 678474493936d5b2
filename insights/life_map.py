"""The drawing of the life-cycle map: where each state stands, and how each arrow runs.

Drawn on the server, so that it is there in print and without a script. Numbers are words in it, and
every box and arrow is a link to its people; the tables beside it say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from insights.choices import State
from insights.lists import flow_value
from insights.selectors.life_cycle import Arrow, LifeCycle

WIDTH, HEIGHT = 960, 470
BOX = (136, 58)
# The middle of each box. The way runs to the right and comes back above.
_PLACES = {
    State.KNOWN: (80, 235),
    State.PROSPECT: (310, 235),
    State.RETURNER: (560, 60),
    State.EMPLOYEE: (560, 235),
    State.FREELANCER: (430, 400),
    State.ALUMNUS: (860, 235),
    State.PAST: (700, 400),
}
# Drawn also while nobody goes along them: the way as it is meant, round to renewed contact.
USUAL = (
    Arrow(State.KNOWN, State.PROSPECT),
    Arrow(State.PROSPECT, State.EMPLOYEE),
    Arrow(State.PROSPECT, State.FREELANCER),
    Arrow(State.EMPLOYEE, State.ALUMNUS),
    Arrow(State.ALUMNUS, State.RETURNER),
    Arrow(State.RETURNER, State.ALUMNUS),
)
# More would hide each other; the table has them all.
MOST_ARROWS = 16
_THINNEST, _THICKEST = 1.25, 6.0


@dataclass(frozen=True, kw_only=True)
class Box:
    """``x`` and ``y``: its upper left corner."""

    state: State
    label: str | Promise
    people: int
    url: str
    x: int
    y: int
    middle: int


@dataclass(frozen=True, kw_only=True)
class Way:
    """An arrow that is drawn as ``path``, its number at (``x``, ``y``)."""

    arrow: Arrow
    people: int
    url: str
    path: str = ""
    width: float = 0
    x: float = 0
    y: float = 0


@dataclass(frozen=True, kw_only=True)
class LifeMap:
    boxes: Sequence[Box]
    drawn: Sequence[Way]
    ways: Sequence[Way]
    left_out: int


def life_map(found: LifeCycle) -> LifeMap:
    flows = dict(sorted(found.flows.items(), key=lambda one: (-one[1], one[0])))
    straying = [arrow for arrow in flows if arrow not in USUAL and arrow.source != arrow.target]
    shown = [*USUAL, *straying[: MOST_ARROWS - len(USUAL)]]
    most = max([flows.get(arrow, 0) for arrow in shown] + [1])
    return LifeMap(
        boxes=[_box(state, found.people[state]) for state in State],
        drawn=[_drawn(arrow, flows.get(arrow, 0), most, found) for arrow in shown],
        ways=[_way(arrow, people, found) for arrow, people in flows.items()],
        left_out=len(straying[MOST_ARROWS - len(USUAL) :]),
    )


def _box(state: State, people: int) -> Box:
    x, y = _PLACES[state]
    return Box(
        state=state,
        label=state.label,
        people=people,
        url=_people_url("life_state", state.value),
        x=x - BOX[0] // 2,
        y=y - BOX[1] // 2,
        middle=x,
    )


def _way(arrow: Arrow, people: int, found: LifeCycle) -> Way:
    value = flow_value(arrow, found.since, found.until)
    return Way(arrow=arrow, people=people, url=_people_url("life_flow", value))


def _drawn(arrow: Arrow, people: int, most: int, found: LifeCycle) -> Way:
    """A curve from box to box, bent to its own left, so that there and back lie apart."""
    (x1, y1), (x2, y2) = _PLACES[arrow.source], _PLACES[arrow.target]
    length = hypot(x2 - x1, y2 - y1)
    bend = 0.0 if arrow in USUAL[:2] else 18 + 0.12 * length
    across = ((y2 - y1) / length * bend, -(x2 - x1) / length * bend)
    middle = ((x1 + x2) / 2 + 2 * across[0], (y1 + y2) / 2 + 2 * across[1])
    begin = _edge((x1, y1), middle, 2)
    end = _edge((x2, y2), middle, 9)
    top = (
        begin[0] / 4 + middle[0] / 2 + end[0] / 4,
        begin[1] / 4 + middle[1] / 2 + end[1] / 4,
    )
    way = _way(arrow, people, found)
    return Way(
        arrow=arrow,
        people=people,
        url=way.url,
        path=f"M{begin[0]:.1f} {begin[1]:.1f}Q{middle[0]:.1f} {middle[1]:.1f}"
        f" {end[0]:.1f} {end[1]:.1f}",
        width=round(_THINNEST + (_THICKEST - _THINNEST) * people / most, 2),
        x=round(top[0], 1),
        y=round(top[1], 1),
    )


def _edge(
    box: tuple[float, float], towards: tuple[float, float], apart: float
) -> tuple[float, float]:
    """Where the line from the middle of a box leaves it, and ``apart`` further."""
    dx, dy = towards[0] - box[0], towards[1] - box[1]
    half = (BOX[0] / 2 + apart, BOX[1] / 2 + apart)
    share = min(
        half[0] / abs(dx) if dx else float("inf"), half[1] / abs(dy) if dy else float("inf")
    )
    return box[0] + dx * share, box[1] + dy * share


def _people_url(key: str, value: str) -> str:
    return f"{reverse('contacts:people')}?{urlencode({key: value})}"
