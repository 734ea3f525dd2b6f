"""Structured logs: one JSON object a line in production, coloured text in development.

Standard-library loggers (Django, Dramatiq, gunicorn) go through the same formatter, so every line
carries what ``structlog.contextvars`` holds: request id, actor, workspace, document and job.
"""

from __future__ import annotations

import logging
import logging.config

import structlog
from structlog.tracebacks import ExceptionDictTransformer

SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def formatter(*, json: bool) -> logging.Formatter:
    """Makes a line of a log record, whoever wrote it."""
    # Tracebacks without the values of local variables: those hold documents and passwords.
    final: list[structlog.typing.Processor] = (
        [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ]
        if json
        # repr of values: a file name cannot start a new log line or colour the terminal
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final]
    )


def configure(*, json: bool, level: str) -> None:
    """Set up logging for the process. ``json`` chooses the form of a line, ``level`` the least severe one shown."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": {"()": formatter, "json": json}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {"django.server": {"level": "WARNING"}, "pdfminer": {"level": "ERROR"}},
        }
    )
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
