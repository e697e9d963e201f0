"""How reports become rows of the register, one or a thousand: the number of queries is the same.

filing.py    a report as it comes in, and as it was read: the number, the keys by which it is found
stock.py     what the register knows of all of them, under lock
deciding.py  who each of them is, and what their report comes to
writing.py   the rows that say so

What is done for each report reads a row's `id`, not its `pk`, which takes ten times as long.
"""
