"""The steps, in order. A step that was released is never changed; a new one is added.

A file is called `r<revision>_<what it does>.py`; revisions are numbers of four digits.
"""
