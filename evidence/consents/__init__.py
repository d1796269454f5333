"""Consents: recording, withdrawing, and who is behind them."""
