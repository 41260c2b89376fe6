"""`brand`: what the apps that admins install are called, and their logo."""

from __future__ import annotations

from io import BytesIO

import pytest
from context_sidecar.config import load
from context_sidecar.core.errors import ConfigurationError
from PIL import Image


def png(width, height, kind="PNG"):
    target = BytesIO()
    Image.new("RGB", (width, height), "teal").save(target, kind)
    return target.getvalue()


@pytest.fixture
def branded(write, good, environment):
    """Loads a configuration whose logo is a file with this content."""

    def loaded(content):
        path = write(good.replace("{name: Acme Context}", "{name: Acme Context, logo: logo.png}"))
        if content is not None:
            (path.parent / "logo.png").write_bytes(content)
        return load(path, environment).configuration.brand

    return loaded


def test_apps_have_the_name_and_the_logo_that_are_declared(branded):
    brand = branded(png(512, 512))

    assert brand.name == "Acme Context"
    assert brand.logo == png(512, 512)


def test_without_a_brand_they_have_ours(write, good, environment):
    brand = load(write(good.replace("brand: {name: Acme Context}\n", "")), environment)

    assert brand.configuration.brand.name == "Context Sidecar"
    assert brand.configuration.brand.logo == b""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the logo cannot be read (No such file or directory)"),
        (b"", "expected a square PNG, the file is none"),
        (b"\x89PNG\r\n\x1a\n", "expected a square PNG, the file is none"),
        (png(512, 512, "JPEG"), "expected a square PNG, the file is none"),
        (png(512, 400), "expected a square PNG, it is 512 by 400 pixels"),
        (png(128, 128), "expected a square PNG, of at least 320 pixels, it has 128"),
        (png(320, 320) + bytes(2 * 1024 * 1024), "expected a square PNG, the file is larger"),
    ],
)
def test_what_is_no_logo_is_refused_with_its_line(branded, content, said):
    with pytest.raises(ConfigurationError) as refused:
        branded(content)

    [mistake] = refused.value.mistakes
    assert mistake.path == "brand.logo"
    assert mistake.line > 1
    assert mistake.expected.startswith(said)


def test_a_name_that_is_too_long_for_a_tool_is_refused(write, good, environment):
    with pytest.raises(ConfigurationError, match=r"brand\.name"):
        load(write(good.replace("Acme Context", 31 * "x")), environment)
