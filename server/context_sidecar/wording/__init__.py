"""A card in words: messages, dates, money and durations in the reader's language.

Makes the one answer (`answer.py`) that every rendering is made from, so that a state has the same
words in every host. Knows the core only.
"""
