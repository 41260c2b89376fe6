"""One install that does not stand in the file, by the same rules as those that do."""

from __future__ import annotations

import pytest
from context_sidecar.config import install_of
from context_sidecar.core.errors import ConfigurationError
from context_sidecar.core.secrets import Secret
from support.web import configuration

SECRET = "x1Y2z3A4b5C6d7E8f9G0h1I2j3K4l5M6"
FRAMED = {
    "host": "iframe",
    "label": "Desk",
    "origins": ["https://desk.example.com"],
    "roles": ["support"],
    "settings": {"secret": SECRET},
}


@pytest.fixture
def made(tmp_path):
    def make(name="desk", **changes):
        return install_of(name, FRAMED | changes, configuration(tmp_path))

    return make


def mistakes(made, **changes):
    with pytest.raises(ConfigurationError) as refused:
        made(**changes)
    return {each.path: f"{each.expected}. {each.hint}" for each in refused.value.mistakes}


def test_it_is_what_the_file_would_make_of_it(made):
    install = made()

    assert (install.id, install.host, install.label) == ("desk", "iframe", "Desk")
    assert install.origins == ("https://desk.example.com",)
    assert install.roles == {"support"}
    assert install.settings["secret"] == Secret(SECRET)


def test_a_source_is_one_of_the_file(made):
    assert made(source="helpdesk").source.label == "Helpdesk"
    assert "expected a source that can be asked for records" in str(
        mistakes(made, source="billing")
    )
    assert mistakes(made, source="helpdsk")["installs.it.source"].endswith("`helpdesk`?")


@pytest.mark.parametrize("name", ["", "Desk", "a b", "../x", "a/b", "x" * 64, "1st"])
def test_a_name_is_one_that_stands_in_an_address(made, name):
    assert "expected a name of lower-case letters" in str(mistakes(made, name=name))


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"host": "zendsk"}, "installs.it.host", "expected the name of an installed host"),
        ({"origins": ["nonsense"]}, "installs.it.origins[0]", "expected"),
        ({"origins": []}, "installs.it.origins", "expected at least one"),
        ({"settings": {}}, "installs.it.settings.secret", "this key is missing"),
        ({"settings": {"secret": "short"}}, "installs.it.settings.secret", "at least 32"),
    ],
)
def test_every_mistake_is_told_with_the_way_to_it(made, changes, path, words):
    assert words in mistakes(made, **changes)[path]


def test_s18_no_mistake_quotes_a_secret(made):
    with pytest.raises(ConfigurationError) as refused:
        made(settings={"secret": "quite a short one"})

    assert "quite a short one" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["${HOME}${PATH}${SHELL}${USER}${LANG}", "${file:/etc/passwd}" * 3]
)
def test_nothing_is_taken_from_outside(made, text):
    """Whoever enters settings in a form may not read our environment or our files by them."""
    assert made(settings={"secret": text}).settings["secret"] == Secret(text)
