"""Flask, only here: the API, the pages, the hot path, what machines ask of us.

Nobody imports this room but the wiring.
"""
