"""Pages of showcases: the organization's desk and form, the review, and what the public reads."""
