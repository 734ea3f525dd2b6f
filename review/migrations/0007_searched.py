from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

FIT = """
UPDATE review_reviewtask SET sought = left(sought, 575) WHERE octet_length(sought) > 2300
"""


class Migration(migrations.Migration):
    """Indexes that hold all that searches look through; built without locking the table. An entry must fit: 575
    characters always do, and what has more than 2,300 bytes was in hardly any script to begin with."""

    atomic = False

    dependencies = [
        ('review', '0006_accepted'),
    ]

    operations = [
        migrations.RunSQL(FIT, migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name='reviewtask',
            index=models.Index(
                condition=models.Q(('state__in', ['to_review', 'in_review', 'postponed'])),
                fields=['workspace', '-priority', 'arrived_at', 'id'],
                include=('state', 'sought'),
                name='task_sought',
            ),
        ),
        AddIndexConcurrently(
            model_name='reviewtask',
            index=models.Index(
                condition=models.Q(('state__in', ['approved', 'rejected'])),
                fields=['workspace', '-priority', 'arrived_at', 'id'],
                include=('state', 'sought'),
                name='task_sought_archive',
            ),
        ),
    ]
