from collections.abc import Callable

import pytest

from contacts import listing
from contacts.choices import Purpose
from contacts.listing import Column, Filter
from contacts.models import Contact
from tests.factories import ConsentFactory, ContactFactory, OrgUnitFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db


def found(selection: dict[str, list[str]]) -> list[Contact]:
    user = UserFactory(role="reader")
    cleaned = listing.clean(selection, user)
    assert cleaned == selection
    return list(listing.apply(Contact.objects.all(), cleaned, user).order_by("pk"))


def a_filter(**fields: object) -> Filter:
    given = {
        "key": "probe",
        "label": "Probe",
        "position": 1,
        "widget": "text",
        "sentence": "%(value)s",
        "apply": lambda people, values, user: people,
    }
    return Filter(**{**given, **fields})


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_filters", dict(listing._filters))
    monkeypatch.setattr(listing, "_columns", dict(listing._columns))


@pytest.mark.parametrize(
    ("fields", "selection"),
    [
        ({"given_name": "José"}, {"q": ["jose"]}),
        ({"city": "Den Haag"}, {"city": ["den haag"]}),
        ({"language": "en"}, {"language": ["en"]}),
        ({"do_not_contact": True}, {"do_not_contact": ["1"]}),
        ({"source": "import"}, {"source": ["import", "api"]}),
    ],
)
def test_filters_of_the_contact_itself(
    fields: dict[str, object], selection: dict[str, list[str]]
) -> None:
    fits = ContactFactory(**fields)
    ContactFactory(city="Den Bosch")

    assert found(selection) == [fits]


def test_filter_by_unit_takes_the_branch_and_by_several_widens() -> None:
    root = OrgUnitFactory()
    below, other, third = OrgUnitFactory(parent=root), OrgUnitFactory(), OrgUnitFactory()
    people = [ContactFactory(unit=unit) for unit in (root, below, other, third)]
    ContactFactory()

    assert found({"unit": [str(root.uid)]}) == people[:2]
    assert found({"unit": [str(root.uid), str(other.uid)]}) == people[:3]


def test_filter_by_tag_takes_those_with_any_of_them_once() -> None:
    java, zorg = TagFactory(name="Java"), TagFactory(name="Zorg")
    both, one, _none = ContactFactory(), ContactFactory(), ContactFactory()
    both.tags.set([java, zorg])
    one.tags.set([zorg])

    assert found({"tag": ["Java", "Zorg"]}) == [both, one]


def test_filter_by_consent_goes_by_the_last_word() -> None:
    agreed, withdrew = ContactFactory(), ContactFactory()
    for contact in (agreed, withdrew):
        ConsentFactory(contact=contact, purpose=Purpose.EVENTS)
    ConsentFactory(contact=withdrew, purpose=Purpose.EVENTS, withdrawn=True)

    assert found({"consent": ["events"]}) == [agreed]
    assert found({"consent": ["network"]}) == []


def test_filter_by_the_day_they_were_added() -> None:
    old, new = ContactFactory(), ContactFactory()
    Contact.objects.filter(pk=old.pk).update(created_at="2026-04-30T21:59:59Z")
    Contact.objects.filter(pk=new.pk).update(created_at="2026-04-30T22:00:00Z")

    assert found({"added": ["2026-05-01"]}) == [new]


def test_units_that_one_may_not_see_are_no_choice() -> None:
    mine, other = OrgUnitFactory(), OrgUnitFactory()
    user = UserFactory(role="reader", unit=mine)

    asked = {"unit": [str(mine.uid), str(other.uid)]}
    assert listing.clean(asked, user) == {"unit": [str(mine.uid)]}


def test_clean_drops_what_is_unknown_empty_or_does_not_fit() -> None:
    listing.register_filter(a_filter(key="number", widget="number"))
    listing.register_filter(a_filter(key="secret", permission="contacts.erase_contact"))
    asked = {
        "city": ["", "  ", "x" * 101],
        "number": ["-1", "ten", "٣", "12"],
        "added": ["2026-02-30", "soon"],
        "do_not_contact": ["yes"],
        "language": ["xx"],
        "password": ["x"],
        "secret": ["x"],
    }

    assert listing.clean(asked, UserFactory(role="reader")) == {"number": ["12"]}


def test_chips_read_as_a_sentence() -> None:
    selection = {
        "do_not_contact": ["1"],
        "added": ["2026-05-01"],
        "city": ["Utrecht", "Gouda", "Delft"],
        "q": ["100%"],
    }

    shown = listing.chips(selection, UserFactory(role="reader"))

    assert [chip.text for chip in shown] == [
        "found by “100%”",
        "in Utrecht, Gouda or Delft",
        "not to be contacted",
        "added since 1 May 2026",
    ]


def test_columns_stand_in_their_order_for_those_who_may_see_them() -> None:
    for key, position, permission in (("b", 1, ""), ("a", 2, "contacts.erase_contact")):
        listing.register_column(
            Column(
                key=key,
                label=key,
                position=position,
                values=lambda contact_ids, user: {},
                permission=permission,
            )
        )

    def keys(role: str) -> list[str]:
        shown = [column.key for column in listing.columns_for(UserFactory(role=role))]
        return [key for key in shown if key in ("a", "b")]

    assert keys("reader") == ["b"]
    assert keys("hr-manager") == ["b", "a"]


@pytest.mark.parametrize(
    "fields", [{"key": "sort"}, {"widget": "choice"}, {"choices": lambda user: []}]
)
def test_register_filter_refuses_what_cannot_work(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"means something|needs choices"):
        listing.register_filter(a_filter(**fields))


def test_a_column_reads_what_stands_on_the_contact_without_a_query(
    django_assert_num_queries: Callable[..., object],
) -> None:
    column = Column(
        key="c", label="C", position=1, read=lambda contact: contact.city, reads=("city",)
    )
    people = [ContactFactory(city="Gouda"), ContactFactory(city="")]
    user = UserFactory()

    with django_assert_num_queries(0):
        values = listing.values_of([column], people, user)

    assert values == {"c": {people[0].pk: "Gouda", people[1].pk: ""}}


def test_register_column_refuses_to_read_what_is_not_fetched() -> None:
    with pytest.raises(ValueError, match="name the fields"):
        listing.register_column(
            Column(key="c", label="C", position=1, read=lambda contact: contact.city)
        )


def test_register_column_refuses_two_ways_to_the_values_and_none() -> None:
    with pytest.raises(ValueError, match="one way"):
        listing.register_column(Column(key="c", label="C", position=1))
