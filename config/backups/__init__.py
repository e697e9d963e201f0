"""A backup is one file: the whole database at one instant, and what it must come to. What is not in it are the keys (docs/running.md).

The program keeps nothing else: files that people bring lie in the database too (tests/config/test_backups.py looks).
"""
