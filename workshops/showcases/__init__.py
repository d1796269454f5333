"""Showcases: written by a CSO, reviewed by the programme, read by the public."""
