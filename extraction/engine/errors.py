"""Why a stage could not run. Doubts about a *readable* document are issues, not errors."""

from __future__ import annotations


class EngineError(Exception):
    """A stage could not run on this document.

    ``code`` is stable and machine-readable, ``message`` a sentence for a person that never
    quotes the document, ``retryable`` says whether the same call may succeed later.
    """

    code = "engine_error"
    message = "The document could not be processed."
    retryable = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class UnsupportedType(EngineError):
    code = "unsupported_type"
    message = "Files of this type are not supported."


class ContentMismatch(EngineError):
    code = "content_mismatch"
    message = "The content of the file is not what its name says."


class EmptyDocument(EngineError):
    code = "empty_document"
    message = "The file is empty."


class DamagedDocument(EngineError):
    code = "damaged_document"
    message = "The file is damaged and could not be opened."


class EncryptedDocument(EngineError):
    code = "encrypted_document"
    message = "The file is protected by a password."


class LimitExceeded(EngineError):
    code = "limit_exceeded"
    message = "The document is larger than the limits allow."


class TimeLimitExceeded(EngineError):
    """The child was ended because it ran too long. Not retried: the same bytes take as long again."""

    code = "time_limit_exceeded"
    message = "Reading the document took too long."


class MemoryLimitExceeded(EngineError):
    code = "memory_limit_exceeded"
    message = "Reading the document needed too much memory."


class ReaderCrashed(EngineError):
    """The child died. Worth one more try: the machine may have been short of memory."""

    code = "reader_crashed"
    message = "The reader stopped unexpectedly while it was working on the document."
    retryable = True


class ReaderUnavailable(EngineError):
    """A part that reading needs is missing or could not start (for example the OCR engine)."""

    code = "reader_unavailable"
    message = "A part that is needed for reading this document is not available."
    retryable = True
