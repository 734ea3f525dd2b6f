"""The database refuses to change what happened."""

import pytest
from django.db import InternalError, transaction
from django.db.utils import DatabaseError

from audit import log
from audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", [lambda e: e.update(action="x"), lambda e: e.delete()], ids=["update", "delete"])
def test_an_event_can_neither_be_changed_nor_deleted(change):
    event = log.record("document.uploaded", by=None, object_type="document", object_id=None)
    with pytest.raises((InternalError, DatabaseError), match="append-only"), transaction.atomic():
        change(Event.objects.filter(pk=event.pk))
    assert Event.objects.get(pk=event.pk).action == "document.uploaded"
