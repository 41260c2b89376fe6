"""What a configuration says against itself though each part of it is valid, a module a subject.

A doubt is told as a warning: possible, and probably not meant.
"""
