"""An adapter that quotes what it was given in every error, as none should."""

from __future__ import annotations

from typing import Any

from context_sidecar import Adapter
from marshmallow import Schema, ValidationError, fields, post_load, validates


class Careless(Adapter):
    class Settings(Schema):
        password = fields.String()
        pin = fields.String()
        stage = fields.String(load_default="")

        @validates("pin")
        def _quoting(self, value: str, **kwargs: Any) -> None:
            raise ValidationError(f"{value} is no pin")

        @post_load
        def _crashing(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
            if data["stage"] == "schema":
                raise RuntimeError(f"cannot use {data['password']}")
            return data

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        if settings["stage"] == "adapter":
            raise ValueError(f"cannot sign in with {settings['password']}")

    def check(self) -> str:
        return ""
