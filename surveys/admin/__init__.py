"""The pages of rounds, submissions and their review, one file a model."""

from surveys.admin.submission import SubmissionAdmin

__all__ = ["SubmissionAdmin"]
