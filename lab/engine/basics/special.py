"""The error function, which NumPy lacks: the area under the bell curve, needed by the exact GELU and wherever
a normal distribution is asked how likely a value is. Two classical expansions meet at 1: the power series
around 0, and a Chebyshev series for the tail. Each takes only as many terms as the number format can show."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["erf", "erfc", "normal_cdf"]

Array = NDArray[np.floating]

# erf x = x · Σ SERIES[n] · x²ⁿ, from integrating the power series of e^(−x²) term by term
SERIES = [2 / math.sqrt(math.pi) * (-1) ** n / (math.factorial(n) * (2 * n + 1)) for n in range(19)]
# (1 + 2x) · e^(x²) · erfc x = Σ TAIL[k] · T_k(t), t = (x − 3.75)/(x + 3.75): the form of Shepherd &
# Laframboise, Mathematics of Computation 36, 1981; the coefficients were computed anew, with 40 digits
TAIL = [
    1.177578934567401754,
    -0.004590054580646477331,
    -0.08424913336651791558,
    0.0592099399981918905,
    -0.02665866843530575228,
    0.009074997670705265094,
    -0.002413163540417608191,
    0.0004907758365258086323,
    -6.916973302501206367e-5,
    4.139027986073010168e-6,
    7.740383066198490669e-7,
    -2.188640104923439566e-7,
    1.076499946567091038e-8,
    4.521959811218286898e-9,
    -7.754400208831351106e-10,
    -6.318088340886684494e-11,
    2.868795010930669898e-11,
    1.945586854577734723e-13,
    -9.654696748433438906e-13,
    3.252548148148739842e-14,
    3.347811948286805388e-14,
    -1.864562880419313102e-15,
    -1.250795053068864709e-15,
    7.418235256624043463e-17,
]


def _floats(x: ArrayLike) -> Array:
    values = np.asarray(x)
    return values if np.issubdtype(values.dtype, np.floating) else values.astype(np.float64)


def _near(x: Array) -> Array:
    """erf for |x| ≤ 1, by Horner's rule in x²."""
    square = x * x
    total = np.zeros_like(x)
    for coefficient in reversed(SERIES if x.dtype == np.float64 else SERIES[:11]):
        total = total * square + coefficient
    return x * total


def _tail(x: Array) -> Array:
    """erfc for x ≥ 0, by Clenshaw's rule for a Chebyshev series."""
    t = (x - 3.75) / (x + 3.75)
    newer, older = np.zeros_like(x), np.zeros_like(x)
    for coefficient in reversed((TAIL if x.dtype == np.float64 else TAIL[:13])[1:]):
        newer, older = 2 * t * newer - older + coefficient, newer
    series = t * newer - older + TAIL[0]
    coarse = np.round(x * 16) / 16  # e^(−x²) in two factors: the square of `coarse` has no rounding error
    return series / (1 + 2 * x) * np.exp(-coarse * coarse) * np.exp(-(x - coarse) * (x + coarse))


def erf(x: ArrayLike) -> Array:
    """The error function, 2/√π times the integral of e^(−t²) from 0 to x.

    x: any shape.  Returns the same shape and float type, to about 2·10⁻¹⁶ in float64.
    """
    values = _floats(x)
    size = np.abs(values)
    with np.errstate(under="ignore", invalid="ignore"):
        far = np.copysign(1 - _tail(np.minimum(size, 30)), values)
        return np.asarray(np.where(size < 1, _near(np.clip(values, -1, 1)), far))


def erfc(x: ArrayLike) -> Array:
    """The complement 1 − erf x, exact to its last digits in the right tail, where 1 − erf would cancel.

    x: any shape.  Returns the same shape and float type, to about 10⁻¹⁵ relative in float64.
    """
    values = _floats(x)
    size = np.minimum(np.abs(values), 30)  # beyond 27 it is 0 in float64
    with np.errstate(under="ignore", invalid="ignore"):
        tail = _tail(size)
        far = np.where(values < 0, 2 - tail, tail)
        return np.asarray(np.where(size < 0.5, 1 - _near(np.clip(values, -0.5, 0.5)), far))


def normal_cdf(x: ArrayLike) -> Array:
    """The probability that a standard normal number is below x, Φ(x) = ½·erfc(−x/√2).

    x: any shape.  Returns the same shape and float type.
    """
    values = _floats(x)
    return 0.5 * erfc(values * -math.sqrt(0.5))
