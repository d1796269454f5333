"""The tables of the kernel, gathered for Django."""

from core.audit import AuditEntry
from core.geography import District, Division, Province
from core.terms import Term

__all__ = ["AuditEntry", "District", "Division", "Province", "Term"]
