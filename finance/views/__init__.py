"""Pages of money: a month's splits, one's own statement, commission plans."""
