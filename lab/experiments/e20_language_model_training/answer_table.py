"""Questions and what models answer, as a table."""

from lab.kit_qt.answer_table import AnswerTable

__all__ = ["AnswerTable"]
