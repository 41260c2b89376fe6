"""The wiring, and nothing else: from a configuration to a running sidecar."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import URL

from context_sidecar import gauges, logs, plugins
from context_sidecar.config import install_of, load
from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Configuration
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.engine.changes import Changes
from context_sidecar.engine.context import Sidecar
from context_sidecar.engine.credentials import BACK, Credentials
from context_sidecar.engine.directory import Directory, Journal, Synced
from context_sidecar.engine.disputes import OpenDisputes
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination import Examination
from context_sidecar.engine.faring import Faring
from context_sidecar.engine.installs import Installs
from context_sidecar.engine.published import PublishedKeys
from context_sidecar.engine.quotas import RememberedQuotas
from context_sidecar.engine.refresh import Refresher
from context_sidecar.engine.sources.call import Outcome
from context_sidecar.engine.sources.opening import close_all, open_source
from context_sidecar.forgetting import forget_by_the_clock
from context_sidecar.looking import look_by_the_clock
from context_sidecar.store.consents import Consents
from context_sidecar.store.database import NAME, answers, open_database
from context_sidecar.store.disputes import Disputes
from context_sidecar.store.grants import Grants
from context_sidecar.store.installs import StoredInstalls
from context_sidecar.store.keys import ApiKeys
from context_sidecar.store.memory import StoredMemory
from context_sidecar.store.observations import Observations
from context_sidecar.store.packages import Packages
from context_sidecar.store.quotas import Quotas
from context_sidecar.store.receipts import Receipts
from context_sidecar.store.shapes import Shapes
from context_sidecar.store.sightings import Sightings
from context_sidecar.store.told import Told
from context_sidecar.store.told_ends import ToldEnds
from context_sidecar.store.vault import open_vault
from context_sidecar.web.application import create_application
from context_sidecar.web.hot import HotPath
from context_sidecar.web.metrics import Gauge, Metrics
from context_sidecar.web.renderings import Renderings


def utc_now() -> datetime:
    """The clock on the wall, in UTC."""
    return datetime.now(UTC)


def open_sidecar(
    path: Path,
    environment: Mapping[str, str] = os.environ,
    *,
    clock: Clock = utc_now,
    log_level: int = logging.INFO,
) -> Running:
    """Open the deployment declared at *path*.

    Raises:
        ConfigurationError: the configuration has mistakes; all of them.
        DatabaseRefused: the database cannot be opened.
        VaultRefused: the key of what is stored sealed cannot be used.
    """
    loaded = load(path, environment)
    logs.configure(loaded.secrets, level=log_level)
    return Running(loaded.configuration, loaded.secrets, environment, clock)


class Running:
    """An open deployment: its sources, its directory, its cache, and what answers from them.

    Nothing is fetched by itself before `application` is asked for.
    """

    def __init__(
        self,
        configuration: Configuration,
        secrets: frozenset[str],
        environment: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self.clock, self._secrets = clock, secrets
        self.database = open_database(URL.create("sqlite", database=str(configuration.data / NAME)))
        self._renderings = Renderings(configuration.cache.rendering_bytes)
        self.vault = vault = open_vault(configuration.data, environment)
        self.installs = Installs(
            configuration.installs,
            StoredInstalls(self.database, vault, clock),
            lambda name, declared: install_of(name, declared, configuration),
            self._renderings.everything_changed,
        )
        self.installs.look()
        self.configuration = configuration = replace(configuration, installs=self.installs)
        self.metrics = Metrics()
        self.adapters = {
            source.id: plugins.adapter(source.adapter)(source.settings)
            for source in configuration.sources.values()
        }
        self._grants, self._ends = Grants(self.database, vault, clock), ToldEnds(self.database)
        at = ((name, one.connection()) for name, one in self.adapters.items())
        self.credentials = Credentials(
            configuration.sources, {name: one for name, one in at if one}, self._grants, clock,
            ends=self._ends, back_to=f"{configuration.public_url}{BACK}",
            certificates={name: one.certificate for name, one in self.adapters.items()},
            on_connect=lambda name, since: self.sources[name].start_anew(since),
            zone=ZoneInfo(configuration.time_zone),
        )  # fmt: skip
        self.sources = {
            name: open_source(
                source, self.adapters[name], clock,
                secrets=secrets, on_outcome=self._count, kept=self._grants.of(name),
                on_anew=partial(self._renderings.source_changed, name),
            )
            for name, source in configuration.sources.items()
        }  # fmt: skip
        self._quotas = RememberedQuotas(Quotas(self.database), self.sources, clock)
        owner = configuration.accounts.source.id
        self.directory = Directory(
            self.database, configuration.accounts, self.adapters[owner], clock,
            left=lambda: self.sources[owner].health().left,
        )  # fmt: skip
        self._journal = Journal()
        self._observations = Observations(self.database)
        shelf = Shelf(self._observations, clock, configuration.cache.disk_bytes)
        self.cache = Cache(self.sources, clock, limits=configuration.cache, shelf=shelf)
        self.disputes = Disputes(self.database, clock)
        self._open_disputes = OpenDisputes(self.disputes, self._renderings.everything_changed)
        self._shapes = Shapes(self.database)
        fields = configuration.fields.values()
        self.drifts = Drifts(self._shapes, fields, clock, self._renderings.everything_changed)
        self.drifts.look()
        self._faring = Faring(
            self.sources, self.cache, fields, self.drifts, clock, self.directory.one
        )
        self.sidecar = Sidecar(
            configuration, self.directory, self.cache, clock,
            disputed=self._open_disputes.about, drifts=self.drifts.about,
            memory=self.drifts.memory,
        )  # fmt: skip
        self.receipts = Receipts(self.database)
        self.sightings = Sightings(self.database, clock)
        self.keys = ApiKeys(self.database, clock)
        self.published = PublishedKeys(clock)
        self._closing = ExitStack()
        self._closing.callback(self.database.dispose)
        self._closing.callback(self._quotas.close)
        self._closing.callback(self.cache.close)
        self._closing.callback(close_all, self.sources.values())
        self._told = Told(self.database, clock)
        self.changes = Changes(fields, self.cache, self._told, self.adapters)
        self._closing.callback(self.changes.close)

    def application(self) -> HotPath:
        """Return what answers over HTTP, and begin to keep fresh what people look at."""
        self.cache.on_change(
            lambda question, key, _: self._renderings.changed(question.source, question.lookup, key)
        )
        self.metrics.watch(self._gauges)
        refresher = Refresher(self.cache, self.clock)
        forget_by_the_clock(
            refresher, self.clock, self.configuration.sources,
            {"answers": self._observations, "grants": self._grants, "shapes": self._shapes,
             "quotas": self._quotas, "told": self._told, "ends": self._ends},
            {"receipts": self.receipts, "disputes": self.disputes},
        )  # fmt: skip
        examination = self.examination()
        watch = examination.watch(self.cache.survey)
        self.cache.on_change(watch.notice)
        for address in plugins.keys_at(self.installs.values()):
            self.published.at(address)
        looks = {
            "directory": self._sync_if_due, "shapes": watch.look,
            "disputes": self._open_disputes.look,
            "keys": self.published.look, "quotas": self._quotas.look, "changes": self.changes.look,
            "installs": self.installs.look, "grants": self.credentials.look,
            "ends": examination.watch_ends().look,
        }  # fmt: skip
        notices = {name: source.notice for name, source in self.sources.items()}
        look_by_the_clock(refresher, looks, notices)
        refresher.start()
        self._closing.callback(refresher.close)
        return create_application(
            self.configuration, self.sidecar, keys=self.keys, receipts=self.receipts,
            memory=StoredMemory(self.database, self.clock),
            disputes=self._open_disputes,
            changes=self.changes, installs=self.installs, sightings=self.sightings,
            packages=Packages(self.database, self.vault, self.clock),
            credentials=self.credentials,
            health=self._faring.of, changed=self._faring.changed, drifts=self.drifts,
            consents=Consents(self.database, self.vault, self.clock), clock=self.clock,
            ready={"database": partial(answers, self.database), "directory": self._knows_accounts},
            renderings=self._renderings, metrics=self.metrics, published=self.published.at,
        )  # fmt: skip

    def examination(self) -> Examination:
        """Return the examination of this deployment: what works, and what is to be mended."""
        return Examination(
            self.configuration, self.adapters, self.directory, self.clock,
            secrets=self._secrets, needs=plugins.needs(self.installs.values()),
            unusable=self.installs.unusable,
            left=lambda name: self.sources[name].health().left, learn_end=self.credentials.learn,
            credential_of=self.credentials.of, drifts=self.drifts, heard=self.sightings.of,
        )  # fmt: skip

    def sync(self) -> Synced:
        """Bring the directory up to date now."""
        synced = self.directory.sync()
        self._journal.note(synced)
        self._renderings.everything_changed()
        return synced

    def _knows_accounts(self) -> bool:
        return answers(self.database) and self.directory.state().finished_at is not None

    def _sync_if_due(self) -> None:
        if self.directory.due():
            self.sync()

    def close(self) -> None:
        """End what is under way, and keep what is known."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _count(self, outcome: Outcome) -> None:
        self.metrics.outcome(
            outcome.source, outcome.lookup, outcome.keys, outcome.reason, outcome.seconds
        )

    def _gauges(self) -> Iterator[Gauge]:
        yield from gauges.of_sources(self.sources)
        yield from gauges.of_credentials(self.credentials.all())
        if answers(self.database):
            yield from gauges.of_directory(self.directory.state())
        yield from gauges.of_disputes(self.configuration.teams, self._open_disputes.counted())
        yield "sidecar_renderings_bytes", "Bytes of kept answers.", {}, self._renderings.size
