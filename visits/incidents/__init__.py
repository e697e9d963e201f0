"""What has to be done about a complaint or an incident, by when, and what became of it (D06, D15-3, D16).

`steps` is data and knows no rows; `log` and `figures` read. None of it touches whose a customer is, or money (G-50).
"""
