"""The log, on standard error: JSON lines, or words where a person reads along. No secret in it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from context_sidecar.core.scrub import scrub


def configure(secrets: Collection[str] = (), *, level: int = logging.INFO) -> None:
    """Write everything from *level* on, ours and the libraries', with *secrets* masked."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _Mask(secrets),
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    # Libraries speak up only when something is wrong; what they say of requests may hold addresses.
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


class _Mask:
    """Masks secrets in whatever is about to be written."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = secrets

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {
            key: self._traceback(value) if key == "exception" else self._masked(value)
            for key, value in event.items()
        }

    def _traceback(self, text: str) -> str:
        return "\n".join(scrub(line, self._secrets) for line in text.splitlines())

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return scrub(value, self._secrets)
        if isinstance(value, Mapping):
            return {key: self._masked(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._masked(inner) for inner in value]
        if isinstance(value, int | float | bool | None):
            return value
        return scrub(str(value), self._secrets)
