"""`sidecar connect`: let a source in that a person connects at the vendor's own page."""

from __future__ import annotations

import getpass
import secrets

import click

from context_sidecar.cli._running import opened
from context_sidecar.core.errors import SourceError
from context_sidecar.core.hints import did_you_mean


@click.command()
@click.argument("source")
@click.pass_context
def command(ctx: click.Context, source: str) -> None:
    """Connect SOURCE at the vendor's page, in a browser that may be on any machine.

    The address to open there is printed. The vendor leads you to an address that begins with
    public_url; paste the whole of it here, whether a page came there or not.
    """
    from context_sidecar.engine.brought_back import brought_back  # noqa: PLC0415  as below
    from context_sidecar.engine.credentials import IN_TERMINAL  # noqa: PLC0415  only when called

    with opened(ctx.obj) as running:
        declared, credentials = running.configuration.sources, running.credentials
        if source not in declared:
            hint = did_you_mean(source, declared)
            raise click.BadParameter(f"There is no source {source!r} in sidecar.yaml. {hint}")
        sent = credentials.page_for(source, f"{IN_TERMINAL}{secrets.token_urlsafe(24)}")
        click.echo("Open this address in a browser, and let Context Sidecar in:\n", err=True)
        click.echo(sent.address)
        click.echo(
            "\nThe vendor must know this address of ours as a redirect URI of the app:\n"
            f"{credentials.back_to}\n", err=True,
        )  # fmt: skip
        text = click.prompt("The address that you were led to", err=True)
        brought = brought_back(text, sent.state, credentials.back_to)
        try:
            credentials.connect(
                source, sent.verifier, brought, f"{getpass.getuser()}, in a terminal"
            )
        except SourceError as error:
            raise click.ClickException(f"{error.detail}. {error.remedy}".strip()) from None
        said = credentials.of(source).said
    click.echo(f"{declared[source].label}: {said}.")
