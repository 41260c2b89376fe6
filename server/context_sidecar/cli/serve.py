"""`sidecar serve`: answer the host tools."""

from __future__ import annotations

import os
import sys
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

import click

from context_sidecar.core.errors import SidecarError

if TYPE_CHECKING:
    from context_sidecar.web.hot import HotPath

PORT = 8710


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help="The port to listen at.",
)
@click.pass_context
def command(ctx: click.Context, host: str, port: int) -> None:
    """Serve cards and the API until told to stop.

    It speaks plain HTTP: put it behind the web server that has your certificate, and say in
    sidecar.yaml how many such servers are in front (trusted_proxies).
    """
    from context_sidecar.config import load  # noqa: PLC0415  loaded only when it serves
    from context_sidecar.web.listening import free_address  # noqa: PLC0415
    from context_sidecar.web.server import serve  # noqa: PLC0415

    path: Path = ctx.obj
    # What is wrong with the configuration or the address is said before anything is started.
    public = load(path, os.environ).configuration.public_url
    address = free_address(host, port)
    click.echo(f"Serving {public} at http://{host}:{port}. Ctrl+C ends it.", err=True)
    serve(partial(_open, path), address, port)


def _open(path: Path) -> HotPath:
    """Open the deployment in the process that serves it, and close it when that process ends."""
    from context_sidecar.app import open_sidecar  # noqa: PLC0415

    try:
        running = open_sidecar(path)
    except SidecarError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    # A child process of multiprocessing runs no `atexit`; its own finalizers it does run.
    Finalize(None, running.close, exitpriority=1)
    return running.application()
