"""Quantization: the course's errors, what an outlier does, and codes within their range."""

import numpy as np
import pytest

from lab.engine.tuning.quantize import quantization_error, quantize


def normal_weights(outlier: float | None = None) -> np.ndarray:
    weights = np.random.default_rng(0).normal(size=(256, 1024))
    if outlier is not None:
        weights[0, 0] = outlier
    return weights


def error(weights: np.ndarray, bits: int, **how) -> float:
    return quantization_error(weights, quantize(weights, bits, **how))


def test_fewer_bits_cost_what_the_course_says() -> None:
    weights = normal_weights()
    assert error(weights, 8) == pytest.approx(0.0104, rel=0.1)
    assert error(weights, 4) == pytest.approx(0.187, rel=0.1)
    assert error(weights, 4, per="group", group_size=64) == pytest.approx(0.108, rel=0.06)
    assert error(weights, 2) == pytest.approx(0.97, abs=0.03)


def test_one_outlier_spoils_a_whole_tensor_and_only_its_own_group() -> None:
    weights = normal_weights(outlier=100.0)
    eight, four = quantize(weights, 8), quantize(weights, 4)
    assert quantization_error(weights, eight) == pytest.approx(0.227, rel=0.01)
    assert eight.zeros == pytest.approx(0.30, abs=0.01)
    assert four.zeros > 0.9999
    assert error(weights, 8, per="group") == pytest.approx(error(normal_weights(), 8, per="group"), rel=0.2)


@pytest.mark.parametrize("bits", [8, 4, 2])
@pytest.mark.parametrize("per", ["tensor", "row", "group"])
@pytest.mark.parametrize("symmetric", [True, False])
def test_no_weight_is_further_from_its_code_than_half_a_step(bits: int, per: str, symmetric: bool) -> None:
    weights = np.random.default_rng(1).normal(size=(3, 5, 7)).astype(np.float32) + 0.5
    packed = quantize(weights, bits, per, group_size=16, symmetric=symmetric)
    restored = packed.dequantize()
    assert restored.shape == weights.shape and restored.dtype == np.float32
    steps = np.broadcast_to(packed.scale, packed.codes.shape).reshape(-1)[: weights.size].reshape(weights.shape)
    assert np.all(np.abs(restored - weights) <= steps * 0.5001)
    top = 2 ** (bits - 1)
    assert packed.codes.max() <= top - 1 and packed.codes.min() >= (-top + 1 if symmetric else -top)


def test_a_symmetric_zero_stays_zero_and_the_largest_weight_is_exact() -> None:
    restored = quantize(np.array([0.0, -3.0, 1.0]), 4).dequantize()
    assert restored[0] == 0 and restored[1] == pytest.approx(-3.0, rel=1e-6)


def test_the_room_is_the_bits_and_a_scale_each_group() -> None:
    weights = np.zeros((4, 64))
    assert quantize(weights, 8).nbytes == 256 + 4
    assert quantize(weights, 4, "row").nbytes == 128 + 16
    assert quantize(weights, 2, "group", 32).nbytes == 64 + 32
    assert quantize(weights, 4, "row", symmetric=False).nbytes == 128 + 32
    assert 7e9 * 2 == 14e9 and 7e9 * 0.5 == 3.5e9  # seven billion weights: 14 GB in fp16, 3.5 GB in int4


def test_constant_empty_and_single_weights_survive() -> None:
    for weights in (np.zeros((2, 3)), np.full((2, 3), 7.5), np.zeros((0, 4)), np.array(2.0)):
        for symmetric in (True, False):
            restored = quantize(weights, 8, "row" if weights.ndim else "tensor", symmetric=symmetric).dequantize()
            np.testing.assert_allclose(restored, weights, rtol=1e-6)


def test_what_cannot_be_quantized_is_refused() -> None:
    for call, sentence in [
        (lambda: quantize([1.0], 3), "bits: 3"),
        (lambda: quantize([np.nan], 8), "finite"),
        (lambda: quantize([1.0], 8, "column"), "'column'"),
        (lambda: quantize([1.0], 8, "group", 0), "group_size: 0"),
        (lambda: quantization_error([1.0, 2.0], quantize([1.0], 8)), r"needs \(1,\)"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            call()
