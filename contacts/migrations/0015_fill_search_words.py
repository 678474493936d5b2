"""Work out how everybody is sorted and found, a few thousand people at a time."""

from django.db import migrations, transaction
from psycopg2.extras import execute_values

from contacts import names
from contacts.searching.words import dictionary_of, person_words

BATCH = 5000
READ = """
SELECT id, given_name, infix, family_name, preferred_name, native_name, headline,
    organisation_name, city, (
        SELECT coalesce(string_agg(address, ' ' ORDER BY mail.id), '')
        FROM contacts_emailaddress AS mail WHERE mail.contact_id = contact.id
    )
FROM contacts_contact AS contact
WHERE id > %s AND erased_at IS NULL ORDER BY id LIMIT %s
"""
WRITE = """
UPDATE contacts_contact AS contact SET sort_key = made.sort_key, search_text = made.search_text
FROM (VALUES %s) AS made (id, sort_key, search_text) WHERE contact.id = made.id
"""
LEARN = """
INSERT INTO contacts_searchword (word, sound, is_romanised) VALUES %s ON CONFLICT DO NOTHING
"""


def fill(apps, schema_editor):
    """Each batch is a transaction: what was done stays done if the rest fails."""
    known = set()
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            with transaction.atomic(using=schema_editor.connection.alias):
                cursor.execute(READ, [last, BATCH])
                rows = cursor.fetchall()
                if not rows:
                    return
                last = rows[-1][0]
                execute_values(
                    cursor.cursor, WRITE, [_derived(*row) for row in rows], page_size=BATCH
                )
                met = {word: row for row in _words(rows) if (word := row[0]) not in known}
                known |= met.keys()
                if met:
                    execute_values(cursor.cursor, LEARN, list(met.values()), page_size=BATCH)


def _derived(pk, given, infix, family, preferred, native, headline, organisation, city, emails):
    key = names.sort_key(given=given or native, infix=infix, family=family)[:250]
    whole = names.full_name(given="", infix=infix, family=family)
    text = person_words(
        given=[name for name in (given, preferred) if name],
        family=[name for name in (whole, native) if name],
        others=[headline, organisation, city],
        emails=emails.split(),
    )
    return pk, key, text


def _words(rows):
    for _pk, *texts, _emails in rows:
        yield from dictionary_of(text for text in texts if text)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contacts", "0014_names_and_search_words")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
