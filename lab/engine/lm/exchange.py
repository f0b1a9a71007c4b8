"""A language model on its way from one experiment to another: as plain arrays and JSON-ready data, never as code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.core.text import _
from lab.engine.lm.file import SavedLM, check_size
from lab.engine.lm.parameters import LMConfig, Parameters, n_parameters
from lab.engine.text.exchange import read_tokenizer
from lab.engine.text.store import tokenizer_to_data

__all__ = ["lm_from_data", "lm_to_data"]


def lm_to_data(model: SavedLM) -> dict[str, Any]:
    """What a model is made of: flat [N] numbers, and config, tokenizer and info as JSON texts."""
    return {
        "flat": model.parameters.flat.astype(np.float32),
        "config": json.dumps(model.config.to_data()),
        "tokenizer": json.dumps(tokenizer_to_data(model.tokenizer)),
        "info": json.dumps(dict(model.info)),
    }


def lm_from_data(data: Mapping[str, Any]) -> SavedLM:
    """The model that `lm_to_data` took apart. Raises ValueError naming what is missing or does not fit."""
    if "base" in data:
        raise ValueError(_("This is SmolLM2 with adapters, and here only models of the lab can be used."))
    missing = [name for name in ("flat", "config", "tokenizer") if name not in data]
    if missing:
        raise ValueError(f"a language model needs flat, config and tokenizer; {', '.join(missing)} is missing")
    try:
        config = LMConfig.from_data(json.loads(data["config"]))
        tokenizer = read_tokenizer(data)
        info = json.loads(data.get("info", "{}"))
        flat = np.array(data["flat"], np.float32)
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"a language model cannot be read: {error!r}") from error
    check_size(config)
    if flat.shape != (n_parameters(config),) or not np.isfinite(flat).all():
        raise ValueError(f"flat must hold {n_parameters(config)} finite numbers, got shape {flat.shape}")
    if tokenizer.size != config.vocab_size:
        raise ValueError(f"tokenizer has {tokenizer.size} tokens, the model {config.vocab_size}")
    return SavedLM(Parameters(config, flat), tokenizer, info if isinstance(info, dict) else {})
