"""A secret that must turn up nowhere; it holds what has to be quoted in an address."""

CANARY = "canary-7f3e5b!@/x"
