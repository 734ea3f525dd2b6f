from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes from which the queue is counted and filtered; built without locking the table, which no transaction can do."""

    atomic = False

    dependencies = [
        ('review', '0003_sought'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='reviewtask',
            index=models.Index(
                condition=models.Q(('state__in', ['to_review', 'in_review', 'postponed'])),
                fields=['workspace', '-priority', 'arrived_at', 'id'],
                include=('state', 'reviewer', 'lease_expires_at', 'kind', 'vendor_name', 'reason_codes'),
                name='task_queue',
            ),
        ),
        AddIndexConcurrently(
            model_name='reviewtask',
            index=models.Index(
                condition=models.Q(('state__in', ['approved', 'rejected'])),
                fields=['workspace', '-priority', 'arrived_at', 'id'],
                include=('state', 'reviewer', 'kind', 'vendor_name', 'reason_codes'),
                name='task_archive',
            ),
        ),
        RemoveIndexConcurrently(model_name='reviewtask', name='task_next'),
    ]
