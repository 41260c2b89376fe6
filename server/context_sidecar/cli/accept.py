"""`sidecar accept`: that a field is right, though its type has changed in its system, or no item of
a list has it now."""

from __future__ import annotations

import click

from context_sidecar.cli._running import opened
from context_sidecar.core.hints import did_you_mean


@click.command()
@click.argument("field")
@click.pass_context
def command(ctx: click.Context, field: str) -> None:
    """Say that FIELD is right as sidecar.yaml declares it, though what it reads is of another type
    in its system than it was, or is in no item of a list now. Cards mark it no more within ten
    seconds.

    Where it is not right, correct its type or its path there instead.
    """
    with opened(ctx.obj) as running:
        declared = running.configuration.fields
        if field not in declared:
            hint = did_you_mean(field, declared)
            raise click.BadParameter(f"There is no field {field!r} in sidecar.yaml. {hint}".strip())
        if not running.drifts.accept(field):
            raise click.ClickException(f"Nothing that {field} reads is known to have changed.")
    click.echo(f"{field} is right as declared.")
