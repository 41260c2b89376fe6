"""What people look at: templates, style and the script that keeps a card live. No build step.

`card` renders the answer as a fragment, which is also what the live script is given when it asks
again: one renderer. `page` puts it into the document that a host frames. `rows` are a card's fields
alone, for pages that explain them. `assets/` holds what a page loads; the files find each other by
relative addresses.

How a page's bridge (the script that speaks to the host tool's own SDK) and the live script talk:
events on `document`, with what they say in `detail`.

From the bridge to the script:

- `context-sidecar:record` `{type, id, keys, locale, time_zone}`: this record is on screen; the last
  three may be absent
- `context-sidecar:theme` `{theme}`: `light`, `dark`, or empty for what the system prefers
- `context-sidecar:refresh`: the record changed, ask again

From the script to the bridge:

- `context-sidecar:ready`: it listens now
- `context-sidecar:ask`: the host has not named a record, and the reader wants it asked again
- `context-sidecar:resize` `{height}`: the card's height in CSS pixels
- `context-sidecar:open-link` `{url}`: a link was followed; cancel the event to open it through
  the host's SDK

The script is loaded before the bridge and begins after it, so neither misses a word of the other.
"""

from context_sidecar_widgets.rendering import card, page, rows

__all__ = ["card", "page", "rows"]
