"""Three campaigns: one that ended, one half-way, one to be started."""

from datetime import date
from random import Random

from contacts.models import Contact
from trm.demo.history import Colleague
from trm.demo.lives import Life


def make_campaigns(
    lives: list[Life],
    contacts: list[Contact],
    *,
    colleagues: list[Colleague],
    rng: Random,
    today: date,
) -> None:
    """Filled in below, once campaigns can be."""
