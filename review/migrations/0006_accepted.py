from django.db import migrations, models


class Migration(migrations.Migration):
    """What people said is right as it stands; the database fills the column, also for a release that knows nothing of it."""

    dependencies = [
        ('review', '0005_waiting_again'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewtask',
            name='accepted',
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
