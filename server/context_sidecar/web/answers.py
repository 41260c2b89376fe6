"""From a question to an answer in its final bytes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

import context_sidecar_widgets

from context_sidecar.core.card import Card
from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.context import Context
from context_sidecar.core.record import Record
from context_sidecar.engine.questions import RECORD
from context_sidecar.engine.records import PATIENCE
from context_sidecar.web.cache_status import members
from context_sidecar.web.metrics import Metrics
from context_sidecar.web.questions import Question
from context_sidecar.web.renderings import KEPT_FOR, Part, Rendering, Renderings, parts_of
from context_sidecar.wording import Words, answer

HTML = "text/html"
JSON = "application/json"

GLANCE = timedelta(milliseconds=400)
"""How long somebody who looks at a page waits for what is not there yet; it comes by itself."""

_FOREVER = datetime.max.replace(tzinfo=UTC)


class Form(NamedTuple):
    """How an answer is wanted: as what, in which words, and whether compressed."""

    media_type: str
    words: Words
    zipped: bool = False


class Contexts(Protocol):
    """What the web needs of the engine."""

    def context(
        self,
        record: Record,
        card: Card,
        roles: Collection[str],
        *,
        patience: timedelta | None = None,
        live: bool = False,
        force: bool = False,
    ) -> Context:
        """Return one card about one record."""

    def account_context(
        self,
        account_id: str,
        card: Card,
        roles: Collection[str],
        *,
        patience: timedelta | None = None,
        live: bool = False,
        force: bool = False,
    ) -> Context:
        """Return one card about one account."""

    def keys_of(
        self, install: str, type: str, id: str, *, patience: timedelta, force: bool
    ) -> Record:
        """Return a record with the keys that its install's source knows."""


class Answers:
    """Answers questions, and keeps the answers for as long as they are good."""

    def __init__(
        self,
        configuration: Configuration,
        contexts: Contexts,
        renderings: Renderings,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._configuration = configuration
        self._contexts = contexts
        self._renderings = renderings
        self._metrics = metrics
        self._clock = clock

    def context(self, question: Question, *, live: bool = False, force: bool = False) -> Context:
        """Ask the engine. A *live* page glances and is told the rest later; others, and whoever
        asks by *force*, wait up to the card's deadline."""
        subject = question.subject
        if isinstance(subject, Record):
            record = self._with_keys(subject, question.install, live=live, force=force)
            ask = partial(self._contexts.context, record)
        else:
            ask = partial(self._contexts.account_context, subject)
        patience = GLANCE if live and not force else None
        context = ask(question.card, question.roles, patience=patience, live=live, force=force)
        self._metrics.answered(context)
        return context

    def rendering(self, question: Question, form: Form, *, force: bool = False) -> Rendering:
        """Return the answer in this *form*: one that is still good, or a new one. Whoever takes
        HTML is a live page."""
        key = (question.key, form.media_type, form.words.locale, form.words.zone, form.zipped)
        kept = self._renderings.last(key)
        if kept and not force and self._renderings.good(kept, self._clock().timestamp()):
            return kept
        mark, asked_at = self._renderings.mark(), self._clock()
        context = self.context(question, live=form.media_type == HTML, force=force)
        new = _render(context, form)
        new = replace(
            new,
            members=members(context, asked_at, forced=force),
            parts=parts_of(context) | self._record_part(question),
            mark=mark,
        )
        if kept and kept.fingerprint == new.fingerprint:
            # It says nothing new, so it keeps its bytes, and whoever holds them gets a 304.
            new = replace(new, body=kept.body, etag=kept.etag)
        repeated = replace(new, members=members(context, _FOREVER))
        self._renderings.keep(key, repeated)
        return repeated if repeated.members == new.members else new

    def _with_keys(self, record: Record, install: str, *, live: bool, force: bool) -> Record:
        """A record that brings no keys is looked up in the install's source, where it has one."""
        if record.keys or not self._source(install):
            return record
        patience = GLANCE if live and not force else PATIENCE
        return self._contexts.keys_of(
            install, record.type, record.id, patience=patience, force=force
        )

    def _record_part(self, question: Question) -> frozenset[Part]:
        record, source = question.subject, self._source(question.install)
        if not isinstance(record, Record) or record.keys or not source:
            return frozenset()
        return frozenset({(source, RECORD + record.type, record.id)})

    def _source(self, install: str) -> str:
        declared = self._configuration.installs.get(install)
        return declared.source.id if declared and declared.source else ""


def _render(context: Context, form: Form) -> Rendering:
    said = answer(context, form.words)
    if form.media_type == JSON:
        text = _json(said)
    else:
        text = context_sidecar_widgets.card(said, form.words)
    body = gzip.compress(text.encode(), mtime=0) if form.zipped else text.encode()
    return Rendering(
        body=body,
        media_type=form.media_type,
        encoding="gzip" if form.zipped else "",
        language=form.words.tag,
        etag=f'"{blake2b(body, digest_size=12).hexdigest()}"',
        fingerprint=blake2b(
            _json({**said, "generated_at": None}).encode(), digest_size=16
        ).digest(),
        complete=context.complete,
        good_until=_good_until(context),
    )


def _good_until(context: Context) -> float:
    """What is incomplete is good for nobody else."""
    if not context.complete:
        return 0.0
    latest = context.generated_at + KEPT_FOR
    return min(latest, context.check_again_at or latest).timestamp()


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
