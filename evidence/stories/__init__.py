"""Stories of change: the original, the redacted text, photos, and the rounds of selection."""
