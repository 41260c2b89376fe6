"""The Django app as a wheel (PyPA, "Binary distribution format"): what `pip install` takes, and
`pip uninstall` removes without a trace."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from context_sidecar import PackageFile
from context_sidecar.hosting.packaging import templates

VERSION = "1.0.0"
FILE_NAME = f"context_sidecar_card-{VERSION}-py3-none-any.whl"
"""By which pip knows it (PyPA, "Binary distribution format", File name convention)."""

_PACKAGE = Path(__file__).parent / "package"
_ABOUT = f"context_sidecar_card-{VERSION}.dist-info"
_METADATA = f"""Metadata-Version: 2.1
Name: context-sidecar-card
Version: {VERSION}
Summary: Shows the customer behind a ticket of django-helpdesk, beside the ticket.
"""
_WHEEL = """Wheel-Version: 1.0
Generator: context-sidecar
Root-Is-Purelib: true
Tag: py3-none-any
"""
_CONFIGURED = '''"""What `sidecar manifest` has read from sidecar.yaml: where the card is, what a
ticket tells about its customer, and the title of the box."""

ADDRESS = {address!r}
KEYS = {keys!r}
TITLE = {title!r}
'''


def build(*, address: str, keys: Sequence[str], title: str) -> list[PackageFile]:
    """Return the wheel's files: the app, for the install at *address*."""
    configured = _CONFIGURED.format(address=address, keys=tuple(keys), title=title)
    files = [
        *(PackageFile(*file) for file in templates(_PACKAGE).items()),
        PackageFile("context_sidecar_card/configured.py", configured.encode()),
        PackageFile(f"{_ABOUT}/METADATA", _METADATA.encode()),
        PackageFile(f"{_ABOUT}/WHEEL", _WHEEL.encode()),
    ]
    return [*files, PackageFile(f"{_ABOUT}/RECORD", "".join(_record(files)).encode())]


def _record(files: Sequence[PackageFile]) -> Iterator[str]:
    for file in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(file.content).digest())
        yield f"{file.path},sha256={digest.decode().rstrip('=')},{len(file.content)}\n"
    yield f"{_ABOUT}/RECORD,,\n"
