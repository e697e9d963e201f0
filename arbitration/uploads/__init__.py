"""Files that people bring: what one is by its content, refused or made harmless, and shown only as pictures made by us (trust.md §2.4).

kinds.py     what a file is by its first bytes; what is not taken, with its sentence
worker.py    a program of its own with little memory and time: decodes a picture, renders a PDF, covers what is not to be read
running.py   calls it, and says in a sentence what it would not do
pages.py     pictures one behind the other, as they are kept; a PDF of them for whoever takes them away
"""

from arbitration.uploads.kinds import JPEG, PDF, read_bounded
from arbitration.uploads.running import Box, Safe, cover, make_safe

__all__ = ["JPEG", "PDF", "Box", "Safe", "cover", "make_safe", "read_bounded"]
