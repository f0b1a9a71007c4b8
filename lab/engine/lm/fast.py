"""The language model, made fast for training. The same mathematics as `reference`, arranged for NumPy:

- A batch is cut into slices of some hundred tokens, so that what one slice needs stays in the cache and its
  matrix products run near the speed of the machine.
- Tensors are feature-major, [C, n] with n tokens in a row: norms, softmaxes and losses then reduce over the first
  axis, in long straight runs. Scores are key-major, [H, Tk, n], for the same reason.
- Norm gains, √(head width), the scale of the bend and the change to base 2 (2^x is quicker than e^x) are folded into
  the weights.
- Every product is `a.dot(b, out)` or a stacked `np.matmul`, every buffer is allocated once, where a line of the cache
  begins; those of no more than half a block are shared by all halves.

`reference` computes the same numbers plainly and is its judge in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.lm.fast_attention import LN_2, LOG2_E, FastAttention, softmax_terms
from lab.engine.lm.fast_feedforward import FastFeedForward
from lab.engine.lm.fast_parts import FastNorm, Inner, Scratch, SubLayer, add_bias, aligned, drop
from lab.engine.lm.parameters import INIT_STD, Floats, Parameters
from lab.engine.transformer.positions import sinusoidal

__all__ = ["FastLM", "Outcome"]

Ids = NDArray[np.integer[Any]]
Outcome = Callable[[slice, Floats], tuple[float, Floats]]
SLICE = 512  # tokens, measured: for 12 thousand to 800 thousand parameters


class FastLM:
    """Losses and gradients of a language model for batches of one fixed shape.

    parameters: read anew at every call, so an optimiser may change them in place.
    batch, length: the shape [batch, length] of every batch; length is at most the context.
    slice_tokens: about how many tokens are worked on at once; None takes what was measured to be quick.
    wide: makes what stands in the place of feed-forward layers, of a block and for so many tokens; it keeps its own
    numbers and slopes. A plan without feed-forward layers has none then.
    `loss` and `gradients` hold the result of the last `loss_and_gradients`.
    Raises ValueError when the shape does not fit the plan.
    """

    def __init__(
        self, parameters: Parameters, batch: int, length: int | None = None, slice_tokens: int | None = None,
        wide: Callable[[int, int], Inner] | None = None,
    ) -> None:  # fmt: skip
        config = parameters.config
        length = config.context if length is None else length
        if batch < 1 or not 1 <= length <= config.context:
            raise ValueError(f"batch must be positive and length in 1 … {config.context}, got {batch} and {length}")
        self.parameters = parameters
        self.batch, self.length, self.loss = batch, length, 0.0
        self.gradients = parameters.like()
        self._partial = parameters.like()
        self._d_head = np.zeros_like(parameters["embedding"])  # of the head with the last norm's gain folded in
        n_slices = min(batch, -(-batch * length // (slice_tokens or SLICE)))
        rows = -(-batch // n_slices)
        self._slices = [slice(at, min(at + rows, batch)) for at in range(0, batch, rows)]
        sizes = {s.stop - s.start for s in self._slices}
        self._work = {n: _Work(parameters, self._partial, n, length, wide) for n in sizes}

    def loss_and_gradients(
        self, ids: Ids, targets: Ids, rng: np.random.Generator | None = None, weights: Floats | None = None
    ) -> float:
        """The mean loss of a batch in nats per token; its gradient is left in `gradients`.

        ids, targets: [batch, length]. rng: draws the dropout masks; None switches dropout off.
        weights: [batch, length], how much each token's loss counts, and may be 0 or negative; then the result is the
        weighted sum. This one door serves masked fine-tuning, preferences and rewards.
        Raises ValueError when a shape differs or an id is outside the vocabulary.
        """
        for _ in self.pieces(ids, targets, rng, weights):
            pass
        return self.loss

    def pieces(
        self, ids: Ids, targets: Ids, rng: np.random.Generator | None = None, weights: Floats | None = None
    ) -> Iterator[None]:
        """`loss_and_gradients` in small pieces, a half of a block each, between which the caller may do other things.

        At the end the result is in `loss` and `gradients`. Parameters must not change before.
        Raises ValueError as `loss_and_gradients` does, at the first piece.
        """
        self._check(ids=ids, targets=targets)
        if weights is not None and weights.shape != ids.shape:
            raise ValueError(f"weights must have shape {ids.shape}, got {weights.shape}")

        def surprise(work: _Work, rows: slice) -> float:
            loss = work.surprise(targets[rows], None if weights is None else weights[rows])
            work.slope(1.0 / ids.size)
            return loss

        total = yield from self._learning(ids, rng, surprise)
        self.loss = total / ids.size if weights is None else total

    def pieces_of(self, ids: Ids, outcome: Outcome, rng: np.random.Generator | None = None) -> Iterator[None]:
        """`pieces` for any loss of the scores, such as that of distillation.

        outcome: is asked about some rows of the batch at a time, with their scores in nats, [rows, length, V], and says
        what they add to the loss, and the gradient of that, as large as the scores.
        Raises ValueError as `pieces` does.
        """
        self._check(ids=ids)

        def judged(work: _Work, rows: slice) -> float:
            loss, d_scores = outcome(rows, work.scores())
            work.take(d_scores)
            return loss

        self.loss = yield from self._learning(ids, rng, judged)

    def _learning(
        self, ids: Ids, rng: np.random.Generator | None, outcome: Callable[[_Work, slice], float]
    ) -> Generator[None, None, float]:
        """The way through and back; `outcome` turns the scores of a slice into their gradient and returns its loss."""
        self._fold()
        total = 0.0
        self.gradients.flat.fill(0.0)
        self._d_head.fill(0.0)
        for rows in self._slices:
            work = self._work[rows.stop - rows.start]
            yield from work.forward(ids[rows], rng)
            total += outcome(work, rows)
            yield
            yield from work.backward()
            np.add(self.gradients.flat, self._partial.flat, self.gradients.flat)
            np.add(self._d_head, work.d_head, self._d_head)
        next(iter(self._work.values())).unfold(self.gradients, self._d_head)
        return total

    def reading(self, ids: Ids) -> Generator[None, None, Floats]:
        """The scores of each next token in nats, [batch, length, V], in pieces and without dropout.

        Raises ValueError as `loss_and_gradients` does, at the first piece.
        """
        self._check(ids=ids)
        self._fold()
        scores = np.empty((*ids.shape, self.parameters.config.vocab_size), self.gradients.flat.dtype)
        for rows in self._slices:
            work = self._work[rows.stop - rows.start]
            yield from work.forward(ids[rows], None)
            scores[rows] = work.scores()
        return scores

    def losses(self, ids: Ids, targets: Ids) -> Floats:
        """The loss of every token in nats, [batch, length], without gradients and without dropout.

        Raises ValueError as `loss_and_gradients` does.
        """
        self._check(ids=ids, targets=targets)
        self._fold()
        losses = np.empty(ids.shape, self.gradients.flat.dtype)
        for rows in self._slices:
            work = self._work[rows.stop - rows.start]
            for _ in work.forward(ids[rows], None):
                pass
            work.surprise(targets[rows], None)
            losses[rows] = work.token_losses.reshape(-1, self.length)
        return losses

    def _fold(self) -> None:
        for work in self._work.values():
            work.fold()

    def _check(self, **arrays: Ids) -> None:
        size = self.parameters.config.vocab_size
        for name, array in arrays.items():
            if array.shape != (self.batch, self.length):
                raise ValueError(f"{name} must have shape ({self.batch}, {self.length}), got {array.shape}")
            if array.min() < 0 or array.max() >= size:
                raise ValueError(f"{name} must be in 0 … {size - 1}, got {array.min()} … {array.max()}")


class _Work:
    """The buffers of one slice of `rows` texts, and the way through them and back."""

    def __init__(
        self, parameters: Parameters, partial: Parameters, rows: int, length: int,
        wide: Callable[[int, int], Inner] | None,
    ) -> None:  # fmt: skip
        config, dtype, n = parameters.config, parameters.flat.dtype, rows * length
        self._parameters, self._partial, self._config = parameters, partial, config
        self._layers: list[SubLayer] = []
        scratch = Scratch(dtype)
        inner: Inner | None
        for k in range(config.n_layers):
            attention = FastAttention(parameters, partial, k, rows, length, scratch)
            self._layers.append(SubLayer(parameters, partial, attention, f"block{k}.norm1", n, scratch))
            inner = wide(k, n) if wide is not None else None
            if inner is None and config.feed_forward != "none":
                inner = FastFeedForward(parameters, partial, k, n, scratch)
            if inner is not None:
                self._layers.append(SubLayer(parameters, partial, inner, f"block{k}.norm2", n, scratch))
        self._final = FastNorm(config, n, dtype, scratch) if "norm" in parameters else None
        self._added = parameters.bias("norm")
        self._x, self._d_x, self._mask = (aligned(dtype, config.d_model, n) for _ in range(3))
        self._out = self._x if self._final is None else self._final.out
        self._by_text = (config.d_model, rows, length)
        self._logits = aligned(dtype, config.vocab_size, n)  # vocabulary-major
        self._one_hot = aligned(dtype, config.vocab_size, n)
        self._one_hot.fill(0.0)
        self._over_tokens = np.ones((1, config.vocab_size), dtype)
        self._ones = np.zeros(n, np.intp)  # where the ones are, in the flat one-hot matrix
        self._targets = np.zeros(n, np.intp)
        self._column = np.arange(n)
        self._sum = aligned(dtype, 1, n)
        self.token_losses = np.empty(n, dtype)
        self._weights: Floats | None = None
        self._table = aligned(dtype, config.d_model, config.vocab_size)
        self._head, self._head_back = (np.empty_like(parameters["embedding"]) for _ in range(2))
        self.d_head = np.empty_like(self._head)
        self._where: Floats | None = None  # what is added to the embeddings, [C, n]
        if config.positions in ("learned", "sinusoidal"):
            waves = INIT_STD * np.sqrt(2.0) * sinusoidal(length, config.d_model)  # as strong as fresh embeddings
            self._where = np.tile(waves.T, (1, rows)).astype(dtype)
        self._d_where = aligned(dtype, config.d_model, length)

    def fold(self) -> None:
        """Reads the weights anew."""
        for layer in self._layers:
            layer.fold()
        embedding = self._parameters["embedding"]
        np.copyto(self._table, embedding.T)
        if self._where is not None and self._config.positions == "learned":
            position = self._parameters["position"][: self._by_text[2]]
            np.copyto(self._where.reshape(self._by_text), position.T[:, None, :])
        if self._final is None:
            np.copyto(self._head_back, embedding)
        else:
            np.multiply(embedding, self._parameters["norm"], self._head_back)
        np.multiply(self._head_back, LOG2_E, self._head)

    def unfold(self, gradients: Parameters, d_head: Floats) -> None:
        """Turns the gradients of the folded weights into those of the weights; d_head, [V, C], is used up."""
        for layer in self._layers:
            layer.unfold(gradients)
        if self._final is not None:
            gradients["norm"][...] = np.einsum("vc,vc->c", d_head, self._parameters["embedding"])
            np.multiply(d_head, self._parameters["norm"], d_head)
        np.add(gradients["embedding"], d_head, gradients["embedding"])

    def forward(self, ids: Ids, rng: np.random.Generator | None) -> Iterator[None]:
        """Leaves the scores of the slice, in units of log2; ids: [rows, T]."""
        self._embed(ids.reshape(-1), rng)
        for layer in self._layers:
            layer.forward(self._x, rng)
            yield
        if self._final is not None:
            self._final.forward(self._x)
        self._score()

    def surprise(self, targets: Ids, weights: Floats | None) -> float:
        """The summed loss of the slice, weighted if asked, from its scores; targets, weights: [rows, T].

        The scores become the terms of their softmax.
        """
        self._weights = None if weights is None else weights.reshape(-1).astype(self._x.dtype)
        logits = self._logits
        np.multiply(targets.reshape(-1), logits.shape[1], self._targets)
        np.add(self._targets, self._column, self._targets)
        right = logits.reshape(-1)[self._targets]
        tops = softmax_terms(logits, self._over_tokens, self._sum, self._score)
        if tops is not None:
            np.subtract(right, tops[0], right)
        np.log(self._sum[0], out=self.token_losses)  # -log(2^right / sum)
        np.subtract(self.token_losses, np.multiply(right, LN_2, out=right), out=self.token_losses)
        if self._weights is None:
            return float(self.token_losses.sum(dtype=np.float64))
        return float(np.dot(self._weights.astype(np.float64), self.token_losses))

    def slope(self, share: float) -> None:
        """Turns the terms of `surprise` into the gradient at the scores: softmax - one-hot, times each weight, which is
        `share` for all where there are none."""
        weight = share if self._weights is None else self._weights
        np.divide(weight, self._sum, self._sum)
        np.multiply(self._logits, self._sum, self._logits)
        self._logits.reshape(-1)[self._targets] -= weight

    def scores(self) -> Floats:
        """The scores in nats, [rows, T, V]."""
        scores = np.ascontiguousarray(self._logits.T) * np.asarray(LN_2, self._x.dtype)
        return np.asarray(scores.reshape(*self._by_text[1:], -1))

    def take(self, d_scores: Floats) -> None:
        """Sets the gradient at the scores, [rows, T, V]."""
        np.copyto(self._logits, d_scores.reshape(self._logits.shape[::-1]).T)

    def _score(self) -> None:
        self._head.dot(self._out, self._logits)  # [V, C] @ [C, n], in units of log2
        if self._added is not None:
            add_bias(self._parameters["embedding"] @ self._added, LOG2_E, self._logits)

    def backward(self) -> Iterator[None]:
        """From the gradient at the scores: fills the partial gradients, those of folded weights still folded."""
        d_logits = self._logits
        d_logits.dot(self._out.T, self.d_head)
        self._head_back.T.dot(d_logits, self._d_x)
        if self._final is not None:
            self._final.backward(self._d_x)
        for layer in reversed(self._layers):
            yield
            layer.backward(self._d_x)
        self._embed_backward()

    def _embed(self, ids: Ids, rng: np.random.Generator | None) -> None:
        one_hot = self._one_hot.reshape(-1)
        one_hot[self._ones] = 0.0
        np.multiply(ids, len(self._column), self._ones)
        np.add(self._ones, self._column, self._ones)
        one_hot[self._ones] = 1.0
        np.take(self._table, ids, axis=1, out=self._x, mode="clip")
        if self._where is not None:
            np.add(self._x, self._where, self._x)
        self._keep = drop(self._x, self._config.dropout, rng, self._mask)

    def _embed_backward(self) -> None:
        if self._keep is not None:
            np.multiply(self._d_x, self._keep, self._d_x)
        self._one_hot.dot(self._d_x.T, self._partial["embedding"])  # rows that were looked up
        if self._added is not None:
            sums = self._logits.sum(axis=1)
            self._partial["norm_bias"][...] = sums @ self._parameters["embedding"]
            np.add(self._partial["embedding"], np.outer(sums, self._added), out=self._partial["embedding"])
        if self._config.positions == "learned":
            np.einsum("crt->ct", self._d_x.reshape(self._by_text), out=self._d_where)
            self._partial["position"][: self._by_text[2]] = self._d_where.T
