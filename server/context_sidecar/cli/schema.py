"""`sidecar schema`: the JSON Schema of sidecar.yaml, for editors."""

from __future__ import annotations

import json

import click

from context_sidecar.config import json_schema


@click.command()
def command() -> None:
    """Print the JSON Schema of sidecar.yaml.

    Save it beside sidecar.yaml, and let your editor know by a first line in there:

    # yaml-language-server: $schema=./sidecar.schema.json
    """
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
