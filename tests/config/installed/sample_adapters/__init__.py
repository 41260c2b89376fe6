"""Adapters as a third party would install them."""
