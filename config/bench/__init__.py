"""The program measured: every goal of performance as a row of a table, beside something that was measured in the same run.

rows.py          a row; medians, 95th percentiles
scene.py         a project with many customers, in a database that may be thrown away; who asks, and with what
serving.py       web server and worker as they run for real, in processes of their own
callers.py       programs and browsers that ask over HTTP, one or many at once
registering.py   reports by eight clients, and raw SQL that writes the same
looking.py       pre-check and search
pages.py         desk, notebook, queue, and a visit that is posted
racing.py        eight clients, one number
memory.py        what it all holds at rest
importing.py     a sheet of reports
exporting.py     a month as a file
changing.py      tables are changed while people work
workday.py       a day of a company, hour by hour
sizes.py         the same at several sizes, and how much more it takes
history.py       what was measured before, line by line
plotting.py      time against size, drawn
"""
