"""What the search box answers: in which order, why, how many, and to whom not."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from contacts.models import Contact, RoleGrant, SearchWord
from contacts.searching.matching import Matcher
from contacts.searching.queries import parse
from contacts.selectors import people as counting
from contacts.selectors import search
from contacts.selectors.search import find_people, suggestions
from contacts.selectors.search_texts import Texts, find_texts
from contacts.services.contacts import create_contact, update_contact
from contacts.services.privacy import erase_person
from contacts.services.search_words import learn_words, tidy_words
from core.models import Role, User
from relationships.models import PersonalFact
from tests.factories import (
    ContactFactory,
    ContactSkillFactory,
    DocumentFactory,
    DocumentVersionFactory,
    FollowUpFactory,
    InteractionFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    SkillFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(role="hr-manager")


def found(user: User, text: str, *, limit: int = 20) -> list[str]:
    return [hit.contact.full_name for hit in find_people(user, text, limit=limit).hits]


def known(given: str, family: str, **fields: object) -> Contact:
    """A person whose words have been learnt, as they are once a write is committed."""
    contact = ContactFactory(given_name=given, family_name=family, **fields)
    learn_words(contact_ids=[contact.pk])
    return contact


def test_a_name_goes_before_an_address_and_that_before_a_position(user: User) -> None:
    ContactFactory(given_name="Aad", family_name="Bos", headline="Vosser", city="Vosdorp")
    ContactFactory(given_name="Bea", family_name="Bos", email="vos@example.org")
    ContactFactory(given_name="Cas", family_name="Voskuil")
    ContactFactory(given_name="Vosje", family_name="Smit")
    ContactFactory(given_name="Vos", family_name="Aalders")
    ContactFactory(given_name="Zoë", family_name="Vos")

    expected = ["Zoë Vos", "Vos Aalders", "Cas Voskuil", "Vosje Smit", "Bea Bos", "Aad Bos"]
    assert found(user, "vos") == expected
    for limit in range(1, 6):
        assert found(user, "vos", limit=limit) == expected[:limit]


def test_suggestions_are_the_likeliest_of_those_given() -> None:
    inside = ContactFactory(given_name="Vosje", family_name="Aalders")
    second = ContactFactory(given_name="Ben", family_name="Vos")
    first = ContactFactory(given_name="Ada", family_name="Vos")
    ContactFactory(family_name="Smit")

    def suggested(words: str, *, limit: int = 6) -> list[Contact]:
        return suggestions(Contact.objects.exclude(given_name="Zed"), words, limit=limit)

    ContactFactory(given_name="Zed", family_name="Vos")
    assert suggested("vos") == [first, second, inside]
    assert suggested("vos", limit=2) == [first, second]
    assert suggested("aalders vosje") == [inside]
    assert suggested("nobody") == []
    assert suggested(" -vos") == []


def test_words_in_the_order_of_the_name_go_before_others(user: User) -> None:
    ContactFactory(given_name="Anna Jan", family_name="Bos")
    ContactFactory(given_name="Jan", infix="de", family_name="Annaert")
    ContactFactory(given_name="Jan", family_name="Anna")

    assert found(user, "jan anna") == ["Jan Anna", "Anna Jan Bos", "Jan de Annaert"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("vo", [("", "Ida "), ("x", "Vo"), ("", "s")]),
        ("van der vos ida", [("x", "Ida"), ("", " "), ("x", "van"), ("", " "), ("x", "der")]),
        ("IDA", [("x", "Ida"), ("", " van der Vos")]),
    ],
)
def test_what_was_found_is_marked_in_the_name(
    user: User, typed: str, expected: list[tuple[str, str]]
) -> None:
    infix = "van der" if typed != "vo" else ""
    ContactFactory(given_name="Ida", infix=infix, family_name="Vos")

    (hit,) = find_people(user, typed, limit=5).hits

    assert [("x" if is_it else "", text) for text, is_it in hit.name][: len(expected)] == expected


def test_it_is_said_why_somebody_was_found(user: User) -> None:
    person = ContactFactory(
        given_name="Ida",
        family_name="Bos",
        birth_name="Kwast",
        headline="Adviseur",
        email="ida.bos@zuid.example",
    )
    PhoneNumberFactory(contact=person, number="+31612345678", is_primary=True)
    person.tags.add(TagFactory(name="Mentor"))

    def reasons(typed: str) -> list[tuple[str, str, str]]:
        (hit,) = find_people(user, typed, limit=5).hits
        return [
            (
                one.icon,
                str(one.label),
                "".join(f"[{text}]" if is_it else text for text, is_it in one.text),
            )
            for one in hit.reasons
        ]

    assert reasons("ida") == []
    assert reasons("advis ida") == []
    assert reasons("kwas") == [("user-round", "Name at birth", "[Kwas]t")]
    assert reasons("zuid") == [("mail", "", "ida.bos@[zuid].example")]
    assert reasons("ida.bos@zu") == [("mail", "", "[ida.bos@zu]id.example")]
    assert reasons("idabos") == [("mail", "", "[ida.bos@zuid.example]")]
    assert reasons("06 1234") == [("phone", "", "[06 12345678]")]
    assert reasons("ment") == [("tag", "Tag", "[Ment]or")]


def test_counting_stops_at_the_limit(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNT_LIMIT", 3)
    for given in "ABC":
        ContactFactory(given_name=given, family_name="Vos")
    assert find_people(user, "vos", limit=2).count == counting.Count(3, is_more=False)
    assert find_people(user, "vos", limit=5).count == counting.Count(3, is_more=False)
    ContactFactory(given_name="D", family_name="Vos")

    assert find_people(user, "vos", limit=2).count == counting.Count(3, is_more=True)
    assert find_people(user, "example OR vos", limit=2).count == counting.Count(3, is_more=True)


@pytest.mark.parametrize("text", ["", "  ", "-vos", '"', "- - -"])
def test_nothing_asked_finds_nobody(user: User, text: str) -> None:
    ContactFactory()

    assert find_people(user, text, limit=5).hits == []
    assert find_texts(user, text, limit=5) == Texts([], counting.Count(0, is_more=False))


@pytest.mark.parametrize(
    ("given", "family", "typed"),
    [
        ("Anna", "Jansen", "jansne"),
        ("Anna", "Jansen", "jnasen"),
        ("Anna", "Jansen", "jannsen"),
        ("Anna", "Jansen", "anna jasnen"),
        ("Marieke", "Bos", "mareike bos"),
        ("Marieke", "Bos", "marik"),
        ("Ida", "Schouten", "schoten"),
        ("Ida", "Verhoeven", "verhoevn"),
        ("Ida", "Utrecht", "uterch"),
        ("Grigori", "Ivanov", "Григорий"),
        ("Григорий", "Иванов", "grigory"),
        ("محمد", "Bos", "mohammed"),
        ("Mohammed", "Bos", "محمد"),
        ("שפירא", "", "shapira"),
    ],
)
def test_slips_and_other_scripts_are_forgiven(
    user: User, given: str, family: str, typed: str
) -> None:
    wanted = known(given, family)
    known("Otto", "Kwast")

    assert found(user, typed) == [wanted.full_name]


def test_a_slip_in_a_skill_or_a_tag_is_forgiven(user: User) -> None:
    able = known("Ida", "Bos")
    ContactSkillFactory(contact=able, skill=SkillFactory(name_en="Python"))
    tagged = known("Otto", "Kwast")
    tagged.tags.add(TagFactory(name="Alumnidag"))

    skilled = find_people(user, "pyhton", limit=5)

    assert [(hit.contact, hit.reasons[0].label) for hit in skilled.hits] == [(able, "Skill")]
    assert skilled.meant == ["python"]
    assert found(user, "alumindag") == ["Otto Kwast"]
    assert found(user, "bos pyhton") == ["Ida Bos"]
    assert found(user, "kwast pyhton") == []
    assert found(user, "-pyhton kwats") == ["Otto Kwast"]


def test_who_is_spelt_otherwise_is_found_beside_who_is_spelt_so(user: User) -> None:
    known("Mohammed", "Bos")
    known("محمد", "Bos")

    assert sorted(found(user, "mohammed")) == ["Mohammed Bos", "محمد Bos"]


def test_a_word_that_finds_somebody_is_not_corrected(user: User) -> None:
    known("Jan", "Jansen")
    known("Jan", "Janssen")

    result = find_people(user, "jansen", limit=5)

    assert [hit.contact.family_name for hit in result.hits] == ["Jansen"]
    assert result.meant == []
    assert find_people(user, "jansem", limit=5).meant == ["jansen", "janssen"]


@pytest.mark.parametrize("typed", ["vso", '"jansne"', "jansne -jansen", "0612345679"])
def test_what_is_short_quoted_unwanted_or_a_number_is_not_forgiven(user: User, typed: str) -> None:
    known("Jan", "Jansen")
    PhoneNumberFactory(contact=known("Ida", "Vos"), number="+31612345678")

    assert found(user, typed) == []


@pytest.mark.django_db(transaction=True)
def test_words_are_learnt_with_the_commit_and_forgotten_with_the_last_who_had_them() -> None:
    one = create_contact(actor=None, given_name="Kwirien", family_name="Zandstra")
    other = create_contact(actor=None, given_name="Ida", family_name="Zandstra")
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"kwirien", "zandstra", "ida"}

    update_contact(contact=other, actor=None, given_name="Ina")
    assert SearchWord.objects.filter(word__in=["ina", "ida"]).count() == 2
    assert tidy_words() == 1
    assert not SearchWord.objects.filter(word="ida").exists()

    erase_person(contact=one, actor=None)
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"zandstra", "ina"}


def test_a_text_is_found_by_other_forms_of_its_words(user: User) -> None:
    person = ContactFactory(given_name="Ida", family_name="Bos", note="Zij sprak over reünies.")
    at = timezone.now() - timedelta(days=3)
    InteractionFactory(
        contact=person,
        happened_at=at,
        summary="Koffie",
        body="She was interviewing engineers in Utrecht.",
    )
    FollowUpFactory(contact=person, title="Bel over de vacature", body="")

    def texts(typed: str) -> list[tuple[str, str]]:
        result = find_texts(user, typed, limit=5)
        assert result.count.number == len(result.hits)
        return [
            (hit.source.key, "".join(f"[{text}]" if is_it else text for text, is_it in hit.text))
            for hit in result.hits
        ]

    assert texts("reunie") == [("note", "Zij sprak over [reünie]s.")]
    interview = "Koffie · She was [interview]ing engineers in Utrecht."
    assert texts("interviews") == [("interactions", interview)]
    assert texts('"interviewing engineers"')[0][0] == "interactions"
    assert texts('"engineers interviewing"') == []
    assert texts("interview -utrecht") == []
    assert [key for key, _text in texts("vacatures OR reunie")] == ["follow_ups", "note"]
    # A word of the person and one of the text.
    assert texts("bos interview") == [("interactions", interview)]
    assert texts("smit interview") == []
    # Words that every text holds find none by themselves.
    assert texts("over de") == []


def test_a_document_is_found_by_its_words_as_it_is_now() -> None:
    person = ContactFactory(family_name="Bos")
    cv = DocumentVersionFactory(
        document=DocumentFactory(contact=person), text="Kubernetes en Rust"
    ).document
    DocumentVersionFactory(
        document=DocumentFactory(contact=person, is_confidential=True), text="Rust, vertrouwelijk"
    )
    recruiter = UserFactory(role="recruiter")

    def found(typed: str) -> list[str]:
        result = find_texts(recruiter, typed, limit=5)
        assert result.count.number == len(result.hits)
        return [f"{hit.source.key} {hit.contact.family_name}" for hit in result.hits]

    assert found("rust") == found("bos rust") == ["documents Bos"]
    assert found("vertrouwelijk") == []

    DocumentVersionFactory(document=cv, number=2, text="Python")
    assert (found("kubernetes"), found("python")) == ([], ["documents Bos"])
    cv.deleted_at = timezone.now()
    cv.save(update_fields=["deleted_at"])
    assert found("python") == []


def test_what_one_may_not_read_is_neither_found_nor_counted() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    mine = ContactFactory(family_name="Vos", unit=north, note="geheim recept")
    theirs = ContactFactory(family_name="Vos", unit=south, note="geheim recept")
    for person in (mine, theirs):
        InteractionFactory(contact=person, body="geheim recept")
        PersonalFact.objects.create(
            contact=person,
            text="geheim recept",
            purpose="x",
            kept_until=date.today() + timedelta(days=9),  # noqa: DTZ011
        )
    reader = UserFactory(role="reader", unit=north)
    owner = UserFactory(role="administrator")

    def seen(user: User) -> tuple[int, list[str], int]:
        texts = find_texts(user, "geheim", limit=50)
        people = find_people(user, "vos", limit=1)
        assert len(texts.hits) == texts.count.number
        kinds = sorted(hit.source.key for hit in texts.hits)
        return texts.count.number, kinds, people.count.number

    assert seen(owner) == (6, ["facts", "facts", "interactions", "interactions", "note", "note"], 2)
    assert seen(reader) == (3, ["facts", "interactions", "note"], 1)

    # Who sees people but not what is between us finds no word of that.
    role = Role.objects.create(key="names", name="Names", permissions=["contacts.view_contact"])
    clerk = UserFactory()
    RoleGrant.objects.create(user=clerk, role=role, unit=north)
    assert seen(clerk) == (1, ["note"], 1)

    # Relationships of another part than the people: nothing of either.
    split = UserFactory()
    RoleGrant.objects.create(user=split, role=role, unit=north)
    between = Role.objects.create(
        key="between", name="Between", permissions=["relationships.view_relationship"]
    )
    RoleGrant.objects.create(user=split, role=between, unit=south)
    assert seen(split) == (1, ["note"], 1)
    assert seen(UserFactory()) == (0, [], 0)


def test_texts_of_who_is_gone_and_facts_past_their_time_are_not_found(user: User) -> None:
    gone = ContactFactory(note="recept", archived_at=timezone.now())
    InteractionFactory(contact=gone, body="recept")
    PersonalFact.objects.create(
        contact=ContactFactory(), text="recept", purpose="x", kept_until=date(2020, 1, 1)
    )

    assert find_texts(user, "recept", limit=5).count.number == 0


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_takes_as_many_queries_for_three_as_for_one(
    user: User, count: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for person in ContactFactory.create_batch(count, headline="Kok", email="k@zuid.example"):
        InteractionFactory(contact=person, body="recept")
        person.tags.add(TagFactory(name=f"kok {person.pk}"))

    with django_assert_max_num_queries(16):
        assert len(find_people(user, "kok", limit=5).hits) == count
    with django_assert_max_num_queries(14):
        assert len(find_texts(user, "recept", limit=5).hits) == count


def test_the_index_answers_what_is_asked() -> None:
    """An expression that differs from the index by one sign would read everybody's row."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    for typed in ("vos", "vos OR smit -bos", '"ida vos"'):
        found = Contact.objects.filter(Matcher(parse(typed)).condition())
        assert "contact_words" in found.values("pk").explain()


def test_a_level_of_a_skill_finds_who_has_it_and_may_be_seen(user: User, client: Client) -> None:
    python = SkillFactory(name_en="Python")
    for name, level in (("Zoë", 3), ("Ada", 5), ("Bea", 2)):
        person = ContactFactory(given_name=name, family_name=f"{name}ma")
        ContactSkillFactory(contact=person, skill=python, level=level)
    archived = ContactFactory(archived_at=timezone.now())
    ContactSkillFactory(contact=archived, skill=python, level=5)
    elsewhere = ContactFactory(unit=OrgUnitFactory())
    ContactSkillFactory(contact=elsewhere, skill=python, level=4)

    people = find_people(user, "python >=3", limit=2)
    assert [hit.contact.given_name for hit in people.hits][:1] == ["Ada"]
    assert people.count == counting.Count(3, is_more=False)
    assert [(one.icon, one.text) for one in people.hits[0].reasons] == [
        ("graduation-cap", [("Python", True)])
    ]
    client.force_login(UserFactory(role="hr-manager", unit=OrgUnitFactory()))
    assert "Ada Adama" not in client.get("/search/", {"q": "python >=3"}).content.decode()
    client.force_login(user)
    html = client.get("/search/", {"q": "Python ≥3"}).content.decode()
    assert ("Ada Adama" in html, "Bea Beama" in html) == (True, False)
    assert "python &gt;=3 &lt;24m" in html
