"""The pages of people and keys."""
