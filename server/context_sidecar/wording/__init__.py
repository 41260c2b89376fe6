"""A card in words: messages, dates, money and durations in the reader's language.

`answer` makes the one answer that every rendering is made from, so that a state has the same words
in every host. `words` speaks one language: the English text in the code is the message's id, and
`catalogs/<language>.po` holds what it is in the others. To add a language, add its catalog; the
tests say which messages it lacks. Knows the core only.
"""

from context_sidecar.languages import LANGUAGES
from context_sidecar.wording.answer import answer
from context_sidecar.wording.words import Words, words

__all__ = ["LANGUAGES", "Words", "answer", "words"]
