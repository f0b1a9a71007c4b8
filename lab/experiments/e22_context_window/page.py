"""The kind of page that all pages here are."""

from lab.kit_qt.numbers_page import NumbersPage

__all__ = ["NumbersPage"]
