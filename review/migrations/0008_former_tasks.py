import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Where addresses of tasks that are gone lead. Those that went before are not known."""

    dependencies = [
        ('documents', '0003_review_status_index'),
        ('review', '0007_searched'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerTask',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_tasks', to='documents.document')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
