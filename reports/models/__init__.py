"""What comes out: a report that was asked for, its files, and its endorsement."""

from reports.models.endorsement import ReportEndorsement, ReportEndorsementRecord
from reports.models.report import Report, ReportFile

__all__ = ["Report", "ReportEndorsement", "ReportEndorsementRecord", "ReportFile"]
