"""What an API tells of what our credential may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jmespath
from context_sidecar import Adapter, Scope

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.request import Blanks, Request

UNTOLD = "our rights, where it is declared that they are told"


@dataclass(frozen=True, slots=True)
class Rights:
    """What one answer tells, which is the check's own where there is no `request`: `excess` lists
    rights that are too much, `has` shows that we have `right`, which the lookups `of` it need.
    `unavoidable` says what nobody can be without who has what is needed."""

    request: Request | None = None
    excess: str = ""
    right: str = ""
    has: str = ""
    of: tuple[str, ...] = ()
    unavoidable: str = ""

    @property
    def tells(self) -> bool:
        """Whether an answer is looked at."""
        return bool(self.excess or self.has)

    def of_answer(self, body: Any) -> Scope:
        """Return what *body* tells."""
        excess = jmespath.search(self.excess, body) if self.excess else ()
        has = jmespath.search(self.has, body) if self.has else False
        if excess is None or has is None:
            return Scope(untold=(UNTOLD,))
        right = (self.right,) if self.right else ()
        missing, held = ((), right) if has else (right, ())
        return Scope(missing, tuple(map(str, excess)), held=held)


def told(
    rights: Sequence[Rights],
    needed: Mapping[str, str],
    check: Request,
    adapter: Adapter,
    judge: Judgement,
) -> Scope | None:
    """Return what *rights* tell, and which of the *needed* ones are missing, each with what in the
    answer to the *check* shows that we have it; None where nothing is declared that tells."""
    if not (rights or needed):
        return None

    def answer(request: Request) -> Any:
        return judge.body(request.send(adapter, Blanks()))

    telling = [one for one in rights if one.tells]
    checked = needed or any(one.request is None for one in telling)
    body = answer(check) if checked else None
    found = [one.of_answer(answer(one.request) if one.request else body) for one in telling]
    lacking = tuple(one for one, shown in needed.items() if not jmespath.search(shown, body))
    excess = [name for one in found for name in one.excess or ()]
    tells = any(one.excess or one.unavoidable for one in rights)
    return Scope(
        (*lacking, *(name for one in found for name in one.missing)),
        tuple(dict.fromkeys(excess)) if tells else None,
        tuple(dict.fromkeys(name for one in found for name in one.untold)),
        tuple(name for one in found for name in one.held),
        tuple(one.unavoidable for one in rights if one.unavoidable),
    )
