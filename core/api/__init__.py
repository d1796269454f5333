"""The kit that the REST endpoints are made of."""
