from django.db import migrations, models

# An address that was written down with its person came as they did; of one that was added later
# nobody knows any more.
_AS_THE_PERSON_CAME = """
UPDATE contacts_postaladdress AS place SET source = contact.source
FROM contacts_contact AS contact
WHERE contact.id = place.contact_id AND contact.source <> 'manual'
AND place.created_at < contact.created_at + interval '1 minute'
"""


class Migration(migrations.Migration):
    """A postal address knows who told it, and since when, as all ways to reach someone do."""

    dependencies = [("contacts", "0029_longer_sort")]

    operations = [
        migrations.AddField(
            model_name="postaladdress",
            name="confirmed_on",
            field=models.DateField(editable=False, null=True, verbose_name="confirmed on"),
        ),
        migrations.AddField(
            model_name="postaladdress",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by a colleague"),
                    ("import", "Import"),
                    ("api", "API"),
                    ("self", "The person"),
                    ("demo", "Demo data"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.RunSQL(_AS_THE_PERSON_CAME, migrations.RunSQL.noop, elidable=True),
    ]
