from django.db import migrations, models

FILL = """
UPDATE review_reviewtask task
SET sought = concat_ws(E'\\n', document.original_filename, left(result.extracted_data ->> 'vendor_name', 255),
                       left(result.extracted_data ->> 'invoice_number', 255))
FROM documents_document document
LEFT JOIN extraction_extractionresult result ON result.document_id = document.id
WHERE document.id = task.document_id
"""


class Migration(migrations.Migration):
    """One column for searches: looking into the results of all open tasks took longer than the page."""

    dependencies = [
        ('review', '0002_figures'),
        ('extraction', '0008_corrections'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewtask',
            name='sought',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
