"""Any tool that can put a field of its record into an address, and sign nothing."""
