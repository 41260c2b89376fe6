"""Declarations put into a file that people write: nothing else in it changes."""

from __future__ import annotations

import pytest
import yaml
from context_sidecar.config.inserting import NoPlaceError, inserted

BLOCK = "tier:\n  label: Tier\n  # audience: who needs it?\n"


def added(before, after):
    """The lines of *after* that *before* lacks; all of *before* is there, in its order."""
    left = iter(after.splitlines())
    new = []
    for line in before.splitlines():
        for found in left:
            if found == line:
                break
            new.append(found)
        else:
            pytest.fail(f"lost: {line}")
    return [*new, *left]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(
            "version: 1\nfields:\n  health: {type: number}   # of 100\n\ncards:\n  a: {}\n",
            "version: 1\nfields:\n  health: {type: number}   # of 100\n"
            "  tier:\n    label: Tier\n    # audience: who needs it?\n\ncards:\n  a: {}\n",
            id="before the blank that follows",
        ),
        pytest.param(
            "fields:\n    health:\n        type: number\n        # old: 1\n# Cards.\ncards: {}\n",
            "fields:\n    health:\n        type: number\n        # old: 1\n"
            "    tier:\n      label: Tier\n      # audience: who needs it?\n# Cards.\ncards: {}\n",
            id="as far in as the others are, after the last one's comments",
        ),
        pytest.param(
            "fields:\n  health:\n    definition: |\n      One.\n\n      Two.\n\ncards: {}\n",
            "fields:\n  health:\n    definition: |\n      One.\n\n      Two.\n"
            "  tier:\n    label: Tier\n    # audience: who needs it?\n\ncards: {}\n",
            id="after a text of several lines",
        ),
        pytest.param(
            "fields:\n  health:\n    audience:\n    - support\n    - csm",
            "fields:\n  health:\n    audience:\n    - support\n    - csm\n"
            "  tier:\n    label: Tier\n    # audience: who needs it?\n",
            id="at the end of a file without an end",
        ),
        pytest.param(
            "fields: {}   # none yet\ncards: {}\n",
            "fields:   # none yet\n  tier:\n    label: Tier\n    # audience: who needs it?\n"
            "cards: {}\n",
            id="in the place of nothing",
        ),
        pytest.param(
            "fields:\ncards: {}\n",
            "fields:\n  tier:\n    label: Tier\n    # audience: who needs it?\ncards: {}\n",
            id="below a key without a value",
        ),
        pytest.param(
            "version: 1\n",
            "version: 1\n\nfields:\n  tier:\n    label: Tier\n    # audience: who needs it?\n",
            id="with a section of their own",
        ),
    ],
)
def test_they_stand_at_the_end_of_the_fields(before, expected):
    assert inserted(before, [BLOCK]) == expected


def test_the_ends_of_lines_stay_as_they_are():
    after = inserted("fields:\r\n  a: {}\r\n# end\r\n", [BLOCK])

    assert after.count("\r\n") == after.count("\n") == 6


def test_a_file_as_people_write_them_stays_itself():
    before = (
        "# Ours.\nversion: 1\n\nfields:\n  # First.\n  health:\n    type: number  # of 100\n\n"
        "  owner: &owner\n    type: person\n\n# Cards.\ncards: {a: {fields: [health]}}\n"
    )
    after = inserted(before, [BLOCK, BLOCK.replace("tier", "plan")])

    assert added(before, after) == [
        "  tier:", "    label: Tier", "    # audience: who needs it?",
        "  plan:", "    label: Tier", "    # audience: who needs it?",
    ]  # fmt: skip
    assert list(yaml.safe_load(after)["fields"]) == ["health", "owner", "tier", "plan"]


def test_fields_in_braces_have_no_lines_to_stand_in():
    with pytest.raises(NoPlaceError, match="stands in braces"):
        inserted("fields: {health: {type: number}}\n", [BLOCK])
