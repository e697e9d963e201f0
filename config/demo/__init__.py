"""A company as it would be after a quarter, laid out relative to today, otherwise the same each time."""
