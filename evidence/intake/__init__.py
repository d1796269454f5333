"""Files that come in: workbooks filled in offline, and exports of KoboToolbox and ODK."""
