"""Reports, or existing ownership, from a file (G-54): read row by row, tried, then stored in batches.

columns.py      which column is which, and what its cells mean
reading.py      a file as rows of the register-to-be; constant memory
running.py      one batch after the other; where it goes on after a stop
background.py   the jobs
files.py        the template, and the rows that were not taken, to be put right and brought again
"""
