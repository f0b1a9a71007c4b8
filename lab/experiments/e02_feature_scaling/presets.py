"""Tables with a story, and the ways the size of numbers can mislead a model."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e02_feature_scaling.frame import ScalingFrame

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "course",
        N_("Course"),
        Setting({"data": "course"}),
        N_("Three rows, two columns: shape (3, 2). Standardised, each column has mean 0 and σ 1."),
    ),
    Preset(
        "flats",
        N_("Flats"),
        Setting({"data": "flats"}),
        N_("Area in the thousands, bedrooms from 1 to 5. Run: one race stands still, the other is there at once."),
    ),
    Preset(
        "houses",
        N_("Houses"),
        Setting({"data": "houses"}),
        N_("Real houses: area and bedrooms grow together, so even standardised columns leave a longish valley."),
    ),
    Preset(
        "people",
        N_("People"),
        Setting({"data": "people"}),
        N_("Some did not tell their income: the gaps are filled, and shown as guesses. Who is near by age?"),
    ),
    Preset(
        "prices",
        N_("Prices"),
        Setting({"data": "prices", "scaler_1": "log"}),
        N_("Most prices are small, a few huge. The logarithm makes equal factors equal steps."),
    ),
    Preset(
        "outlier",
        N_("Outlier"),
        Setting({"data": "outlier", "scaler_1": "min-max", "scaler_2": "min-max", "fit_on": "all"}),
        N_("One value of 100 squeezes all others into 1 % of the min–max range. Try Robust instead."),
    ),
    Preset(
        "scaled",
        N_("Scaled"),
        Setting({"data": "scaled"}),
        N_("Both columns are around 1 already: scaling changes next to nothing."),
    ),
    Preset(
        "sunflowers",
        N_("Sunflowers"),
        Setting({"data": "sunflowers", "scaler_1": "none", "scaler_2": "none"}),
        N_("Height in metres, flowers in decimetres: one size. Now choose millimetres, and look at the test accuracy."),
    ),
    Preset(
        "constant",
        N_("Constant"),
        Setting({"data": "constant"}),
        N_("A column that never changes has σ = 0: it says nothing, and must not be divided by."),
    ),
)


def _in_millimetres(frame: ScalingFrame) -> bool:
    """The neighbours changed and no longer know the class, though nothing in the world did."""
    scores, condition = frame.prepared.scores, frame.prepared.lanes[0].condition
    return scores["raw"] < 0.75 and condition > 1e5 and frame.kept_by_unit < frame.k


def _leaky(frame: ScalingFrame) -> bool:
    return frame.params.fit_on == "all" and frame.prepared.scaler.spread[0] > 50


def _stuck(frame: ScalingFrame) -> bool:
    return frame.runs[0].arrived is None and frame.runs[0].steps >= 500


BREAKS = (
    Break(
        "millimetres",
        N_("Switch to millimetres"),
        N_("The same sunflowers, their height in millimetres. Press Neighbours: the same plants, other neighbours."),
        Setting({"data": "sunflowers", "unit": "milli"}),
        _in_millimetres,
    ),
    Break(
        "stuck",
        N_("Race without scaling"),
        N_("500 steps with both scalers off: the weight of the bedrooms has hardly moved in either race."),
        Setting({"data": "flats", "scaler_1": "none", "scaler_2": "none"}, steps=500),
        _stuck,
    ),
    Break(
        "leak",
        N_("Let the test leak"),
        N_("Fitted on all rows, the scaler has met the test row with 100, and squeezed the train rows for it."),
        Setting({"data": "outlier", "scaler_1": "min-max", "scaler_2": "min-max", "fit_on": "all"}),
        _leaky,
    ),
)
