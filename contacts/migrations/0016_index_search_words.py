import django.contrib.postgres.indexes
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models

import contacts.searching.expressions


class Words(models.Func):
    """As ``PersonWords`` was then."""

    template = "array_to_tsvector(array_remove(string_to_array(%(expressions)s, ' '), ''))"
    output_field = SearchVectorField()


class Migration(migrations.Migration):
    """After the filling: an index that is made over rows costs a fraction of one kept by them."""

    dependencies = [("contacts", "0015_fill_search_words")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                Words("search_text"), name="contact_words"
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                contacts.searching.expressions.TextWords("note"),
                condition=models.Q(("note", ""), _negated=True),
                name="contact_note_words",
            ),
        ),
    ]
