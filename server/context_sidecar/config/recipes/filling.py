"""What an admin entered, put into the places that a recipe has for it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from context_sidecar.core.secrets import Secret

_PLACE = re.compile(r"\$\{([^${}\n]*)\}")


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """Return *template* with `${name}` replaced by the value of that name: as it is where it is the
    whole of a text, and a list as JSON has it where it is a part. A text with a secret in it is a
    secret, which no other place takes."""
    match template:
        case str():
            return _filled_text(template, values)
        case dict():
            return {name: filled(part, values) for name, part in template.items()}
        case list():
            return [filled(part, values) for part in template]
    return template


def _filled_text(text: str, values: Mapping[str, Any]) -> Any:
    if whole := _PLACE.fullmatch(text):
        return values[whole[1]]
    text_of = {name: _text(values[name]) for name in _PLACE.findall(text)}
    done = _PLACE.sub(lambda place: text_of[place[1]], text)
    return Secret(done) if any(isinstance(values[name], Secret) for name in text_of) else done


def _text(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    return json.dumps(value) if isinstance(value, list) else str(value)
