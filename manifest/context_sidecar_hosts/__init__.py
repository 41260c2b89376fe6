"""Where context shows up: one folder per host tool, with everything of that host inside. A host
knows `context_sidecar`, no web framework and no other host."""
