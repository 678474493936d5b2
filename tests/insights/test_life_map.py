from datetime import date
from itertools import permutations

import pytest

from insights.choices import State
from insights.life_map import _PLACES, BOX, HEIGHT, WIDTH, _curves, _is_within, life_map
from insights.selectors.life_cycle import Arrow, LifeCycle

SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 31)
ALL = [Arrow(source, target) for source, target in permutations(State, 2)]


def cycle(flows: dict[Arrow, int]) -> LifeCycle:
    return LifeCycle(people=dict.fromkeys(State, 7), flows=flows, since=SINCE, until=UNTIL)


@pytest.mark.parametrize("arrow", ALL, ids=lambda one: f"{one.source}-{one.target}")
def test_an_arrow_touches_no_box_but_its_own(arrow: Arrow) -> None:
    (curve,) = _curves((arrow,))

    half = (BOX[0] / 2, BOX[1] / 2)
    for n in range(1, 50):
        x, y = curve.at(n / 50)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
        assert not any(_is_within((x, y), place, half) for place in _PLACES.values())


def test_the_usual_way_is_drawn_and_the_rest_stands_in_the_table() -> None:
    flows = {arrow: 30 - n for n, arrow in enumerate(ALL[:30])}
    flows[Arrow(State.PROSPECT, State.PROSPECT)] = 2

    found = life_map(cycle(flows))

    assert len(found.boxes) == 7
    assert len(found.drawn) == 16
    assert [way.people for way in found.ways] == sorted(flows.values(), reverse=True)
    shown = {way.arrow for way in found.drawn}
    assert found.left_out == len([one for one in ALL[:30] if one not in shown])
    assert Arrow(State.ALUMNUS, State.RETURNER) in shown
    widest = max(found.drawn, key=lambda way: way.people)
    assert (widest.width, min(way.width for way in found.drawn)) == (6.0, 1.25)


def test_numbers_stand_apart() -> None:
    usual = list(life_map(cycle({})).drawn)
    places = [(way.x, way.y) for way in usual]
    assert len(set(places)) == len(places)
    for at, place in enumerate(places):
        assert not any(_is_within(place, other, (44, 24)) for other in places[at + 1 :])
