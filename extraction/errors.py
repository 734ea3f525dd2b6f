"""Why a stage of the work ended without its result."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import Conflict


@dataclass(frozen=True)
class Failure:
    """``code`` is stable and machine-readable, ``message`` a sentence for a person.

    ``retryable`` says whether the same stage may succeed later. ``blameless``: the surroundings failed, not the
    document, so the attempt does not count and the job tries again for as long as it takes.
    """

    code: str
    message: str
    retryable: bool = False
    blameless: bool = False


UNEXPECTED = Failure("internal_error", "An unexpected error occurred while the document was read.", retryable=True)
UNAVAILABLE = Failure(
    "service_unavailable", "A part of the service was not available; reading continues by itself.", True, True
)
FILE_MISSING = Failure("file_missing", "The stored file of the document could not be found.", retryable=True)
GIVEN_UP = Failure("worker_lost", "Reading the document was interrupted again and again, so it was given up.")


class StageFailed(Exception):
    """The engine or the storage says that a stage could not run."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class LeaseLost(Exception):
    """The job was claimed by another worker, or deleted, meanwhile: nothing may be written any more."""


class ArtefactLost(Exception):
    """What an earlier stage stored is gone: the job starts again from the document."""


class Interrupted(Exception):
    """The worker is asked to stop: the job goes back to its queue without counting the attempt."""


class VersionConflict(Conflict):
    """Somebody else changed the result meanwhile. ``extra["version"]`` is the present one."""

    code = "version_conflict"
    message = "This was changed meanwhile by somebody else."
