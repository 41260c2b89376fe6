"""The web application: endpoints behind a guard, the hot path in front of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from apiflask import APIFlask
from flask import Response, request

from context_sidecar import plugins
from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.host import Host, Memory, Published, nothing_published
from context_sidecar.engine.changes import Changes
from context_sidecar.engine.credentials import Credentials
from context_sidecar.engine.disputes import OpenDisputes
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.findings import Finding
from context_sidecar.engine.installs import Installs
from context_sidecar.engine.sources.health import Health
from context_sidecar.store.consents import Consents
from context_sidecar.store.keys import ApiKeys
from context_sidecar.store.packages import Packages
from context_sidecar.store.receipts import Receipts
from context_sidecar.store.sightings import Sightings
from context_sidecar.web import errors
from context_sidecar.web.access import Access
from context_sidecar.web.access_log import ENDPOINT, AccessLog
from context_sidecar.web.admin import admin
from context_sidecar.web.admin.sessions import AdminSessions
from context_sidecar.web.answers import Answers, Contexts
from context_sidecar.web.api import api
from context_sidecar.web.assets import assets
from context_sidecar.web.bodies import LONGEST
from context_sidecar.web.description import INFO, SECURITY_SCHEMES
from context_sidecar.web.entry import entry
from context_sidecar.web.headers import Headers
from context_sidecar.web.hot import HotPath
from context_sidecar.web.last_resort import LastResort
from context_sidecar.web.metrics import Metrics
from context_sidecar.web.oembed import oembed
from context_sidecar.web.parts import NAME, Allowance, Limits, Parts
from context_sidecar.web.push import push
from context_sidecar.web.questions import Questions
from context_sidecar.web.renderings import Renderings
from context_sidecar.web.seal import Seal
from context_sidecar.web.service import service
from context_sidecar.web.sights import sights
from context_sidecar.web.tokens import Tokens
from context_sidecar.web.visits import visits


def create_application(
    configuration: Configuration,
    contexts: Contexts,
    *,
    keys: ApiKeys,
    memory: Memory,
    receipts: Receipts,
    disputes: OpenDisputes,
    changes: Changes,
    installs: Installs,
    sightings: Sightings,
    packages: Packages,
    credentials: Credentials,
    health: Callable[[str], Health],
    changed: Callable[[str], list[Finding]],
    drifts: Drifts,
    consents: Consents,
    clock: Clock,
    ready: Mapping[str, Callable[[], bool]],
    renderings: Renderings | None = None,
    metrics: Metrics | None = None,
    published: Callable[[str], Published] = lambda _: nothing_published,
    allowance: Allowance = Allowance(),  # noqa: B008  it is frozen
) -> HotPath:
    """Return everything that speaks HTTP to the outside: a WSGI application, the hot path in front
    of Flask.

    Args:
        configuration: the deployment.
        contexts: the engine.
        keys: the API keys.
        memory: what hosts remember between requests.
        receipts: what was shown.
        disputes: what is said to be wrong.
        changes: takes in what sources tell by themselves.
        installs: which there are, to be changed in the admin pages.
        sightings: when each install was asked.
        packages: what was handed out to be installed.
        credentials: those of all sources, some of which are connected in the admin pages.
        health: gives how each source is doing.
        changed: gives what has changed there.
        drifts: what became of the fields that systems had.
        consents: who is at a vendor's page to do so.
        clock: the present.
        ready: by name, what the deployment needs, and whether it is there.
        renderings: the kept answers; whoever gives them calls `changed` when a source's answer
            changes, and `everything_changed` when the directory does.
        metrics: the counts; whoever gives them counts what happens elsewhere.
        published: gives, for an address, the keys that a host tool publishes there.
        allowance: how much one caller may ask.
    """
    renderings = Renderings() if renderings is None else renderings
    metrics = Metrics() if metrics is None else metrics
    tokens = Tokens(Seal(configuration.data / "token-keys", clock), configuration.installs, clock)
    headers = Headers(configuration.public_url)
    parts = Parts(
        configuration=configuration,
        answers=Answers(configuration, contexts, renderings, metrics, clock),
        questions=Questions(configuration),
        access=Access(tokens, keys, clock),
        tokens=tokens,
        receipts=receipts,
        disputes=disputes,
        memory=memory,
        changes=changes,
        installs=installs,
        sightings=sightings,
        packages=packages,
        credentials=credentials,
        health=health,
        changed=changed,
        drifts=drifts,
        consents=consents,
        sessions=AdminSessions(Seal(configuration.data / "admin-keys", clock), keys, clock),
        limits=Limits(allowance),
        metrics=metrics,
        headers=headers,
        common=headers.common,
        clock=clock,
        host=_hosts(configuration, memory, published),
        ready=ready,
    )
    logged = AccessLog(LastResort(_flask(parts), parts.common), metrics)
    return HotPath(logged, renderings, parts.limits.pace, metrics, clock, common=parts.common)


def _flask(parts: Parts) -> APIFlask:
    application = APIFlask(
        NAME,
        title=INFO["title"],
        spec_path=None,
        docs_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # Flask's own word for none
        template_folder="web/templates",
    )
    application.config.update(
        AUTO_200_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_SERVERS=False,
        DEBUG=False,
        INFO=INFO,
        MAX_CONTENT_LENGTH=LONGEST,
        PROPAGATE_EXCEPTIONS=False,
        SECURITY_SCHEMES=SECURITY_SCHEMES,
        SERVERS=[{"url": parts.configuration.public_url}],
        VALIDATION_ERROR_STATUS_CODE=400,
    )
    # An id may hold slashes, several in a row too; no address is corrected by a redirect.
    application.url_map.merge_slashes = False
    application.extensions[NAME] = parts
    for blueprint in (api, visits, sights, push, entry, oembed, assets, service, admin):
        application.register_blueprint(blueprint)
    errors.register(application)
    application.before_request(_name_endpoint)

    @application.after_request
    def protect(response: Response) -> Response:
        for name, value in parts.common:
            response.headers.setdefault(name, value)
        return response

    return application


def _name_endpoint() -> None:
    request.environ[ENDPOINT] = request.endpoint or "none"


def _hosts(
    configuration: Configuration, memory: Memory, published: Callable[[str], Published]
) -> Callable[[str], Host]:
    made: dict[str, Host] = {}

    def host(id: str) -> Host:
        install, known = configuration.installs[id], made.get(id)
        if known is None or known.install is not install:
            fields = [field.id for field in configuration.fields_for(install.host)]
            kind = plugins.host(install.host)
            made[id] = known = kind(install, memory, fields, published(kind.keys_at))
        return known

    return host
