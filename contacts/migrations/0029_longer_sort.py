from django.db import migrations, models


class Migration(migrations.Migration):
    """The key of a field of one's own is longer than those that come with the product."""

    dependencies = [("contacts", "0028_birthdays")]

    operations = [
        migrations.AlterField(
            model_name="savedview",
            name="sort",
            field=models.CharField(default="name", max_length=60),
        ),
    ]
