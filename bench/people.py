"""Many people, made in the database: believable enough for indexes and planner."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from contacts.models import Contact, OrgUnit
from contacts.services.team import make_account
from core.models import Role, User

PEOPLE = """
INSERT INTO contacts_contact (
    uid, created_at, updated_at, given_name, infix, family_name, preferred_name, native_name,
    given_initials, birth_name, headline,
    organisation_name, city, country, language, time_zone, unit_id, note, do_not_contact, source,
    custom_values, field_sources, sort_key, search_text
)
SELECT gen_random_uuid(), now() - n * interval '1 minute', now() - n * interval '1 second',
    given, infix, family, '', '', '', '', 'Adviseur', 'Bureau ' || n %% 5000,
    (ARRAY['Utrecht','Amsterdam','Gouda','Groningen','Eindhoven','Zwolle','Leiden'])[1 + n / 7 %% 7],
    'NL', CASE n %% 4 WHEN 0 THEN 'en' ELSE 'nl' END, 'Europe/Amsterdam', %(unit)s, '', false,
    'import', '{}', '{}',
    lower(concat_ws(', ', family, infix, given)),
    lower(concat_ws(' ', '1' || given, '1' || replace(infix, ' ', '') || family, '1' || family,
        '2' || given || n, '2people', '2peopleexample', '3adviseur', '3bureau', '3' || n %% 5000,
        '3utrecht'))
FROM (
    SELECT n,
        (ARRAY['Anna','Bram','Chaima','Daan','Elif','Floor','Gijs','Hajar','Iris','Jan'])[1 + n %% 10]
            AS given,
        (ARRAY['','','','van','de','van der','ter'])[1 + n %% 7] AS infix,
        (ARRAY['Bakker','Jansen','Vries','Berg','Visser','Smit','Meijer','Mulder','Bos','Vos','Peters'])
            [1 + n %% 11] || (ARRAY['','sen','huis','stra','ma','man','inga'])[1 + n / 11 %% 7]
            || CASE WHEN n %% 3 = 0 THEN '' ELSE chr(97 + n %% 26) || chr(97 + n / 26 %% 26) END
            AS family
    FROM generate_series(1, %(count)s) AS n
) AS made
"""
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
INTERACTIONS = """
INSERT INTO relationships_interaction (
    uid, created_at, updated_at, contact_id, happened_at, channel, direction, initiated_by,
    is_automated, summary, body, author_id
)
SELECT gen_random_uuid(), now(), now(), id, now() - id %% 700 * interval '1 day',
    (ARRAY['email','phone','meeting'])[1 + id %% 3],
    (ARRAY['outbound','inbound','two_way'])[1 + id / 3 %% 3],
    (ARRAY['us','them'])[1 + id %% 2], false, 'Spoke of the work', '', %(owner)s
FROM contacts_contact
"""
RELATIONSHIPS = """
INSERT INTO relationships_relationship (
    uid, created_at, updated_at, contact_id, kind, stage_id, stage_since, owner_id, started_on,
    next_touch_on
)
SELECT gen_random_uuid(), now(), now(), person.id, lifecycle.kind, stage.id,
    now() - person.id %% 400 * interval '1 day', %(owner)s, current_date - 500,
    current_date + (person.id %% 90)::int
FROM contacts_contact AS person
JOIN relationships_lifecycle AS lifecycle ON lifecycle.kind =
    (ARRAY['prospect','employee','freelancer','alumnus'])[1 + person.id %% 4]
JOIN relationships_stage AS stage ON stage.lifecycle_id = lifecycle.id
    AND stage.position = 1 + person.id / 4 %% 4
"""


def fill(count: int) -> None:
    """``count`` people with an address and a relationship each; nothing where they are there."""
    if Contact.objects.count() == count:
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
        cursor.execute(PEOPLE, {"count": count, "unit": unit.pk})
        cursor.execute(ADDRESSES)
        cursor.execute(PHONES, {})
        cursor.execute(RELATIONSHIPS, {"owner": recruiter.pk})
        cursor.execute(INTERACTIONS, {"owner": recruiter.pk})
        cursor.execute("VACUUM ANALYZE")


def signed_in_recruiter() -> str:
    """The key of a session of the one account there is."""
    user = User.objects.get(email="recruiter@bench.example")
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "core.signing_in.backends.PasswordBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)
