"""The kinds of ties that every organisation begins with. Administrators may change them later."""

from django.db import migrations

# (key, leads to, in English, in Dutch, the other way round in both)
KINDS = [
    ("colleague", "person", "colleague of", "collega van", "", ""),
    ("mentor", "person", "mentor of", "mentor van", "mentee of", "mentee van"),
    ("manager", "person", "manager of", "leidinggevende van", "reports to", "valt onder"),
    ("referred-by", "person", "referred by", "aangedragen door", "referred", "droeg aan"),
    ("studied-with", "person", "studied with", "studeerde met", "", ""),
    ("knows", "person", "knows", "kent", "", ""),
    ("worked-at", "organisation", "worked at", "werkte bij", "", ""),
    ("studied-at", "organisation", "studied at", "studeerde aan", "", ""),
    ("contact-at", "organisation", "contact at", "contactpersoon bij", "", ""),
    ("met-at", "organisation", "met at", "ontmoet bij", "", ""),
    ("met-by", "colleague", "met by", "ontmoet door", "", ""),
    ("known-to", "colleague", "known to", "bekend bij", "", ""),
]
NAMES = ("key", "among", "name_en", "name_nl", "inverse_en", "inverse_nl")


def seed(apps, schema_editor):
    TieKind = apps.get_model("relationships", "TieKind")
    for position, values in enumerate(KINDS):
        fields = dict(zip(NAMES, values, strict=True))
        TieKind.objects.get_or_create(
            key=fields.pop("key"), defaults={**fields, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("relationships", "0015_ties")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
