"""The domain, pure: records, accounts, contracts, readings and the rules between them.

Standard library only. Nothing here does I/O or reads a clock: what time it is comes in as an
argument, and what the world said comes in as a value.
"""
