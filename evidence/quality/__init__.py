"""Data quality: the rules, what is doubtful, duplicates."""
