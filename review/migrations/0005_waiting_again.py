from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes off which every sweep reads what nobody holds any more; built without locking the table."""

    atomic = False

    dependencies = [
        ('review', '0004_queue'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='reviewtask',
            index=models.Index(condition=models.Q(('state', 'in_review')), fields=['lease_expires_at'], name='task_held'),
        ),
        AddIndexConcurrently(
            model_name='reviewtask',
            index=models.Index(condition=models.Q(('state', 'postponed')), fields=['postponed_until'], name='task_put_off'),
        ),
    ]
