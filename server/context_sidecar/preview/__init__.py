"""Every state of every field, before anybody meets it, and the page that explains them to agents.

Nothing here is real but the configuration and the code: no source is asked and no value is
anybody's. Observations are made up, and from there on a card comes about as it always does: the
core's honesty rule, the words, the widget. So a preview cannot show what an agent would not see.
Knows the core, the words and the widget only; gives pages, and leaves it to others where they go.
"""

from context_sidecar.preview.pages import File, preview

__all__ = ["File", "preview"]
