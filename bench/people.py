"""Many people, made in the database: believable enough for indexes and planner."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from contacts.models import Contact, OrgUnit, SearchWord
from contacts.searching.words import sound_of
from contacts.selectors.paging import PAGE_SIZE
from contacts.services.team import make_account
from core.models import Role, User

# The most frequent first: the n-th is met about 1/n as often as the first, as names are.
GIVEN = (
    "Jan Anna Maria Johannes Pieter Sanne Emma Daan Bram Lotte Thomas Eva Lars Fleur Tim Iris Joris Femke Ruben"
    " Noor Hendrik Sophie Willem Julia Gijs Lieke Mohamed Fatima Kees Annemiek Bas Marieke Elif Hajar Floor Stijn"
    " Ingrid Wouter Mirjam Jeroen Esther Rik Nadia Sven Yara Cornelis Dirk Zoe Ahmed Karin Youssef Merel Oscar"
    " Petra Quinten Roos Ursula Vera Xander Tessa Arjan Berend Chantal Desiree Evert Gerrit Hanneke Ilse Jolanda"
)
FAMILY = (
    "de Jong|Jansen|de Vries|van den Berg|van Dijk|Bakker|Janssen|Visser|Smit|Meijer|de Boer|Mulder|de Groot|Bos|"
    "Vos|Peters|Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|van der Meer|van der Linden|"
    "Kok|Jacobs|de Haan|Vermeulen|van den Heuvel|van der Veen|van den Broek|de Bruijn|de Bruin|van der Heijden|"
    "Schouten|van Beek|Willems|van Vliet|van de Ven|Hoekstra|Maas|Verhoeven|Koster|van Dam|van der Wal|Prins|"
    "Blom|Huisman|Peeters|de Jonge|Kuipers|van Veen|Post|Kuiper|Veenstra|Kramer|van den Brink|Scholten|van Wijk|"
    "Postma|Martens|Vink|de Ruiter|Timmermans|Groen|Gerritsen|Jonker|van Loon|Boer|van der Velde|Willemsen|Yilmaz"
)
START = "Aal Aker Bal Bek Berk Bol Bruns Dal Dob Eek Elz Esch Fok Gal Grim Hag Hel Hol Ips Jel Kamp Kel Klo Lam"
END = "aard bergen boom broek daal dorp eng feld ga gaard ger hof horst huis hout inga ink kamp kens laar man meer"
CITIES = "Utrecht Amsterdam Rotterdam Gouda Groningen Eindhoven Zwolle Leiden Delft Arnhem Breda Deventer Haarlem"
WORDS = (
    "coffee interview budget vacancy reunion holiday project river bridge energy mentor course contract travel"
    " koffie gesprek vacature reunie vakantie dijkversterking opdracht tarief opleiding verhuizing samenwerking"
    " planning offerte beurs lezing advies ontwerp meting rapport overleg kennismaking afspraak voorstel terugblik"
)
ROLES = "Adviseur|Projectleider|Engineer|Recruiter|Data analyst|Constructeur|Hydroloog|Inkoper|Controller|Jurist"

CHANCE = "((hashint4(n * 7 + {0}) & 2147483647) / 2147483648.0)"


def _of(names: str, part: int, *, divider: str = " ", skew: int = 1) -> str:
    """SQL for one of ``names``, chosen by ``n``; the more skewed, the oftener one of the first."""
    chance = CHANCE.format(part)
    count = len(names.split(divider))
    return f"(string_to_array('{names}', '{divider}'))[1 + floor({count} * power({chance}, {skew}))::int]"


PEOPLE = f"""
INSERT INTO contacts_contact (
    uid, created_at, updated_at, given_name, infix, family_name, preferred_name, native_name,
    given_initials, birth_name, birthday, headline,
    organisation_name, city, country, language, time_zone, unit_id, note, do_not_contact, source,
    custom_values, field_sources, sort_key, search_text
)
SELECT gen_random_uuid(), now() - n * interval '1 minute', now() - n * interval '1 second',
    given, infix, family, '', '', '', '', '', role, 'Bureau ' || n %% 5000,
    city,
    'NL', CASE n %% 4 WHEN 0 THEN 'en' ELSE 'nl' END, 'Europe/Amsterdam', %(unit)s, '', false,
    'import', '{{}}', '{{}}',
    lower(concat_ws(', ', family, infix, given)),
    lower(concat_ws(' ', '1' || given, '1' || replace(infix, ' ', '') || family,
        CASE WHEN infix LIKE '%% %%' THEN '1' || split_part(infix, ' ', 2) || family END,
        CASE WHEN infix <> '' THEN '1' || family END,
        '2' || given || n, '2people', '2peopleexample', '3' || replace(role, ' ', ' 3'), '3bureau',
        '3' || n %% 5000, '3' || city))
FROM (
    SELECT n, given, role, city,
        regexp_replace(whole, '\\s*[^ ]+$', '') AS infix,
        regexp_replace(whole, '^.* ', '') AS family
    FROM (
        SELECT n, {_of(GIVEN, 1, skew=2)} AS given, {_of(CITIES, 2)} AS city,
            {_of(ROLES, 3, divider="|")} AS role,
            CASE WHEN n %% 5 < 3 THEN {_of(FAMILY, 4, divider="|", skew=2)}
                ELSE (ARRAY['','','','van ','de ','van der '])[1 + n %% 6]
                    || {_of(START, 5)} || {_of(END, 6)} || (ARRAY['','s','er','sma'])[1 + n / 6 %% 4]
            END AS whole
        FROM generate_series(1, %(count)s) AS n
    ) AS drawn
) AS made
"""  # noqa: S608 -- words of ours
ADDRESSES = """
INSERT INTO contacts_emailaddress (uid, created_at, updated_at, contact_id, address, label, is_primary, source)
SELECT gen_random_uuid(), now(), now(), id, lower(given_name) || id || '@people.example', 'other', true, 'import'
FROM contacts_contact
"""
PHONES = """
INSERT INTO contacts_phonenumber (uid, created_at, updated_at, contact_id, number, label, is_primary, source)
SELECT gen_random_uuid(), now(), now(), id, '+316' || lpad((id * 37 %% 100000000)::text, 8, '0'),
    'private', true, 'import'
FROM contacts_contact
"""
INTERACTIONS = f"""
INSERT INTO relationships_interaction (
    uid, created_at, updated_at, contact_id, happened_at, channel, direction, initiated_by,
    is_automated, summary, body, author_id
)
SELECT gen_random_uuid(), now(), now(), id, now() - id %% 700 * interval '1 day',
    (ARRAY['email','phone','meeting'])[1 + id %% 3],
    (ARRAY['outbound','inbound','two_way'])[1 + id / 3 %% 3],
    (ARRAY['us','them'])[1 + id %% 2], false, 'Spoke of the work',
    {_of(WORDS, 7)} || ' and ' || {_of(WORDS, 8)} || ', then ' || {_of(WORDS, 9)}, %(owner)s
FROM (SELECT id, id::int AS n FROM contacts_contact) AS person
"""  # noqa: S608 -- words of ours
RELATIONSHIPS = """
INSERT INTO relationships_relationship (
    uid, created_at, updated_at, contact_id, kind, stage_id, stage_since, owner_id, started_on,
    next_touch_on, tie_value
)
SELECT gen_random_uuid(), now(), now(), person.id, lifecycle.kind, stage.id,
    now() - person.id %% 400 * interval '1 day', %(owner)s, current_date - 500,
    current_date + (person.id %% 90)::int, 1 + person.id / 7 %% 5
FROM contacts_contact AS person
JOIN relationships_lifecycle AS lifecycle ON lifecycle.kind =
    (ARRAY['prospect','employee','freelancer','alumnus'])[1 + person.id %% 4]
JOIN relationships_stage AS stage ON stage.lifecycle_id = lifecycle.id
    AND stage.position = 1 + person.id / 4 %% 4
"""


def fill(count: int) -> None:
    """``count`` people with an address and a relationship each; nothing where they are there."""
    if Contact.objects.exclude(note__startswith="planted ").count() == count:
        return
    recruiter = make_account(
        email="recruiter@bench.example",
        name="Recruiter",
        password=None,
        role=Role.objects.get(key="recruiter"),
        actor=None,
    )
    unit = OrgUnit.objects.create(name="All")
    unit.lineage = [unit.pk]
    unit.save(update_fields=["lineage"])
    with connection.cursor() as cursor:
        with indexed_afterwards(cursor, "contacts_contact", "relationships_interaction"):
            cursor.execute(PEOPLE, {"count": count, "unit": unit.pk})
            cursor.execute(ADDRESSES)
            cursor.execute(PHONES, {})
            cursor.execute(RELATIONSHIPS, {"owner": recruiter.pk})
            cursor.execute(INTERACTIONS, {"owner": recruiter.pk})
        _learn_words(cursor)
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def indexed_afterwards(cursor: Any, *tables: str, kind: str = "gin") -> Iterator[None]:
    """Without the indexes of that kind while a million rows come in: made afterwards, each takes
    seconds instead of minutes. Those that hold a constraint stay.
    """
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam "
        "WHERE indrelid::regclass::text = ANY(%s) AND amname = %s AND NOT indisunique",
        [list(tables), kind],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)


def _learn_words(cursor: Any) -> None:
    """The words that people have, once each, by which misspelt ones are forgiven."""
    cursor.execute(
        "SELECT DISTINCT substr(word, 2) FROM contacts_contact, "
        "unnest(string_to_array(search_text, ' ')) AS word WHERE word ~ '^[13][a-z]{2,}$'"
    )
    words = [word for (word,) in cursor.fetchall()]
    SearchWord.objects.bulk_create(
        [SearchWord(word=word, sound=sound_of(word)) for word in words],
        ignore_conflicts=True,
        batch_size=5000,
    )


def turn_of_page(number: int) -> str:
    """The person after whom that page of the list begins, in the order of names."""
    people = Contact.objects.active().in_name_order()
    return str(people.values_list("uid", flat=True)[(number - 1) * PAGE_SIZE - 1])


def signed_in_recruiter() -> str:
    """The key of a session of the one account there is."""
    user = User.objects.get(email="recruiter@bench.example")
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "core.signing_in.backends.PasswordBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)
