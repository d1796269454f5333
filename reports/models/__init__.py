"""What comes out: a report that was asked for, and its files."""

from reports.models.report import Report, ReportFile

__all__ = ["Report", "ReportFile"]
