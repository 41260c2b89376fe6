"""The whole examination: every part at the same time, each in a thread of its own, so that one
that hangs keeps no other from being looked at."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from queue import Empty, Queue
from threading import Thread
from types import MappingProxyType

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.credential import Credential
from context_sidecar.core.quota import Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Team
from context_sidecar.engine.directory import Directory
from context_sidecar.engine.door import deadline
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.credentials import examine_credential
from context_sidecar.engine.examination.deployment import (
    examine_deployment,
    examine_install,
    examine_unusable,
)
from context_sidecar.engine.examination.directory import examine_directory
from context_sidecar.engine.examination.ends import EndWatch, Learn, learnt
from context_sidecar.engine.examination.exploring import Explored, explore
from context_sidecar.engine.examination.findings import Examined, Finding, wrong
from context_sidecar.engine.examination.in_items import InItems, Survey
from context_sidecar.engine.examination.pushes import examine_push
from context_sidecar.engine.examination.samples import Samples
from context_sidecar.engine.examination.sources import examine_source
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.examination.watching import ShapeWatch
from context_sidecar.store.sightings import Sighting, name_of_push

PATIENCE = timedelta(seconds=90)
"""How long one part may take as a whole."""

GRACE = 1.0
"""Seconds past its time after which a part is given up, whatever its thread still does."""

Progress = Callable[[Sequence[str]], None]
"""Is told the labels of the parts that are still being examined."""


@dataclass(slots=True, eq=False)
class Part:
    """One part of a deployment, to be examined."""

    kind: str
    id: str
    label: str
    examine: Callable[[], Iterable[Finding]]
    owner: Team | None = None
    runbook: str = ""
    findings: list[Finding] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def examined(self) -> Examined:
        """Return what has been found so far."""
        seconds = time.monotonic() - self.began
        found = tuple(self.findings)
        return Examined(self.kind, self.id, self.label, found, seconds, self.owner, self.runbook)


class Examination:
    """Examines a deployment.

    Args:
        configuration: what is declared.
        adapters: what speaks to the sources, their doors open.
        directory: who is known.
        clock: gives the present.
        secrets: what must not be seen in anything that a source says.
        needs: what each install still needs before its visits are accepted; see `Host.needs`.
        drifts: what became of the fields that systems had.
        unusable: the installs of the admin pages that do not work, each with why.
        left: gives what a source's answers told of what is left of its quotas.
        credential_of: gives the credential of a source.
        learn_end: is told when a source's credential ends, as its system tells.
        heard: gives what is seen of what a source tells by itself.
        patience: how long one part may take.
    """

    def __init__(
        self,
        configuration: Configuration,
        adapters: Mapping[str, Adapter],
        directory: Directory,
        clock: Clock,
        *,
        secrets: Collection[str] = (),
        needs: Mapping[str, Sequence[str]],
        drifts: Drifts,
        unusable: Mapping[str, str] = MappingProxyType({}),
        left: Callable[[str], Sequence[Standing]] = lambda _: (),
        credential_of: Callable[[str], Credential] | None = None,
        learn_end: Learn = lambda _, __: None,
        heard: Callable[[str], Sighting] = lambda _: Sighting(),
        patience: timedelta = PATIENCE,
    ) -> None:
        self._configuration, self._directory, self._clock = configuration, directory, clock
        self._needs, self._unusable, self._drifts = needs, unusable, drifts
        self._credential_of, self._heard, self._learn_end = credential_of, heard, learn_end
        self._adapters = adapters
        self._patience = patience.total_seconds()
        self._trials = {
            name: Trial(source, adapters[name], clock, secrets, partial(left, name))
            for name, source in configuration.sources.items()
        }

    def whole(self, progress: Progress = lambda _: None) -> tuple[Examined, ...]:
        """Examine everything, in the order of the configuration."""
        samples = self._samples()
        sources = [self._source(name, samples) for name in self._configuration.sources]
        return self._examined([*sources, *self._others()], progress)

    def of(
        self, sources: Collection[str], progress: Progress = lambda _: None
    ) -> tuple[Examined, ...]:
        """Examine these sources alone."""
        samples = self._samples()
        if samples.needs_list and self._configuration.accounts.source.id not in sources:
            Thread(target=samples.list_quietly, daemon=True).start()
        return self._examined([self._source(name, samples) for name in sources], progress)

    def watch(self, survey: Survey) -> ShapeWatch:
        """Return what looks at the shapes of the declared lookups by and by; *survey* gives all
        kept answers to a question, by key."""
        trials, drifts, samples, clock = self._trials, self._drifts, self._samples, self._clock
        in_items = InItems(trials, drifts, samples, survey, clock)
        return ShapeWatch(trials, drifts, samples, in_items, clock)

    def watch_ends(self) -> EndWatch:
        """Return what asks by and by when credentials end."""
        return EndWatch(self._trials, self._learn_end, self._clock)

    def explored(
        self, source: str, lookup: str = "", *, search: str = "", sampled: bool = True
    ) -> Explored:
        """Explore the live fields of a source's lookup (by default `account`, or the first).

        Raises:
            Unasked: it, or the owner of accounts, could not be asked.
        """
        trial, samples = self._trials[source], self._samples()
        if samples.needs_list:
            samples.list_quietly()
        fields = self._configuration.fields.values()
        wanted = lookup or next(iter({"account"} & set(trial.lookups) or trial.lookups), "account")
        return explore(trial, wanted, fields, samples, search=search, sampled=sampled)

    def lookups(self, source: str) -> list[str]:
        """Return the names of a source's lookups."""
        return self._trials[source].lookups

    def _samples(self) -> Samples:
        accounts = self._configuration.accounts
        return Samples(self._directory, accounts, self._trials[accounts.source.id])

    def _source(self, name: str, samples: Samples) -> Part:
        source, accounts = self._configuration.sources[name], self._configuration.accounts
        fields = [one for one in self._configuration.fields.values() if one.source.id == name]
        keys = accounts.keys if accounts.source.id == name else None

        def examine() -> Iterator[Finding]:
            if self._credential_of:
                if not self._trials[name].nothing_left():
                    learnt(self._trials[name], self._learn_end)  # why not, the check says
                yield from examine_credential(self._credential_of(name))
            form, heard = self._adapters[name].push(), self._heard(name_of_push(name))
            yield from examine_push(source, form, heard, self._configuration.public_url)
            now = self._clock()
            installs = self._configuration.installs.values()
            yield from examine_source(
                self._trials[name], fields, samples, self._drifts, now, account_keys=keys,
                gives_records=any(one.source and one.source.id == name for one in installs),
            )  # fmt: skip

        return Part("source", name, source.label, examine, source.owner, source.runbook)

    def _others(self) -> Iterator[Part]:
        known = self._configuration
        examine = partial(examine_directory, self._directory, known)
        yield Part("accounts", "accounts", "Accounts", examine, known.accounts.source.owner)
        for install in known.installs.values():
            examine = partial(examine_install, known, install, self._needs[install.id])
            yield Part("install", install.id, install.label, examine)
        for name, why in self._unusable.items():
            yield Part("install", name, name, partial(examine_unusable, name, why))
        examine = partial(examine_deployment, known, self._clock)
        yield Part("deployment", "deployment", "This deployment", examine)

    def _examined(self, parts: Sequence[Part], progress: Progress) -> tuple[Examined, ...]:
        done: Queue[tuple[Part, Examined]] = Queue()
        for part in parts:
            work = partial(_work, part, done, self._patience)
            Thread(target=work, name=f"examine-{part.id}", daemon=True).start()
        found: dict[Part, Examined] = {}
        until = time.monotonic() + self._patience + GRACE
        while len(found) < len(parts):
            progress([part.label for part in parts if part not in found])
            try:
                part, examined = done.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                break
            found[part] = examined
        return tuple(found.get(part) or _given_up(part) for part in parts)


def _work(part: Part, done: Queue[tuple[Part, Examined]], seconds: float) -> None:
    try:
        with deadline.within(seconds):
            for finding in part.examine():
                part.findings.append(finding)
    except Exception as error:  # noqa: BLE001  an adapter may be anybody's code
        kind = type(error).__name__
        part.findings.append(
            wrong(part.kind, f"the examination failed ({kind})", "Report it to whoever wrote it.")
        )
    done.put((part, part.examined()))


def _given_up(part: Part) -> Examined:
    """What was found of a part that hangs."""
    part.findings.append(
        wrong(
            part.kind, "it does not come to an end: a call hangs",
            Reason.TIMEOUT.entry.owner, Reason.TIMEOUT,
        )
    )  # fmt: skip
    return part.examined()
