"""Most Significant Change: rounds, panels, what they chose and why, and the feedback to the teller's CSO."""
