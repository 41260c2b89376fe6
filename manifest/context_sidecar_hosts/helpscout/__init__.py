"""Help Scout."""
