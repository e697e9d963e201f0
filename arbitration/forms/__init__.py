"""What people fill in: each form says what is wrong with it, and decides nothing."""
