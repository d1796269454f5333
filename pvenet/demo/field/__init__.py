"""What the demo organizations did, measured and learned: fictional, computed from `pvenet/demo/field.json` and one seed.

The same code gives the same rows, identifiers included. HANDS Pakistan has none of them.
"""
