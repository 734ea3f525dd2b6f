"""A stand-in for the engine: these tests ask what happens to rows, whatever a stage answers.

The real engine runs in ``tests/integration``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from documents import storage
from extraction import bridge
from extraction.models import Identity
from tests.factories import DocumentFactory


def reading(document):
    return bridge.Reading(
        kind="invoice",
        confidence_score=0.9,
        extracted_data={"document_type": "invoice"},
        fields={"total_amount": {"value": 1.0, "confidence": 0.9}},
        line_item_fields=[],
        tax_line_fields=[],
        part_fields=[],
        is_valid=True,
        missing_fields=[],
        warnings=["The date is far away."],
        issues=[{"code": "far_date", "severity": "warning", "message": "The date is far away."}],
        identity=Identity(
            document=document, workspace_id=document.workspace_id, arrived_at=document.created_at, kind="invoice"
        ),
    )


@dataclass
class Engine:
    """``fail[stage]`` is raised, ``during[stage]`` is called while the stage runs; ``calls`` says what ran."""

    pages_to_recognise: int = 0
    fail: dict[str, Exception] = field(default_factory=dict)
    during: dict[str, object] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def _run(self, stage):
        self.calls.append(stage)
        if stage in self.during:
            self.during[stage]()
        if stage in self.fail:
            raise self.fail[stage]

    def parse(self, document):
        self._run("parse")
        return bridge.Parsed(b'{"pages": []}', self.pages_to_recognise)

    def recognise(self, document, parsed, progress):
        for page in range(self.pages_to_recognise):
            progress(page + 1, self.pages_to_recognise)
        self._run("recognise")
        return parsed

    def extract(self, document, parsed):
        self._run("extract")
        return {"document_type": "invoice", "document_type_confidence": 0.9}

    def validate(self, document, extraction):
        self._run("validate")
        return reading(document)


@pytest.fixture
def engine(monkeypatch):
    engine = Engine()
    for stage in ("parse", "recognise", "extract", "validate"):
        monkeypatch.setattr(bridge, stage, getattr(engine, stage))
    return engine


@pytest.fixture
def document(db):
    document = DocumentFactory()
    document.file = storage.name_in_folder(document, "original.pdf")
    document.save()
    storage.save(document.file, ContentFile(b"%PDF-"))
    return document


@pytest.fixture
def refuse_event(db):
    """Make PostgreSQL itself refuse events of one kind, until the test's transaction ends."""

    def refuse(action):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE audit_event ADD CONSTRAINT refused CHECK (action <> '{action}') NOT VALID")

    return refuse
