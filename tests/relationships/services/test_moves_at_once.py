"""Many hands on few cards, by real connections: the bench of a thousand moves, made small."""

import pytest

from bench.moves import broken, make_cards, storm_of_moves
from relationships.models import StageTransition

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_moves_at_once_on_twenty_cards_add_up() -> None:
    cards = make_cards(20)

    storm = storm_of_moves(cards, moves=200, connections=10)

    assert storm.errors == []
    assert storm.accounted == 200
    assert len(set(storm.made)) == len(storm.made) > 20
    assert broken(cards, storm) == []
    # The beginnings, and every move that somebody was told was made.
    assert StageTransition.objects.count() == 20 + len(storm.made)
    assert set(storm.refused) == {"transition_refused"}
    assert storm.sentences["transition_refused"].endswith(".")


def test_a_history_that_does_not_add_up_is_found() -> None:
    cards = make_cards(2)
    storm = storm_of_moves(cards, moves=20, connections=2)
    last = StageTransition.objects.filter(pk__in=storm.made).order_by("-pk")[0]
    gone = StageTransition.objects.filter(pk=last.pk)
    assert gone.delete()[0] == 1

    assert broken(cards, storm) == [last.relationship_id, last.pk]
