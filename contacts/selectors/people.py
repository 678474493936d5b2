"""How many people there are."""

from dataclasses import dataclass

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet

COUNT_LIMIT = 1000
SORTED_AT_ONCE = 20_000


@dataclass(frozen=True)
class Count:
    """How many there are, counted no further than the limit."""

    number: int
    is_more: bool


def count_of(people: ContactQuerySet) -> Count:
    found = people.order_by().values("pk")[: COUNT_LIMIT + 1].count()
    return Count(min(found, COUNT_LIMIT), found > COUNT_LIMIT)


def few_of(people: ContactQuerySet, *, is_search: bool) -> tuple[ContactQuerySet, Count]:
    """``people`` in a form that is quick to put in any order, and how many they are.

    Left to itself, the database often walks everybody in the order asked for and looks who fits.
    So few are named one by one. Many are left to it, for it meets a page of them soon; but not
    those found by a part of their name, who stand together and perhaps at the far end: some
    thousands of these are found first and put in order after.
    """
    found = people.order_by().values_list("pk", flat=True)
    ids = list(found[: COUNT_LIMIT + 1])
    if len(ids) <= COUNT_LIMIT:
        return Contact.objects.filter(pk__in=ids), Count(len(set(ids)), is_more=False)
    number = found[: SORTED_AT_ONCE + 1].count() if is_search else SORTED_AT_ONCE + 1
    if number > SORTED_AT_ONCE:
        return people, Count(COUNT_LIMIT, is_more=True)
    # The limit makes the subquery one that is run by itself.
    return Contact.objects.filter(pk__in=found[:SORTED_AT_ONCE]), Count(number, is_more=False)
