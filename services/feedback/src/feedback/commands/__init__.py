"""What changes in feedback: load, decide, write."""

from feedback.commands.answering import answer_by_reference, answer_invitation, mark_seen

__all__ = ["answer_by_reference", "answer_invitation", "mark_seen"]
