"""Policies (制度) read: what is offered, a draft and its changes, its parameters and words, simulations and backtests."""
