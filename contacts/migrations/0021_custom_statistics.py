from django.db import migrations

MAKE = """
CREATE STATISTICS contact_custom_words ON (upper(custom_values::text)) FROM contacts_contact
"""


class Migration(migrations.Migration):
    """How common a word is: a partial index keeps no statistics that the planner would use."""

    dependencies = [("contacts", "0020_sort_indexes")]

    operations = [
        migrations.RunSQL(MAKE, "DROP STATISTICS contact_custom_words"),
    ]
