"""A secret shows itself only when asked by name."""

import copy
import json
import logging
import pickle
import pprint
import traceback
from dataclasses import asdict, dataclass
from string import Template

import pytest
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import Basic, Bearer
from context_sidecar.core.source import Source, Team
from context_sidecar.core.values import plain
from hypothesis import given
from hypothesis import strategies as st
from support.build import REVOPS

TEXT = "s3cret-value"
SECRET = Secret(TEXT)


@dataclass(frozen=True)
class Holder:
    token: Secret = SECRET


@pytest.mark.parametrize(
    "written",
    [
        str(SECRET), repr(SECRET), f"{SECRET}", f"{SECRET!r}", f"{SECRET!s:>20}",
        str.__mod__("%s", SECRET), str.__mod__("%r", (SECRET,)), str.format("{}", SECRET),
        str.format("{!r}", SECRET), format(SECRET), ascii(SECRET),
        Template("$x").substitute(x=SECRET),
        str([SECRET]), repr({"token": SECRET}), repr(Holder()), str(asdict(Holder())),
        repr(Bearer(SECRET)), repr(Basic("user", SECRET)),
        repr(Team("revops", "Revenue", notify=(SECRET,))),
        pprint.pformat({"token": [SECRET]}), str(ValueError(SECRET)), repr(KeyError(SECRET)),
        json.dumps({"token": SECRET}, default=str),
        str(copy.copy(SECRET)), str(copy.deepcopy([SECRET])), str(dir(SECRET)),
    ],
)  # fmt: skip
def test_wherever_it_is_written_there_is_a_mask(written):
    assert TEXT not in written


@given(st.text(min_size=6))
def test_the_mask_tells_nothing_not_even_the_length(text):
    assert str(Secret(text)) == str(SECRET)


def test_it_is_revealed_by_name_and_by_nothing_else():
    assert SECRET.reveal() == TEXT
    with pytest.raises(TypeError):
        json.dumps(SECRET)
    with pytest.raises(TypeError):
        plain({"token": SECRET})
    with pytest.raises(TypeError):
        TEXT + SECRET
    with pytest.raises(TypeError):
        vars(SECRET)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_written_down(protocol):
    for holder in (SECRET, [SECRET], Holder()):
        with pytest.raises(TypeError):
            pickle.dumps(holder, protocol)


def test_a_copy_is_the_secret_itself():
    assert copy.deepcopy({"token": SECRET})["token"] is SECRET
    assert asdict(Holder())["token"] is SECRET


def test_a_log_line_shows_the_mask(caplog):
    log = logging.getLogger("sidecar")
    log.error("refused: %s %r", SECRET, SECRET)
    log.error("refused: %(token)s", {"token": SECRET})
    assert "refused: •••• ••••" in caplog.text
    assert TEXT not in caplog.text


def refuse(token):
    raise ValueError(token)


def test_a_traceback_with_local_variables_shows_the_mask():
    with pytest.raises(ValueError, match="•") as refused:
        refuse(SECRET)
    shown = traceback.TracebackException.from_exception(refused.value, capture_locals=True)
    text = "".join(shown.format())
    assert "token = ••••" in text
    assert TEXT not in text


def test_a_sources_settings_are_not_shown_at_all():
    source = Source("crm", "rest", "CRM", REVOPS, settings={"password": TEXT})
    assert TEXT not in repr(source)


def test_equal_secrets_are_equal_and_nothing_else_is():
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert hash(Secret("a")) != hash("a")


def test_an_empty_secret_is_none():
    assert not Secret("")
    assert Secret("x")
