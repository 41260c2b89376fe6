"""The contract: a field or card that leaves a question open is refused, and told which one."""

from __future__ import annotations

import re

import pytest

QUESTIONS = {
    "who": "who is not answered, name the roles that may see it",
    "where": "where is not answered, name the places that show it, such as zendesk/ticket",
    "how often": "how often is not answered, say after how long a value is marked as old, "
    "such as 1h",
    "how long": "how often is not answered, say after how long a value is no longer shown, "
    "such as 14d",
    "decision": "the decision is not answered, say what someone does differently because of it",
    "truth": "the source of truth is not answered, name the one source",
    "value": "the source of truth is not answered, say which value of the source it is",
    "failure": "on failure is not answered, say show_stale or withhold",
    "owner": "the owner is not answered, name the team that answers for it",
}

OPEN = [
    ("fields.tier", "audience", "who"),
    ("fields.tier", "stale_after", "how often"),
    ("fields.tier", "expire_after", "how long"),
    ("fields.tier", "decision", "decision"),
    ("fields.tier", "source", "truth"),
    ("fields.tier", "path", "value"),
    ("cards.ticket", "audience", "who"),
    ("cards.ticket", "where", "where"),
    ("cards.ticket", "decision", "decision"),
    ("sources.crm", "owner", "owner"),
]


def without(text: str, part: str, key: str, instead: str = "") -> str:
    """Take the line of *key* out of *part* (or write *instead* after the key)."""
    section, name = part.split(".")
    pattern = rf"(?ms)(^{section}:.*?^  {name}:.*?)^    {key}:[^\n]*\n"
    edited, count = re.subn(pattern, rf"\1{instead}", text, count=1)
    assert count == 1
    return edited


@pytest.mark.parametrize(("part", "key", "question"), OPEN)
def test_a_question_that_is_left_out_is_named(good, mistakes_in, part, key, question):
    [mistake] = mistakes_in(without(good, part, key))
    assert (mistake.path, mistake.expected) == (f"{part}.{key}", QUESTIONS[question])


@pytest.mark.parametrize(
    ("part", "key", "question"), [*OPEN, ("fields.tier", "on_failure", "failure")]
)
@pytest.mark.parametrize("empty", ["", " ~"])
def test_an_empty_answer_is_none(good, mistakes_in, part, key, question, empty):
    [mistake] = mistakes_in(without(good, part, key, f"    {key}:{empty}\n"))
    assert (mistake.path, mistake.expected) == (f"{part}.{key}", QUESTIONS[question])


@pytest.mark.parametrize(
    ("part", "key", "question"), [one for one in OPEN if not one[1].endswith("_after")]
)
def test_a_text_with_nothing_in_it_is_no_answer(good, mistakes_in, part, key, question):
    [mistake] = mistakes_in(without(good, part, key, f"    {key}: ''\n"))
    assert (mistake.path, mistake.expected) == (f"{part}.{key}", QUESTIONS[question])


@pytest.mark.parametrize("answer", ["TBD", "todo", "n/a", "'-'", "???", "tbd.", "'  '"])
def test_a_placeholder_answers_nothing(good, mistakes_in, answer):
    text = without(good, "fields.tier", "decision", f"    decision: {answer}\n")
    [mistake] = mistakes_in(text)
    assert mistake.expected == QUESTIONS["decision"]


def test_an_audience_of_nobody_is_no_answer(good, mistakes_in):
    [mistake] = mistakes_in(without(good, "fields.tier", "audience", "    audience: []\n"))
    assert (mistake.path, mistake.expected) == ("fields.tier.audience", QUESTIONS["who"])


def test_on_failure_and_owner_of_a_field_have_an_answer_already(good, mistakes_in, warnings_in):
    """A value is shown as stale, and the source's owner answers for it, unless said otherwise."""
    assert warnings_in(without(good, "fields.tier", "on_failure")) == ()
    assert warnings_in(without(good, "fields.contract_value", "owner")) == ()
