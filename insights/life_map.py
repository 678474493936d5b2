"""The drawing of the life-cycle map: where each state stands, and how each arrow runs.

Drawn on the server, so that it is there in print and without a script. Numbers are words in it, and
every box and arrow is a link to its people; the tables beside it say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import dist
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from insights.choices import State
from insights.lists import flow_value
from insights.selectors.life_cycle import Arrow, LifeCycle

WIDTH, HEIGHT = 960, 500
BOX = (136, 58)
# The middle of each box. The way runs to the right and comes back above.
_PLACES = {
    State.KNOWN: (80, 250),
    State.PROSPECT: (320, 250),
    State.EMPLOYEE: (580, 165),
    State.FREELANCER: (580, 335),
    State.ALUMNUS: (870, 250),
    State.RETURNER: (730, 45),
    State.PAST: (800, 450),
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
# How far from a box an arrow keeps that has nothing to do there; what its number takes.
_BERTH, _NUMBER = 10, (44, 24)
Point = tuple[float, float]


@dataclass(frozen=True)
class _Curve:
    """From ``begin`` to ``end``, drawn towards ``middle``; its number stands at ``number``."""

    begin: Point
    middle: Point
    end: Point
    number: Point

    @property
    def path(self) -> str:
        places = [f"{x:.1f} {y:.1f}" for x, y in (self.begin, self.middle, self.end)]
        return f"M{places[0]}Q{places[1]} {places[2]}"

    def at(self, t: float) -> Point:
        return (
            (1 - t) ** 2 * self.begin[0] + 2 * t * (1 - t) * self.middle[0] + t * t * self.end[0],
            (1 - t) ** 2 * self.begin[1] + 2 * t * (1 - t) * self.middle[1] + t * t * self.end[1],
        )


@dataclass(frozen=True, kw_only=True)
class Box:
    """``x`` and ``y``: its upper left corner. ``came`` and ``went``: the arrows that lead to it and
    away from it, the most people first.
    """

    state: State
    label: str | Promise
    people: int
    url: str
    x: int
    y: int
    middle: int
    came: "Sequence[Way]" = ()
    went: "Sequence[Way]" = ()


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
    """Boxes and arrows in their places, and every arrow once more for the table."""
    flows = dict(sorted(found.flows.items(), key=lambda one: (-one[1], one[0])))
    straying = [arrow for arrow in flows if arrow not in USUAL and arrow.source != arrow.target]
    shown = [*USUAL, *straying[: MOST_ARROWS - len(USUAL)]]
    most = max([flows.get(arrow, 0) for arrow in shown] + [1])
    ways = [_way(arrow, people, found) for arrow, people in flows.items()]
    return LifeMap(
        boxes=[_box(state, found.people[state], ways) for state in State],
        drawn=[
            _drawn(arrow, curve, flows.get(arrow, 0), most, found)
            for arrow, curve in zip(shown, _curves(tuple(shown)), strict=True)
        ],
        ways=ways,
        left_out=len(straying[MOST_ARROWS - len(USUAL) :]),
    )


def _box(state: State, people: int, ways: Sequence[Way]) -> Box:
    x, y = _PLACES[state]
    return Box(
        state=state,
        label=state.label,
        people=people,
        url=_people_url("life_state", state.value),
        x=x - BOX[0] // 2,
        y=y - BOX[1] // 2,
        middle=x,
        came=[way for way in ways if way.arrow.target is state],
        went=[way for way in ways if way.arrow.source is state],
    )


def _way(arrow: Arrow, people: int, found: LifeCycle) -> Way:
    value = flow_value(arrow, found.since, found.until)
    return Way(arrow=arrow, people=people, url=_people_url("life_flow", value))


def _drawn(arrow: Arrow, curve: _Curve, people: int, most: int, found: LifeCycle) -> Way:
    return Way(
        arrow=arrow,
        people=people,
        url=_way(arrow, people, found).url,
        path=curve.path,
        width=round(_THINNEST + (_THICKEST - _THINNEST) * people / most, 2),
        x=round(curve.number[0], 1),
        y=round(curve.number[1], 1),
    )


@lru_cache(maxsize=256)
def _curves(arrows: tuple[Arrow, ...]) -> list[_Curve]:
    """For each arrow the flattest curve that touches no other box, with room for its number.

    Each is bent to its own left first, so that there and back lie apart. Which arrows there are
    changes seldom, so that this is worked out once.
    """
    placed: list[_Curve] = []
    for arrow in arrows:
        has_back = Arrow(arrow.target, arrow.source) in arrows
        length = dist(_PLACES[arrow.source], _PLACES[arrow.target])
        gentle = 20 + 0.06 * length
        bends = [0.0] if not has_back else []
        bends += [side * gentle * n for n in (1, 1.7, 2.6, 3.6, 4.8) for side in (1, -1)]
        curves = [_curve(arrow, bend) for bend in bends]
        ways = [_with_number(curve, placed) for curve in curves if _is_clear(curve, arrow)]
        free = [curve for curve in ways if curve is not None]
        placed.append(free[0] if free else curves[0])
    return placed


def _curve(arrow: Arrow, bend: float) -> _Curve:
    (x1, y1), (x2, y2) = _PLACES[arrow.source], _PLACES[arrow.target]
    length = dist((x1, y1), (x2, y2))
    across = ((y2 - y1) / length * bend, -(x2 - x1) / length * bend)
    middle = ((x1 + x2) / 2 + 2 * across[0], (y1 + y2) / 2 + 2 * across[1])
    begin, end = _edge((x1, y1), middle, 2), _edge((x2, y2), middle, 11)
    curve = _Curve(begin, middle, end, (0, 0))
    return replace(curve, number=curve.at(0.5))


def _is_clear(curve: _Curve, arrow: Arrow) -> bool:
    others = [
        place for state, place in _PLACES.items() if state not in (arrow.source, arrow.target)
    ]
    half = (BOX[0] / 2 + _BERTH, BOX[1] / 2 + _BERTH)
    points = [curve.at(n / 24) for n in range(1, 24)]
    return all(
        0 < x < WIDTH
        and 0 < y < HEIGHT
        and not any(_is_within((x, y), one, half) for one in others)
        for x, y in points
    )


def _with_number(curve: _Curve, placed: Sequence[_Curve]) -> _Curve | None:
    """The curve with its number where neither a box nor another number stands."""
    half = ((BOX[0] + _NUMBER[0]) / 2, (BOX[1] + _NUMBER[1]) / 2)
    for t in (0.5, 0.42, 0.58, 0.34, 0.66):
        place = curve.at(t)
        is_free = not any(_is_within(place, one, half) for one in _PLACES.values())
        if is_free and not any(_is_within(place, one.number, _NUMBER) for one in placed):
            return replace(curve, number=place)
    return None


def _is_within(point: Point, middle: Point, half: Point) -> bool:
    return abs(point[0] - middle[0]) < half[0] and abs(point[1] - middle[1]) < half[1]


def _edge(box: Point, towards: Point, apart: float) -> Point:
    """Where the line from the middle of a box leaves it, and ``apart`` further."""
    dx, dy = towards[0] - box[0], towards[1] - box[1]
    half = (BOX[0] / 2 + apart, BOX[1] / 2 + apart)
    share = min(
        half[0] / abs(dx) if dx else float("inf"), half[1] / abs(dy) if dy else float("inf")
    )
    return box[0] + dx * share, box[1] + dy * share


def _people_url(key: str, value: str) -> str:
    return f"{reverse('contacts:people')}?{urlencode({key: value})}"
