from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from the column: an index on a table in use is built without locking it, which no transaction can do."""

    atomic = False

    dependencies = [
        ('documents', '0002_review_status'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='document',
            index=models.Index(fields=['workspace', 'review_status', '-created_at', '-id'], name='document_by_review'),
        ),
    ]
