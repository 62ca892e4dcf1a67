"""Reference values for ScalogramTests: direct evaluation in double precision, and PyWavelets on a long signal.

Run: python3 scalogram.py > scalogram.json   (numpy, PyWavelets)
"""
import json

import numpy as np
import pywt

LENGTH, RATE, SCALES, TIMES, LOWEST, HIGHEST, CYCLES, GAIN = 208, 128.0, 64, 64, 0.5, 40.0, 6.0, 10.0


def beat(n, r):
    """A P wave, a QRS complex and a T wave around sample r, rounded so that it can be repeated exactly."""
    t = (np.arange(n) - r) / RATE
    x = 0.12 * np.exp(-((t + 0.17) / 0.025) ** 2) - 0.1 * np.exp(-((t + 0.03) / 0.01) ** 2)
    x += 1.2 * np.exp(-((t) / 0.012) ** 2) - 0.25 * np.exp(-((t - 0.03) / 0.012) ** 2)
    x += 0.3 * np.exp(-((t - 0.26) / 0.05) ** 2) + 0.05 * np.sin(2 * np.pi * 0.4 * t)
    return np.round(x, 4)


def frequencies():
    return HIGHEST * (LOWEST / HIGHEST) ** (np.arange(SCALES) / (SCALES - 1))


def direct(x):
    """Sum over the mirrored, periodic signal with the sampled wavelet: no FFT, no folding."""
    mirrored = np.concatenate([x, x[::-1]])
    n = len(mirrored)
    out = np.zeros((SCALES, TIMES))
    bins = np.arange(1, n // 2)
    spectrum = np.array([np.sum(mirrored * np.exp(-2j * np.pi * b * np.arange(n) / n)) for b in bins])
    for row, f in enumerate(frequencies()):
        weight = 2 / n * np.exp(-0.5 * (CYCLES * (bins * RATE / n / f - 1)) ** 2)
        for k in range(TIMES):
            t = k * LENGTH / TIMES
            out[row, k] = abs(np.sum(spectrum * weight * np.exp(2j * np.pi * bins * t / n)))
    return out


def in_time(x):
    """The same by convolving with e^(i w0 t/s) e^(-(t/s)^2/2), for rows whose wavelet is short: no Fourier domain."""
    n = len(x)
    mirrored = np.concatenate([x[::-1], x, x[::-1]])
    out = {}
    for row in range(0, 24, 4):
        f = frequencies()[row]
        s = CYCLES / (2 * np.pi * f)
        values = []
        for k in range(0, TIMES, 4):  # whole numbers of samples: 208/64*4 = 13
            t = (np.arange(3 * n) - n - k * LENGTH // TIMES) / RATE
            wavelet = np.exp(-1j * CYCLES * t / s) * np.exp(-((t / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi))
            values.append(2 * abs(np.sum(mirrored * wavelet)) / RATE)
        out[row] = values
    return out


def by_pywavelets(x):
    """pywt.cwt with cmor2-(w0/2pi), rescaled from its 1/sqrt(s) to amplitude, on the mirrored signal."""
    wavelet = f"cmor2.0-{CYCLES / (2 * np.pi)}"
    n = len(x)
    mirrored = np.concatenate([x[::-1], x, x[::-1]])
    scales = CYCLES / (2 * np.pi) / frequencies()[:24] * RATE
    coefficients, _ = pywt.cwt(mirrored, scales, wavelet, sampling_period=1 / RATE, precision=16)
    size = 2 * np.abs(coefficients) / np.sqrt(scales)[:, None]
    return size[:, n : 2 * n : 13]


first, second = beat(LENGTH, 144), -0.4 * beat(LENGTH, 140)
second = np.round(second, 4)
a, b = direct(first), direct(second)
keep = [0, 7, 20, 33, 46, 63]
print(json.dumps({
    "first": first.tolist(),
    "second": second.tolist(),
    "rows": keep,
    "direct": [[[float(f"{np.log1p(GAIN * m[r, k]):.7g}") for m in (a, b)] for k in range(TIMES)] for r in keep],
    "in_time": {str(r): [float(f"{v:.7g}") for v in vs] for r, vs in in_time(first).items()},
    "pywavelets": {str(r): [float(f"{v:.5g}") for v in by_pywavelets(first)[r]] for r in range(0, 24, 4)},
}))
