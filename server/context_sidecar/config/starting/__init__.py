"""From a few choices to a whole `sidecar.yaml` that works: what `sidecar init` writes.

What fields and cards there are to choose from stands in two files beside this one, declared as in
`sidecar.yaml`; what a system has of them, its adapter says.
"""

from context_sidecar.config.starting.choosing import Plan, chosen
from context_sidecar.config.starting.keys import Choice, choices
from context_sidecar.config.starting.matching import knows_records
from context_sidecar.config.starting.picks import Found, PickedSource, Picks, Unfinished
from context_sidecar.config.starting.ready import ready_cards, ready_fields
from context_sidecar.config.starting.writing import written

__all__ = [
    "Choice",
    "Found",
    "PickedSource",
    "Picks",
    "Plan",
    "Unfinished",
    "choices",
    "chosen",
    "knows_records",
    "ready_cards",
    "ready_fields",
    "written",
]
