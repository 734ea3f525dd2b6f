"""What a document can be found to be. The engine decides; a test keeps this list and its own in step."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    INVOICE = "invoice", "Invoice"
    CREDIT_NOTE = "credit_note", "Credit note"
    RECEIPT = "receipt", "Receipt"
    CONTRACT = "contract", "Contract"
    PURCHASE_ORDER = "purchase_order", "Purchase order"
    STATEMENT = "statement", "Account statement"
    OTHER = "other", "Other"
