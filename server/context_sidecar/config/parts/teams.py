"""`teams`: who owns what, and who is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError

from context_sidecar.config.contract import about
from context_sidecar.config.draft import Draft
from context_sidecar.config.scalars import Several, Span
from context_sidecar.config.texts import Reference, Text
from context_sidecar.core.secrets import Secret
from context_sidecar.core.source import Team
from context_sidecar.settings import SecretText


class Notify(SecretText):
    """A way to tell people, as Apprise writes it; its address holds a token."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Secret:
        secret = super()._deserialize(value, attr, data, **kwargs)
        if not re.match(r"[a-z][a-z0-9+.-]*://\S", secret.reveal()):
            raise ValidationError("expected an Apprise address such as mailto://… or slack://…")
        return secret

    def is_bare(self, text: str) -> bool:
        """Whether it is a mailbox without a password."""
        return bool(re.fullmatch(r"mailtos?://[^:?/]+/?", text))


class TeamSchema(Schema):
    """People who own sources, fields or cards."""

    name = Text(required=True, metadata=about("What people call the team.", "Revenue Operations"))
    notify = Several(
        Notify(),
        load_default=list,
        metadata=about(
            "How the team is told when something that it owns fails: Apprise addresses.",
            ["${REVOPS_SLACK_URL}"],
        ),
    )
    escalate_to = Reference(
        metadata=about("The team that is told when this one does not settle it.", "it-leads")
    )
    escalate_after = Span(
        timedelta(minutes=1),
        timedelta(days=30),
        metadata=about("After how long the next team is told.", "2h"),
    )


def check(draft: Draft) -> None:
    """Check that escalation leads somewhere and ends."""
    following: dict[str, str] = {}
    for way, name, part in draft.section("teams"):
        if ("escalate_to" in part) != ("escalate_after" in part):
            _unpaired(draft, name)
        if draft.refer((*way, "escalate_to"), "teams", "a team"):
            following[name] = str(draft.document.at((*way, "escalate_to")))
    _refuse_circles(draft, following)


def _unpaired(draft: Draft, id: str) -> None:
    for given, wanted in (("escalate_to", "escalate_after"), ("escalate_after", "escalate_to")):
        if draft.document.at(("teams", id, given)) is None:
            continue
        if draft.document.at(("teams", id, wanted)) is None:
            draft.findings.mistake(("teams", id, wanted), f"{given} needs {wanted} beside it")


def _refuse_circles(draft: Draft, following: Mapping[str, str]) -> None:
    settled: set[str] = set()
    for start in following:
        trail = [start]
        while (after := following.get(trail[-1])) and after not in trail and after not in settled:
            trail.append(after)
        if after in trail:
            circle = " → ".join([*trail[trail.index(after) :], after])
            draft.findings.mistake(
                ("teams", trail[-1], "escalate_to"),
                f"expected an escalation that ends, it goes in a circle ({circle})",
            )
        settled.update(trail)


def build(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Team]:
    """Return the teams by name."""
    return {
        name: Team(
            name,
            part["name"],
            tuple(part["notify"]),
            part.get("escalate_to", ""),
            part.get("escalate_after"),
        )
        for name, part in data.items()
    }
