"""How common names, cities and values are: a rare one in common says more than a common one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from typing import Any

from contacts.matching.facts import POSTCODE, STREET
from contacts.matching.nicknames import COMMON_FAMILIES, COMMON_GIVEN

# How much our own counts must weigh before they are believed over what is known of the country.
PRIOR_PEOPLE = 1000
PRIOR_PLACES = 200
RARE_FAMILY = 1 / 6000
RARE_GIVEN = 1 / 700
CITY = 1 / 40
ORGANISATION = 1 / 400
DOMAIN = 1 / 400
EXTRA = 1 / 10
EXTRAS = {POSTCODE: 1 / 1000, STREET: 1 / 2000}


@dataclass(frozen=True)
class Statistics:
    """``people`` is how many there are. The others hold, per value, how many people have it; values
    that few have are not in them. ``extras`` holds, per custom field, the chance that two people
    agree on it; ``crowds``, by key, how many share an address or a number that more than two do.
    """

    people: int = 1000
    families: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)
    cities: Mapping[str, int] = field(default_factory=dict)
    organisations: Mapping[str, int] = field(default_factory=dict)
    domains: Mapping[str, int] = field(default_factory=dict)
    extras: Mapping[str, float] = field(default_factory=dict)
    crowds: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, people: int, counts: Mapping[str, Any]) -> "Statistics":
        return cls(people=people, **{name: counts[name] for name in KEPT if name in counts})

    def as_json(self) -> dict[str, Any]:
        """What is kept. Not the crowds: they are looked up among the keys, and are personal."""
        return {name: dict(getattr(self, name)) for name in KEPT}

    @property
    def needed(self) -> int:
        """The points from which two people are proposed as one.

        The more people there are, the more pairs agree by chance: a tenfold of people asks for
        three points more.
        """
        return round(NEEDED_OF_A_THOUSAND + log2(max(self.people, 1000) / 1000))

    def chance_of_family(self, name: str) -> float:
        return self._chance(self.families, name, COMMON_FAMILIES.get(name, RARE_FAMILY))

    def chance_of_given(self, name: str) -> float:
        return self._chance(self.given, name, COMMON_GIVEN.get(name, RARE_GIVEN))

    def chance_of_city(self, name: str) -> float:
        return self._chance(self.cities, name, CITY, PRIOR_PLACES)

    def chance_of_organisation(self, name: str) -> float:
        return self._chance(self.organisations, name, ORGANISATION, PRIOR_PLACES)

    def chance_of_domain(self, name: str) -> float:
        return self._chance(self.domains, name, DOMAIN, PRIOR_PLACES)

    def chance_of_extra(self, key: str) -> float:
        return max(self.extras.get(key, EXTRAS.get(key, EXTRA)), 1e-6)

    def _chance(
        self, counts: Mapping[str, int], value: str, prior: float, weight: int = PRIOR_PEOPLE
    ) -> float:
        """Of a person picked at random, the chance of that value."""
        return (counts.get(value, 0) + weight * prior) / (self.people + weight)


NEEDED_OF_A_THOUSAND = 17
KEPT = ("families", "given", "cities", "organisations", "domains", "extras")
