"""`sidecar demo`: a small company on this machine, whose systems you may break."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Event

import click
from rich.console import Console

PORT = 8700


@click.command("demo")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Where the workspace is; 0 for any.",
)
def command(port: int) -> None:
    """Start a small company with a CRM, a warehouse, a billing file and a helpdesk, and look at it
    in the browser."""
    console = Console()
    with ExitStack() as stack:
        with console.status("Starting a CRM, a warehouse, a billing export and a helpdesk …"):
            # Imported here, so that the line above is seen at once.
            from context_sidecar.demo.running import running_demo  # noqa: PLC0415
            from context_sidecar.web.listening import free_address  # noqa: PLC0415

            free_address("127.0.0.1", port)
            url = stack.enter_context(running_demo(port))
        console.print(f"\nOpen [bold link={url}]{url}[/] in a browser. Ctrl+C ends the demo.\n")
        try:
            Event().wait()
        except KeyboardInterrupt:
            console.print("Stopping …")
