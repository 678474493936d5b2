from django.db import migrations, models
from django.db.models.functions import Collate, Left


class Migration(migrations.Migration):
    dependencies = [("contacts", "0018_exports")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(Collate(Left("search_text", 32), "C"), name="contact_first_words"),
        ),
    ]
