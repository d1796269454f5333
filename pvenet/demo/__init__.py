"""The demo programme: fictional content in JSON files, and the code that loads it. `docs/demo.md` says what is fact.

`manage.py load_demo` brings the demo rows to the state of these files; the same files give the same rows.
"""
