"""The page of an app that a host tool serves itself: a card, drawn in the browser from its plain
parts (`sheets`), and everything that is said while there is none.

For tools that take an app's own pages and send its requests on, so that the secret stays with them
and the browser never speaks with us. A host's package takes `FILES` as they are, beside a script of
its own that knows the tool's client:

    window.contextSidecar.start({ name, start, find, ask, resize, open })

| what | gives |
|---|---|
| `name` | how people call the tool |
| `start(show, leave)` | nothing; it calls `show` when a record is on screen, `leave` when it goes |
| `find()` | a promise of the record, `{type, id, keys}`, with `locale` where the tool knows it |
| `ask(about)` | a promise of our answer, `{sheet}` or `{notice}`; adds `zone`, `again` |
| `resize(height)` | nothing; the page is so many pixels high |
| `open(url)` | whether the tool opens the link itself |

The scripts are plain ones: not every tool's checks know modules. They load nothing from anywhere,
put every text in as text, and leave no values on screen that may be of another record.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

NAMES = ("words.js", "sheet.js", "card.js", "card.css")
"""What a page loads, in this order."""

FILES: Mapping[str, bytes] = {
    name: (files(__package__) / "assets" / name).read_bytes() for name in NAMES
}
