"""The call that proves that the settings work, and that we are shown all there is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jmespath
from context_sidecar import Adapter, Answers, NoMatch, Reason, SourceError

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.query import check_rows
from context_sidecar_adapters.rest.request import Blanks, Request

Ask = Callable[[Sequence[str], Collection[str]], Answers]


def doubted(ask: Ask) -> Ask:
    """Return *ask* with its nones uncertain, as nothing tells them from what we may not see."""

    def asked(keys: Sequence[str], names: Collection[str]) -> Answers:
        answers = ask(keys, names)
        return {
            key: NoMatch(certain=False) if isinstance(one, NoMatch) else one
            for key, one in answers.items()
        }

    return asked


@dataclass(frozen=True, slots=True)
class Check:
    """The cheapest call there is. `says` is what in its answer names whom we are signed in as,
    `sees_all` what shows that nothing is hidden from them."""

    request: Request
    says: str
    sees_all: str

    def look(self, adapter: Adapter, judge: Judgement) -> str:
        """Make the call, and return whom we are signed in as, where it is declared what says so.

        Raises:
            SourceError: it is refused, has neither an object nor a list of such, says nobody, or
                does not show that we see all.
        """
        body = judge.body(self.request.send(adapter, Blanks()))
        check_rows(body if isinstance(body, list) else [body])
        if self.sees_all and not jmespath.search(self.sees_all, body):
            detail = "our user is not known to be one from whom nothing is hidden"
            raise SourceError(Reason.PERMISSION_DENIED, detail, certain=False)
        return self._who(body)

    def beside(self, sees_all: str) -> Check:
        """Return it for what is not hidden from us only where *sees_all* holds, too."""
        both = [f"({one})" for one in (self.sees_all, sees_all) if one]
        return replace(self, sees_all=" && ".join(both))

    def see_all(self, adapter: Adapter, judge: Judgement) -> None:
        """Make sure that we are shown all there is, where it is declared what says so."""
        if self.sees_all:
            self.look(adapter, judge)

    def shown_all(self, ask: Ask, adapter: Adapter, judge: Judgement, *, always: bool) -> Ask:
        """Return *ask* with its nones (*always*: with all its answers, as lists may lack a part)
        believed only where we are shown all there is."""

        def asked(keys: Sequence[str], names: Collection[str]) -> Answers:
            answers = ask(keys, names)
            if always or any(isinstance(answer, NoMatch) for answer in answers.values()):
                self.see_all(adapter, judge)
            return answers

        return asked if self.sees_all else ask

    def _who(self, body: Any) -> str:
        who = jmespath.search(self.says, body) if self.says else None
        if self.says and not who:
            detail = f"the check's answer has nothing at {self.says}"
            raise SourceError(Reason.SCHEMA_CHANGED, detail)
        return str(who or "")
