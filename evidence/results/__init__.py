"""The results framework: indicators, the reporting calendar, entry, roll-up and the logframe."""
