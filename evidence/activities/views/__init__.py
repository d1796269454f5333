"""The pages of activities: lists, one activity, and writing it."""
