"""The `sidecar` command. Every module in this package is one command of the module's name, loaded
only when it is called; but for those that begin with `_`, which commands are made of."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from context_sidecar.core.errors import SidecarError


class Commands(click.Group):
    """Finds a command in the module of its name: there is no list to edit."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        names = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called *cmd_name*, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"{__name__}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with the deployment is said, without a trace."""
        try:
            return super().invoke(ctx)
        except SidecarError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("sidecar.yaml"),
    envvar="SIDECAR_CONFIG",
    show_default=True,
    show_envvar=True,
    help="The configuration.",
)
@click.version_option(package_name="context-sidecar")
@click.pass_context
def main(ctx: click.Context, config: Path) -> None:
    """Context Sidecar: the right facts where the work happens."""
    ctx.obj = config
