"""Pages of the front desk and of what is set up for it."""
