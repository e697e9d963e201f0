"""Pages of leads: registering, one's notebooks, one customer, deals."""
