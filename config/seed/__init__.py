"""A project filled with many customers, by COPY: what the services would have written, at a hundred times their speed.

house.py      who works in the project that is filled
numbers.py    telephone numbers without end, none twice
story.py      what happened to one customer: reported, followed, telephoned, visited
rows.py       each of these as rows of the tables
filling.py    batches, over all processors; nothing grows with the number of customers
ledger.py    a month of commission, deal by deal
"""
