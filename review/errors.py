"""Why a reviewer cannot go on."""

from __future__ import annotations

from common.errors import Conflict, NotFound


class NotHeld(Conflict):
    """``extra["reviewer"]`` and ``extra["reviewer_id"]`` say who has the task, if anybody does, and
    ``extra["lease_expires_at"]`` until when they hold it, unless they go on."""

    code = "task_not_held"
    message = "You do not hold this task any more."


class Decided(Conflict):
    code = "task_decided"
    message = "This document was decided already."


class Gone(NotFound):
    """A document that was read again has another task, or none."""

    message = "It was read again or deleted meanwhile."
