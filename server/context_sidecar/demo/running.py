"""The demo as a whole: four systems, the sidecar and the workspace, in one process."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from context_sidecar.app import Running, open_sidecar, utc_now
from context_sidecar.core.clock import Clock
from context_sidecar.core.observation import Observation
from context_sidecar.demo import crm, helpdesk
from context_sidecar.demo.billing import write_billing
from context_sidecar.demo.every_state import create_every_state
from context_sidecar.demo.faults import Switches
from context_sidecar.demo.keys import CONFIGURATION, Keys
from context_sidecar.demo.look import Stage
from context_sidecar.demo.looks import looks
from context_sidecar.demo.servers import Server
from context_sidecar.demo.warehouse import write_warehouse
from context_sidecar.demo.workspace import create_workspace
from context_sidecar.preview import File, preview
from context_sidecar.proof.signed_url import sign
from context_sidecar.wording import words

LONGEST_WAIT = 2.0
"""Seconds that a switch waits for what the CRM said two hours ago."""


@contextmanager
def running_demo(port: int = 0, clock: Clock = utc_now) -> Iterator[str]:
    """Run the demo; give the address of the workspace, on *port* or any free one."""
    switches = Switches()
    with ExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory(prefix="context-sidecar-demo-")))
        # The workspace has another name than the sidecar, so that the card stands in a frame of
        # another site, as it does in every real tool.
        workspace = _server(stack, port, name="localhost")
        crm_server, helpdesk_server, sidecar_server = (_server(stack) for _ in range(3))
        keys = Keys(clock())
        write_warehouse(data / "warehouse.db")
        write_billing(data / "billing.csv", switches)
        crm_server.start(crm.create_crm(switches))
        helpdesk_server.start(helpdesk.create_helpdesk(workspace.url))
        sidecar = stack.enter_context(
            open_sidecar(
                CONFIGURATION,
                {
                    "DEMO_URL": sidecar_server.url,
                    "DEMO_DATA": str(data),
                    "DEMO_CRM": crm_server.url,
                    "DEMO_CRM_KEY": crm.KEY,
                    "DEMO_HELPDESK": helpdesk_server.url,
                    "DEMO_HELPDESK_KEY": helpdesk.KEY,
                    "DEMO_WORKSPACE": workspace.url,
                    **keys.environment(),
                },
                clock=clock,
                log_level=logging.ERROR,
            )
        )
        sidecar.sync()
        sidecar_server.start(sidecar.application())

        def frame(install: str, type: str, id: str, known_by: Mapping[str, str]) -> str:
            parameters = {"record": f"{type}/{id}"}
            parameters |= {f"key.{name}": value for name, value in known_by.items()}
            secret = keys.secret(install)
            return sign(sidecar_server.url, install, secret, parameters, now=clock())

        one_at_a_time = Lock()

        def turn(fault: str, *, on: bool) -> None:
            with one_at_a_time:
                switches.turn(fault, on=on)
                if fault == "billing_old":
                    write_billing(data / "billing.csv", switches)
                    _ask_again(sidecar, "billing")
                    return
                if fault == "twins":
                    sidecar.sync()
                if switches.ages():
                    with switches.two_hours_ago():
                        wait(_ask_again(sidecar, "crm"), LONGEST_WAIT)
                _ask_again(sidecar, "crm")

        def every_state() -> Mapping[str, File]:
            declared = sidecar.configuration
            return preview(declared, words(declared.locale, declared.time_zone), clock())

        stage = Stage(sidecar_server.url, workspace.url, keys, clock)
        pages = create_workspace(switches, frame, turn, looks(stage))
        pages.register_blueprint(create_every_state(every_state))
        workspace.start(pages)
        yield workspace.url


def _ask_again(sidecar: Running, source: str) -> list[Future[Observation]]:
    """Ask a source again for what people look at, as somebody would who sits before each card and
    does not wait for the background; return the attempts."""
    sidecar.sources[source].start_anew()
    attempts = []
    for question, keys in sidecar.cache.looked_at().items():
        if question.source == source:
            now = sidecar.clock()
            asked = sidecar.cache.ask(question, keys, now=now, interactive=True, force=True)
            attempts += [one.future for one in asked.values() if one.future]
    return attempts


def _server(stack: ExitStack, port: int = 0, **options: str) -> Server:
    server = Server(port, **options)
    stack.callback(server.stop)
    return server
