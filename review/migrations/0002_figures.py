from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes from which figures are added up; built without locking the tables, which no transaction can do."""

    atomic = False

    dependencies = [
        ('review', '0001_initial'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='reviewtask',
            index=models.Index(
                condition=models.Q(('state__in', ['approved', 'rejected'])),
                fields=['workspace', 'arrived_at'],
                include=(
                    'state', 'kind', 'document', 'decided_at', 'seconds_spent', 'lowest_confidence', 'doubted', 'weight',
                    'fields_seen', 'fields_wrong',
                ),
                name='task_figures',
            ),
        ),
        AddIndexConcurrently(
            model_name='verdict',
            index=models.Index(
                fields=['workspace', '-decided_at'],
                include=('field', 'vendor_name', 'confidence', 'is_right'),
                name='verdict_figures',
            ),
        ),
        RemoveIndexConcurrently(model_name='verdict', name='verdict_by_time'),
    ]
