"""A seed is shown where it decides something, and only there."""

from __future__ import annotations

from dataclasses import replace

from lab.core.experiment import Setting, Specification
from lab.core.headless import played
from lab.core.params import fields_of
from tests.contract.fingerprints import fingerprint

STEPS = 3


def differs(specification: Specification, setting: Setting) -> bool:
    """Whether a few steps under two seeds lead to different frames."""
    few = replace(setting, steps=min(setting.steps, STEPS))
    one, other = (played(specification, replace(few, seed=seed), STEPS).snapshot() for seed in (1, 2))
    return fingerprint(one) != fingerprint(other)


def settings_of(specification: Specification) -> list[Setting]:
    settings = [Setting(), *(item.setting for item in (*specification.presets, *specification.breaks))]
    noisy = {f.name: f.most for f in fields_of(specification.params) if f.name == "noise"}
    found = [setting for setting in settings if setting.values.get("model") != "smollm2"]
    return [*found, Setting(noisy)] if noisy else found


def test_a_seed_is_offered_exactly_where_something_is_random(specification: Specification) -> None:
    assert any(differs(specification, setting) for setting in settings_of(specification)) is specification.random
