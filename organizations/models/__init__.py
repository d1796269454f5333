"""Who: the programme, organizations, their members and projects, and what is private about them."""

from organizations.models.members import Invitation, Membership
from organizations.models.organization import (
    Organization,
    PrivateContact,
    ProfileComment,
    ProfileRevision,
    ProfileTransition,
    Registration,
    RegistrationPaper,
)
from organizations.models.programme import Programme
from organizations.models.project import Grant, Project, ProjectPartner

__all__ = [
    "Grant",
    "Invitation",
    "Membership",
    "Organization",
    "PrivateContact",
    "ProfileComment",
    "ProfileRevision",
    "ProfileTransition",
    "Programme",
    "Project",
    "ProjectPartner",
    "Registration",
    "RegistrationPaper",
]
