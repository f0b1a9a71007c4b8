"""The KV cache cut into pages. A server that keeps one long strip for each text wastes what the text never fills;
with pages of fixed size and a table of which page comes when, memory is taken page by page, texts that begin alike
share their first pages, and a shared page is copied only when one of them writes on. Only the bookkeeping is here.
"""

from __future__ import annotations

from dataclasses import replace

from lab.core.records import dataclass

__all__ = ["PageTable", "token_passes"]


@dataclass(frozen=True)
class PageTable:
    """Which pages each text uses; every change returns a new table.

    n_pages: how many there are; page_size: tokens in a page; tables: text -> its pages in order; lengths: text ->
    its tokens; copies: how many shared pages have been copied so far.
    Source: Kwon et al., Efficient Memory Management for LLM Serving with PagedAttention (2023).
    """

    n_pages: int
    page_size: int
    tables: dict[str, tuple[int, ...]]
    lengths: dict[str, int]
    copies: int = 0

    @classmethod
    def empty(cls, n_pages: int, page_size: int) -> PageTable:
        """A table without texts. Raises ValueError when a size is below 1."""
        if n_pages < 1 or page_size < 1:
            raise ValueError(f"n_pages and page_size must be at least 1, got {n_pages} and {page_size}")
        return cls(n_pages, page_size, {}, {})

    @property
    def uses(self) -> dict[int, int]:
        """By how many texts each page in use is used."""
        uses: dict[int, int] = {}
        for pages in self.tables.values():
            for page in pages:
                uses[page] = uses.get(page, 0) + 1
        return uses

    @property
    def wasted(self) -> int:
        """Places for tokens in pages in use that hold none."""
        filled: dict[int, int] = {}
        for text, pages in self.tables.items():
            for k, page in enumerate(pages):
                here = min(self.page_size, self.lengths[text] - k * self.page_size)
                filled[page] = max(filled.get(page, 0), here)
        return sum(self.page_size - tokens for tokens in filled.values())

    def append(self, text: str) -> PageTable:
        """One more token for a text, which begins with it if it is new.

        Raises ValueError when a page is needed and none is free.
        """
        pages, length = self.tables.get(text, ()), self.lengths.get(text, 0)
        copies = self.copies
        if length == len(pages) * self.page_size:
            pages = (*pages, self._free_page())
        elif self.uses[pages[-1]] > 1:  # another text reads this page: write on in a copy
            pages, copies = (*pages[:-1], self._free_page()), copies + 1
        return replace(
            self, tables=self.tables | {text: pages}, lengths=self.lengths | {text: length + 1}, copies=copies
        )

    def fork(self, text: str, into: str) -> PageTable:
        """A second text that begins as the first stands; it shares all pages.

        Raises ValueError when the first does not exist or the second does.
        """
        if text not in self.tables or into in self.tables:
            raise ValueError(f"fork needs a text that exists and a name that does not, got {text!r} and {into!r}")
        tables = self.tables | {into: self.tables[text]}
        return replace(self, tables=tables, lengths=self.lengths | {into: self.lengths[text]})

    def free(self, text: str) -> PageTable:
        """Forgets a text; pages nobody else uses are free again. Raises ValueError when there is none."""
        if text not in self.tables:
            raise ValueError(f"there is no text {text!r}")
        tables = {name: pages for name, pages in self.tables.items() if name != text}
        return replace(self, tables=tables, lengths={name: self.lengths[name] for name in tables})

    def _free_page(self) -> int:
        for page in range(self.n_pages):
            if page not in self.uses:
                return page
        raise ValueError(f"all {self.n_pages} pages are in use")


def token_passes(n: int, cached: bool) -> int:
    """How many single-token passes writing n tokens takes: n with a cache, 1 + 2 + … + n without.

    Raises ValueError when n is negative.
    """
    if n < 0:
        raise ValueError(f"n must be 0 or more, got {n}")
    return n if cached else n * (n + 1) // 2
