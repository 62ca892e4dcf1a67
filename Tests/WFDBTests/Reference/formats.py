#!/usr/bin/env python3
"""Writes formats/: a small record in every uncompressed signal format, of random bytes, and formats.txt: what wfdb
(PyPI) reads from it. The columns of formats.txt are those of signals.txt.

    python3 formats.py        (written with wfdb 4.3.1)
"""
import pathlib
import zlib

import numpy as np
import wfdb

folder = pathlib.Path(__file__).parent / "formats"
folder.mkdir(exist_ok=True)
random = np.random.default_rng(20)
bits = {8: 8, 16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10}
frames = 101


def size(fmt, samples):
    """Bytes that hold so many samples."""
    if fmt == 212:
        return samples // 2 * 3 + samples % 2 * 2
    if fmt in (310, 311):
        return samples // 3 * 4 + (0, 2, 4 if fmt == 310 else 3)[samples % 3]
    return samples * bits[fmt] // 8


def crc(values, dtype):
    return f"{zlib.crc32(np.ascontiguousarray(values, dtype=dtype).tobytes()):08x}"


with open(folder.parent / "formats.txt", "w") as results:
    for fmt in bits:
        name = f"f{fmt}"
        # Two signals, one of them with two samples in a frame, after seven bytes of something else.
        data = random.integers(0, 256, size(fmt, 3 * frames), dtype=np.uint8)
        if fmt == 311:
            data[3::4] &= 0x3F  # the two spare bits are 0; wfdb takes one of them for part of the third sample
        data = data.tobytes()
        (folder / f"{name}.dat").write_bytes(b"ignored" + data)
        (folder / f"{name}.hea").write_text(
            f"{name} 2 250 {frames}\n"
            f"{name}.dat {fmt}x2+7 100(3)/mV {bits[fmt]} 0 -2 0 0 A\n"
            f"{name}.dat {fmt}+7 12.5/mmHg {bits[fmt]} 4 5 0 0 B\n"
        )
        physical = wfdb.rdrecord(str(folder / name), smooth_frames=False).e_p_signal
        for index, (values, gain, baseline) in enumerate(zip(physical, (100, 12.5), (3, 4))):
            # wfdb cannot give the ADC values of format 61; from the physical ones they are exact.
            raw = np.round(np.nan_to_num(values) * gain + baseline).astype("<i4")
            raw[np.isnan(values)] = -(2**31)
            single = np.asarray(values).astype("<f4").view("<u4").copy()
            single[np.isnan(values)] = 0x7FC00000
            print(name, index, len(values), crc(raw, "<i4"), crc(single, "<u4"), file=results)
