import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

# Words of texts by their stems, and without marks: "reünie" is found by "reunie".
CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION trm_{0} (COPY = pg_catalog.{0});
ALTER TEXT SEARCH CONFIGURATION trm_{0}
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {0}_stem;
"""
DROPPED = "DROP TEXT SEARCH CONFIGURATION trm_{0};"


class Migration(migrations.Migration):
    """The index over the old form of ``search_text`` goes; the next two migrations fill it anew and
    index that.
    """

    dependencies = [("contacts", "0013_segments_and_pools")]

    operations = [
        UnaccentExtension(),
        *(
            migrations.RunSQL(CONFIGURATION.format(language), DROPPED.format(language))
            for language in ("dutch", "english")
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "word",
                    models.CharField(
                        db_collation="C", max_length=60, primary_key=True, serialize=False
                    ),
                ),
                ("sound", models.CharField(max_length=60)),
                ("is_romanised", models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveIndex(model_name="contact", name="contact_search"),
        migrations.RemoveIndex(model_name="phonenumber", name="phone_number_number"),
        migrations.AddField(
            model_name="contact",
            name="birth_name",
            field=models.CharField(blank=True, max_length=130, verbose_name="name at birth"),
        ),
        migrations.AddField(
            model_name="contact",
            name="given_initials",
            field=models.CharField(blank=True, max_length=30, verbose_name="initials"),
        ),
        migrations.AlterField(
            model_name="contact",
            name="sort_key",
            field=models.CharField(db_collation="C", editable=False, max_length=250),
        ),
        migrations.AddIndex(
            model_name="phonenumber",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("number", name="varchar_pattern_ops"),
                name="phone_number_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="phonenumber",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Reverse("number"), name="text_pattern_ops"
                ),
                name="phone_number_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=models.Index(fields=["sound"], name="search_word_sound"),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("word", name="gin_trgm_ops"),
                name="search_word_near",
            ),
        ),
    ]
