"""The error function to the last digits, near zero and far out."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.special import erf, erfc, normal_cdf

# Made with mpmath to 40 digits and rounded, by reference/foundations_make.py activations.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_activations.npz")


def test_erf_and_erfc_are_exact_to_the_last_digits_of_float64() -> None:
    np.testing.assert_allclose(erf(REFERENCE["erfc_x"]), REFERENCE["erf"], rtol=5e-16)
    np.testing.assert_allclose(erfc(REFERENCE["erfc_x"]), REFERENCE["erfc"], rtol=2e-15)


def test_float32_in_gives_float32_out_with_its_precision() -> None:
    value = erf(REFERENCE["erfc_x"].astype(np.float32))
    assert value.dtype == np.float32
    np.testing.assert_allclose(value, REFERENCE["erf"], rtol=3e-7)


def test_the_ends_of_the_line_are_what_mathematics_says() -> None:
    assert np.array_equal(erf([-np.inf, -1000, 0, 1000, np.inf]), [-1, -1, 0, 1, 1])
    assert np.array_equal(erfc([-np.inf, 0, np.inf]), [2, 1, 0])
    assert np.isnan(erf(np.nan)) and erf(1e-300) == pytest.approx(2e-300 / np.sqrt(np.pi))


def test_the_normal_distribution_holds_95_percent_within_1_96() -> None:
    assert normal_cdf(1.959963985) - normal_cdf(-1.959963985) == pytest.approx(0.95, abs=1e-9)
    assert normal_cdf(-10.0) == pytest.approx(7.619853024160527e-24, rel=1e-13)
