"""Where data comes from: one file per system. An adapter knows `context_sidecar` and its own
system, and no other adapter."""
