import django.contrib.postgres.indexes
from django.db import migrations

from contacts.searching.expressions import TextWords

INDEXES = (
    ("interaction", "interaction_words", ("summary", "body")),
    ("followup", "follow_up_words", ("title", "body")),
    ("promise", "promise_words", ("text",)),
    ("personalfact", "fact_words", ("text",)),
)


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0014_names_and_search_words"),
        ("relationships", "0005_promises_goodwill_facts_health"),
    ]

    operations = [
        migrations.AddIndex(
            model_name=model,
            index=django.contrib.postgres.indexes.GinIndex(TextWords(*columns), name=name),
        )
        for model, name, columns in INDEXES
    ]
