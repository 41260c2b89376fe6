"""A small company whose systems can be broken on purpose.

Its systems are real ones, on loopback; only their data is made up.
"""
