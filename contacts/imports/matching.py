"""Who is who: the rows of one file among themselves, and against the people we have.

What names a person, the strongest first: our own id (in a file that we made), a number in another
system, a profile page, an e-mail
address (people share those, so the names must not speak against it), a telephone (households
share those, so the names must agree). A row with none of these is known again only by being
the same row.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.db.models.functions import Lower

from contacts.imports import values
from contacts.imports.drafts import Draft, Named, are_alike, may_be_one
from contacts.imports.places import Place, places_of
from contacts.models import (
    Contact,
    EmailAddress,
    ExternalId,
    ImportRow,
    PhoneNumber,
    SocialProfile,
)

# Pages of one person; a website may be a company's.
PERSONAL = frozenset({SocialProfile.Network.LINKEDIN, SocialProfile.Network.GITHUB})


class Grouping:
    """Which rows of a file are about one person, worked out while it is read.

    Keeps a hash for each key and a name for each row: about 300 bytes a row. Two rows with an own
    id each, of a file that we made, are in doubt however alike they are: if both are people whom
    we have, they stay two.
    """

    def __init__(self, *, trusts_email: bool = False) -> None:
        self._trusts_email = trusts_email
        self._owners: dict[int, list[int]] = {}
        self._parents = array("L")
        self._numbers = array("L")
        self._names: list[Named] = []
        self._ids: dict[int, str] = {}
        self._in_doubt: list[tuple[int, int]] = []

    def add(self, number: int, draft: Draft) -> None:
        place = len(self._parents)
        self._parents.append(place)
        self._numbers.append(number)
        self._names.append(Named(draft.given, draft.family))
        if draft.uid:
            self._ids[place] = draft.uid
        for kind, *key in keys_of(draft):
            owners = self._owners.setdefault(hash((kind, *key)), [])
            fitting = [one for one in owners if self._fits(kind, one, place)]
            if not any(self._join(one, place) for one in fitting):
                self._in_doubt += [(one, place) for one in fitting[:1]]
                owners.append(place)

    @property
    def ids_in_doubt(self) -> set[str]:
        """Own ids of rows that seem to be about one person."""
        places = {self._root(place) for pair in self._in_doubt for place in pair}
        return {self._ids[place] for place in places if place in self._ids}

    def same_person(self, ours: Collection[str] = ()) -> dict[int, int]:
        """The number of each row that is not the first about its person: that of the first.
        ``ours``: those of ``ids_in_doubt`` by which we know somebody.
        """
        for one, other in self._in_doubt:
            roots = self._root(one), self._root(other)
            if not all(self._ids.get(root) in ours for root in roots):
                first, second = sorted(roots, key=lambda root: self._ids.get(root) not in ours)
                if first != second:
                    self._ids.pop(second, None)
                    self._join(first, second)
        found = {}
        for place, number in enumerate(self._numbers):
            first = self._numbers[self._root(place)]
            if first != number:
                found[number] = first
        return found

    def _fits(self, kind: str, one: int, other: int) -> bool:
        if kind == "email" and not self._trusts_email:
            return may_be_one(self._names[one], self._names[other])
        if kind == "phone":
            return are_alike(self._names[one], self._names[other])
        return True

    def _join(self, one: int, other: int) -> bool:
        first, second = sorted((self._root(one), self._root(other)))
        ids = {self._ids[root] for root in (first, second) if root in self._ids}
        if len(ids) > 1:
            return False
        self._parents[second] = first
        for own in ids:
            self._ids[first] = own
        return True

    def _root(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place


def keys_of(draft: Draft) -> Iterable[tuple[str, ...]]:
    if draft.uid:
        yield "own", draft.uid
    for system, value in draft.external_ids:
        yield "external_id", system, value
    for network, url in draft.profiles:
        if network in PERSONAL:
            yield "profile", url
    for address in draft.emails:
        yield "email", address
    for number in draft.phones:
        yield "phone", number
    if not draft.has_key:
        yield "row", draft.digest()


@dataclass(slots=True)
class Known:
    """A person we have, with all by which they are reached, in the forms of the drafts.

    ``has_email``, ``has_phone`` and ``has_place``: one of them is the primary one already.
    ``labels`` are those that stand in the database, with the id of the row: by address, by number
    and by the key of a place.
    """

    contact: Contact
    has_email: bool = False
    has_phone: bool = False
    has_place: bool = False
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    profiles: list[tuple[str, str]] = field(default_factory=list)
    external_ids: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    labels: dict[Hashable, tuple[int, str]] = field(default_factory=dict)

    @property
    def named(self) -> Named:
        return Named(self.contact.given_name, self.contact.family_name)


@dataclass(slots=True)
class Match:
    """Who a group of rows is, if anyone; who else some key of it points at."""

    known: Known | None = None
    others: list[Known] = field(default_factory=list)
    shares_email_with: list[Known] = field(default_factory=list)
    taken_ids: list[tuple[str, str]] = field(default_factory=list)


_STRENGTH = ("own", "external_id", "profile", "email", "phone", "row")


class Directory:
    """Everyone that the keys of some rows point at, in a fixed number of queries.

    ``unit_ids`` (None: all) are the units whose people the importer may see: of others nothing
    is matched, since a match would tell that they are here. ``locks``: nobody else may change
    them until the transaction ends.
    """

    def __init__(
        self, drafts: Collection[Draft], unit_ids: Sequence[int] | None, *, locks: bool = False
    ) -> None:
        self._by_key: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        keys: defaultdict[str, set[str]] = defaultdict(set)
        for draft in drafts:
            for kind, *key in keys_of(draft):
                keys[kind].add(key[-1])
        self._find(keys)
        ids = {pk for found in self._by_key.values() for pk in found}
        self.known = _load(ids, unit_ids, locks=locks)

    def match(self, drafts: Sequence[Draft], *, trusts_email: bool = False) -> Match:
        """The strongest key decides; of one kind, the first row's."""
        match = Match()
        candidates: list[Known] = []
        if not self._by_key:
            return match
        keyed = [(key, draft) for draft in drafts for key in keys_of(draft) if key in self._by_key]
        for key, draft in sorted(keyed, key=lambda one: _STRENGTH.index(one[0][0])):
            self._look_up(key, draft, match, candidates, trusts_email)
        if candidates:
            match.known = candidates[0]
            match.others = candidates[1:]
        return match

    def _look_up(
        self,
        key: tuple[str, ...],
        draft: Draft,
        match: Match,
        candidates: list[Known],
        trusts_email: bool,
    ) -> None:
        for pk in self._by_key[key]:
            known = self.known.get(pk)
            if known is None:
                if key[0] == "external_id":
                    match.taken_ids.append((key[1], key[2]))
            elif _speaks_for(key[0], draft, known, trusts_email):
                if known not in candidates:
                    candidates.append(known)
            elif key[0] == "email" and known not in match.shares_email_with:
                match.shares_email_with.append(known)

    def _find(self, keys: dict[str, set[str]]) -> None:
        given = {kind: list(values) for kind, values in keys.items()}
        held = {
            "own": Contact.objects.filter(uid__in=given.get("own", ())).values_list("pk", "uid"),
            "external_id": ExternalId.objects.filter(
                value__any=given.get("external_id", ())
            ).values_list("contact_id", "system", "value"),
            "profile": SocialProfile.objects.filter(url__any=given.get("profile", ())).values_list(
                "contact_id", "url"
            ),
            "email": EmailAddress.objects.annotate(low=Lower("address"))
            .filter(low__any=given.get("email", ()))
            .values_list("contact_id", "low"),
            "phone": PhoneNumber.objects.filter(number__any=given.get("phone", ())).values_list(
                "contact_id", "number"
            ),
            "row": ImportRow.objects.exclude(digest="")
            .filter(digest__any=given.get("row", ()), contact__isnull=False)
            .values_list("contact_id", "digest"),
        }
        for kind in (kind for kind in held if given.get(kind)):
            for pk, *key in sorted(held[kind].order_by()):
                self._by_key[(kind, *map(str, key))].append(int(pk))


def _speaks_for(kind: str, draft: Draft, known: Known, trusts_email: bool) -> bool:
    if kind == "email":
        return trusts_email or may_be_one(draft, known.named)
    if kind == "phone":
        return are_alike(draft, known.named)
    return True


def _load(ids: set[int], unit_ids: Sequence[int] | None, *, locks: bool) -> dict[int, Known]:
    if not ids:
        return {}
    people = Contact.objects.filter(pk__any=ids, merged_into=None, erased_at=None)
    if unit_ids is not None:
        people = people.filter(unit__in=unit_ids)
    if locks:
        people = people.select_for_update(no_key=True)
    known = {contact.pk: Known(contact) for contact in people.order_by("pk")}
    _fill(known)
    return known


def _fill(known: dict[int, Known]) -> None:
    emails = _owned(EmailAddress, known)
    for pk, address, *label in emails.values_list("contact_id", "address", "pk", "label"):
        known[pk].emails.append(address.casefold())
        known[pk].labels[address.casefold()] = (label[0], label[1])
    phones = _owned(PhoneNumber, known)
    for pk, number, *label in phones.values_list("contact_id", "number", "pk", "label"):
        known[pk].phones.append(number)
        known[pk].labels[number] = (label[0], label[1])
    for pk, network, url in _owned(SocialProfile, known).values_list(
        "contact_id", "network", "url"
    ):
        known[pk].profiles.append(values.profile(url) or (network, url))
    for pk, system, value in _owned(ExternalId, known).values_list("contact_id", "system", "value"):
        known[pk].external_ids.append((system, value))
    tags = _owned(Contact.tags.through, known)
    for pk, name in tags.values_list("contact_id", "tag__name"):
        known[pk].tags.append(name.casefold())
    for pk, places in places_of(known).items():
        known[pk].places, known[pk].has_place = [place for _id, place in places], True
        known[pk].labels.update((place.key, (row, place.label)) for row, place in places)
    for person in known.values():
        person.has_email, person.has_phone = bool(person.emails), bool(person.phones)


def _owned(model: type[models.Model], known: dict[int, Known]) -> models.QuerySet[models.Model]:
    return model._default_manager.filter(contact_id__any=known).order_by("pk")
