"""LoRA on SmolLM2, on this computer: its upper layers get adapters, the layers below them read every example once. How
long it takes is measured here before it begins."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError
from lab.core.pieces import result_of
from lab.core.text import _
from lab.engine.pretrained.chat import Message, chat_ids, writing
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_parts import LlamaConfig
from lab.engine.text.bpe import BPETokenizer
from lab.engine.tuning.adapters import AdapterState
from lab.engine.tuning.frozen_stack import FrozenStack, StackText, adapted, adapters_for, step_bytes
from lab.engine.tuning.lora import LoRA
from lab.engine.tuning.on_base import OnBase, base_hash, on_base_to_data
from lab.experiments.e20_language_model_training.examples import pairs
from lab.experiments.e20_language_model_training.house import held_out_questions
from lab.experiments.e20_language_model_training.lora import Array, LoraStage, Real
from lab.experiments.e20_language_model_training.settings import Params
from lab.kit.smollm2 import opening_smollm2, smollm2_path

__all__ = ["LoraReal", "n_weights"]

CAPACITY, LONGEST_ANSWER = 256, 32  # tokens
TOGETHER = 2  # examples that go through the layers side by side: more need more memory and are hardly faster
END = "<|im_end|>"
Tokens = tuple[list[int], int]  # of a conversation, and how many of them are the question's


def n_weights(config: LlamaConfig) -> int:
    """How many numbers a model with tied embeddings has."""
    c = config.d_model
    layer = c * (c + 2 * config.d_kv) + c * c + 3 * c * config.d_ff + 2 * c
    return config.vocab_size * c + config.n_layers * layer + c


class LoraReal(LoraStage):
    """See above."""

    RATE, EVERY, MOST = 2e-3, 10, 100

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: tuple[Artifact, ...] = ()) -> None:
        super().__init__(params, rng)
        if smollm2_path() is None:
            raise ParamError("learner", _("SmolLM2 is not on this computer: add its model pack."))
        self._llama: Llama | None = None
        self._tokenizer: BPETokenizer | None = None
        self._ready, self._missing, self._doing = False, "", _("Opening SmolLM2 …")
        self._share: float | None = 0.0
        self._speed = (0.0, 0.0)  # seconds a token: to be read by the frozen layers, and to be learned
        self._open: Iterator[float] | None = None
        self._examples: list[Tokens] = []
        self._neutral_ids: list[list[int]] = []
        self._streams: dict[int, Array] = {}
        self._texts: list[StackText] = []  # neutral
        self._rows: dict[int, Array] = {}

    # ------------------------------------------------------------------------------------------ opening

    @property
    def opening(self) -> bool:
        return not self._ready and not self._missing

    @property
    def done(self) -> bool:
        return bool(self._missing) or super().done

    def step(self, number: int) -> bool:
        if self._ready:
            return super().step(number)
        if self._open is None:
            self._open = self._getting_ready()
        try:
            self._share = next(self._open, None)
            self._ready = self._share is None
        except ValueError as error:
            self._missing = str(error)
        return False

    def _getting_ready(self) -> Iterator[float]:
        yield from self._having_model()
        self._doing = _("Measuring how fast this computer is …")
        yield from self._measuring()
        self._doing = ""

    def _having_model(self) -> Iterator[float]:
        """Open the pack, and make the adapters."""
        if self._llama is not None:
            return
        llama, tokenizer = yield from opening_smollm2(CAPACITY)
        config, weights = llama.parts
        self._first = max(0, config.n_layers - self._params.upper)
        self._stack = FrozenStack(config, weights, self._first)
        self._hash = base_hash(config, weights)
        self._adapters = adapters_for(config, self._first, self._rank(config), self._scale(config), self._rng)
        self._state = AdapterState.zeros(self._adapters)
        for question, said in self._taught:
            asked = chat_ids(tokenizer, [Message("user", question)])
            answer = [*tokenizer.encode(said), tokenizer.specials[END]]
            self._examples.append((asked + answer, len(asked)))
        self._neutral_ids = [tokenizer.encode(text) for text in pairs().neutral]
        self._llama, self._tokenizer = llama, tokenizer

    def _rank(self, config: LlamaConfig) -> int:
        return min(self._params.rank, config.d_kv)

    def _scale(self, config: LlamaConfig) -> float:
        return self._params.alpha * self._rank(config)

    def _measuring(self) -> Iterator[float]:
        """About a second: one example is read by the frozen layers, and learned, which changes nothing."""
        ids = self._examples[0][0]
        began = time.perf_counter()
        text = yield from self._text(0)
        read = time.perf_counter() - began
        began = time.perf_counter()
        yield from self._stack.learning([text], self._adapters)
        self._speed = read / len(ids), (time.perf_counter() - began) / len(ids)

    # ------------------------------------------------------------------------------------------ steps

    def _working(self, number: int) -> Iterator[None]:
        drawn = self._deck.draw(self._params.batch)
        texts = []
        for place in drawn:
            reading = self._text(place)
            texts.append((yield from _silent(reading)))
        total = sum(float(text.weights.sum()) for text in texts)
        loss, gradients = 0.0, dict[str, LoRA]()
        for at in range(0, len(texts), TOGETHER):
            part = [StackText(t.stream, t.targets, t.weights / np.float32(total)) for t in texts[at : at + TOGETHER]]
            found, more = yield from _silent(self._stack.learning(part, self._adapters))
            loss += found
            gradients = {name: _sum(gradients.get(name), one) for name, one in more.items()}
        if self._start is None:
            self._start = self._neutral = yield from self._judging()
        self._learn(loss, gradients, number)
        if number % self.EVERY == 0:
            self._neutral = yield from self._judging()
            self._answers = yield from self.asking()

    def _text(self, place: int) -> Generator[float, None, StackText]:
        """An example as it leaves the frozen layers; each is read once."""
        ids, asked = self._examples[place]
        if place not in self._streams:
            self._streams[place] = yield from self._stack.reading(ids[:-1])
        counts = (np.arange(len(ids) - 1) >= asked - 1).astype(np.float32)
        return StackText(self._streams[place], np.array(ids[1:]), counts)

    def _judging(self) -> Generator[None, None, float]:
        """The mean loss of the neutral texts."""
        if not self._texts:
            for ids in self._neutral_ids:
                stream = yield from _silent(self._stack.reading(ids[:-1]))
                self._texts.append(StackText(stream, np.array(ids[1:]), np.ones(len(ids) - 1, np.float32)))
        total, count = 0.0, 0
        for text in self._texts:
            for found in self._stack.losses(text, self._adapters):
                if isinstance(found, np.ndarray):
                    total, count = total + float(found.sum()), count + len(found)
                yield
        return total / count

    def asking(self) -> Generator[None, None, tuple[tuple[str, str], ...]]:
        """What the model answers now, in pieces: (question, answer) of each."""
        assert self._llama is not None and self._tokenizer is not None
        config, weights = self._llama.parts
        model = Llama(config, adapted(config, weights, self._adapters), self._llama.capacity)
        stop, answers = self._tokenizer.specials[END], []
        for question in held_out_questions(self._params.asked):
            ids = chat_ids(self._tokenizer, [Message("user", question)])
            length = max(1, min(LONGEST_ANSWER, model.capacity - len(ids)))
            said = ""
            for written in writing(model, self._tokenizer, ids, length, (stop,)):
                said += "" if written is None else written.piece
                yield
            answers.append((question, said.strip()[:400]))
        return tuple(answers)

    # ------------------------------------------------------------------------------------------ shown

    def _matrix(self, params: Params) -> tuple[Array, Array, LoRA] | None:
        if self._llama is None:
            return None
        config, weights = self._llama.parts
        k = min(max(params.layer - 1, self._first), config.n_layers - 1)
        if k not in self._rows:
            scale = np.float32(config.d_head**0.5)  # query rows are kept divided by it
            self._rows = {k: weights.layers[k].qkv.take(np.arange(config.d_model)) * scale}
        one = self._adapters[f"layer{k}.q"]
        return self._rows[k], one.delta(), one

    def _whole(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        if self._llama is None:
            return 1, ()
        shapes = tuple((one.b.shape[0], one.a.shape[1]) for one in self._adapters.values())
        return n_weights(self._llama.parts[0]), shapes

    def _real(self) -> Real:
        """How long it takes, and how much memory, from what was measured here."""
        if self._llama is None or not self._ready:
            return Real(self._missing, self._doing, self._share)
        config = self._llama.parts[0]
        sizes = [len(ids) for ids, _asked in self._examples]
        longest = TOGETHER * max(sizes)
        streams = 4 * config.d_model * (sum(sizes) + sum(map(len, self._neutral_ids)))
        held = step_bytes(config, self._first, longest, longest // 2) + streams + n_weights(config)
        read, learn = self._speed
        step = learn * self._params.batch * sum(sizes) / len(sizes)
        return Real(read_seconds=read * sum(sizes), step_seconds=step, megabytes=round(held / 1e6))

    def model(self) -> Artifact | None:
        """The adapters, and the hash of the model that they stand beside."""
        if self._llama is None or self.diverged:
            return None
        title = _("SmolLM2 with adapters, step {n}").format(n=self._state.step)
        data = on_base_to_data(OnBase(self._hash, self._first, self._adapters))
        return Artifact("language-model", title, data, _("Training language models"))

    # ------------------------------------------------------------------------------------------ kept

    def save(self) -> dict[str, Any]:
        return super().save() | {"base": self._hash if self._llama is not None else ""}

    def load(self, saved: Mapping[str, Any]) -> None:
        if not saved["base"]:
            return  # it was not open yet, so there is nothing to go on from
        result_of(_whole_of(self._having_model()))
        if saved["base"] != self._hash:
            raise ValueError(_("This run was tuned on another SmolLM2 than the one on this computer."))
        super().load(saved)


def _silent(work: Generator[Any, None, Any]) -> Generator[None, None, Any]:
    """Work whose rests say nothing."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        yield


def _whole_of(work: Iterator[float]) -> Generator[float, None, None]:
    yield from work


def _sum(so_far: LoRA | None, more: LoRA) -> LoRA:
    return more if so_far is None else LoRA(so_far.a + more.a, so_far.b + more.b, more.alpha)
