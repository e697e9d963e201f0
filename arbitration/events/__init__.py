"""What is put on record in a case: the table of its kinds, what may be chosen in each, and how it reads afterwards."""
