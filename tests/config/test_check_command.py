"""`sidecar check` and `sidecar schema`, as people and machines call them."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from context_sidecar import config
from context_sidecar.cli import main
from support.canary import CANARY


@pytest.fixture
def check(write, environment):
    def check(text: str, *options: str, **more: str):
        path = write(text)
        command = ["--config", str(path), "check", *options]
        result = CliRunner().invoke(main, command, env=environment | more)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output.replace(f"{path.parent}/", "")

    return check


@pytest.fixture
def doubtful(good):
    return good.replace("roles: [support]", "roles: [sales]")


def test_a_good_file_ends_with_0_and_says_what_is_in_it(check, good):
    assert check(good) == (
        0,
        "sidecar.yaml is in order: 2 sources, 5 fields, 1 card, 1 install.\n",
    )


def test_a_bad_file_ends_with_1_and_names_every_mistake_as_compilers_do(check, good):
    code, output = check(
        good.replace("stale_after: 1h", "stale_after: soon").replace("host: notebook", "host: book")
    )
    assert code == 1
    assert output.splitlines() == [
        (
            "sidecar.yaml:66:18: mistake: fields.health.stale_after: expected a duration such as "
            "30s, 5m, 2h, 1d or 2w, found `soon`."
        ),
        (
            "sidecar.yaml:126:11: mistake: installs.notebook-eu.host: expected the name of an "
            "installed host, found `book`. Did you mean `notebook`?"
        ),
        "sidecar.yaml: 2 mistakes.",
    ]


def test_a_warning_is_marked_and_does_not_fail(check, doubtful):
    code, output = check(doubtful)
    assert code == 0
    assert output.splitlines() == [
        (
            "sidecar.yaml:129:5: warning: installs.notebook-eu.roles: sales may see none of the "
            "cards shown in notebook."
        ),
        "sidecar.yaml is in order: 2 sources, 5 fields, 1 card, 1 install; 1 warning.",
    ]


def test_a_warning_fails_where_it_is_asked_to(check, doubtful, good):
    assert check(doubtful, "--strict")[0] == 1
    assert check(good, "--strict")[0] == 0


def test_programs_are_told_the_same_as_json(check, good, doubtful):
    code, output = check(good.replace("host: notebook", "host: notebok"), "--format", "json")
    [finding] = json.loads(output)["findings"]
    assert code == 1
    assert finding == {
        "file": "sidecar.yaml", "line": 126, "column": 11, "path": "installs.notebook-eu.host",
        "found": "`notebok`", "expected": "expected the name of an installed host",
        "hint": "Did you mean `notebook`?", "warning": False,
    }  # fmt: skip
    assert json.loads(check(doubtful, "--format", "json")[1])["usable"] is True
    assert json.loads(check(doubtful, "--format", "json", "--strict")[1])["usable"] is False


def test_a_terminal_shows_the_line_and_points_at_the_place(check, good):
    _, output = check(good.replace("stale_after: 1h", "stale_after: soon"), FORCE_COLOR="1")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    assert plain != output
    assert plain.splitlines()[1:3] == [
        "    66 │     stale_after: soon",
        "       │                  ^",
    ]


def test_a_line_on_the_terminal_shows_no_secret_written_into_it(check, good):
    text = good.replace(
        'settings: {secret: "${file:secrets/notebook}"}',
        f'settings: {{secret: "{CANARY}", colour: "{CANARY}", list: [{CANARY[:12]}]}}',
    ).replace("token: ${LEDGER_TOKEN}", f"tokn: ${{LEDGER_TOKEN}}{CANARY}")
    code, output = check(text, FORCE_COLOR="1")
    assert code == 1
    assert "canary" not in output
    assert "tokn: ${LEDGER_TOKEN}••••" in output


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\nsettings: *b", "teams: &a\n  settings: &b [*a, *b]", "a: 1\n\tb: 2", ""]
)
def test_a_file_that_is_hard_to_read_is_told_of_on_a_terminal_too(check, text):
    assert check(text, FORCE_COLOR="1")[0] == 1


def test_a_file_that_is_not_there_ends_with_1(environment, tmp_path):
    result = CliRunner().invoke(main, ["--config", str(tmp_path / "none.yaml"), "check"])
    assert result.exit_code == 1
    assert "cannot be read (No such file or directory). Name it with --config." in result.output


def test_the_schema_is_printed_as_json():
    result = CliRunner().invoke(main, ["schema"])
    assert result.exit_code == 0
    assert json.loads(result.output) == config.json_schema()
