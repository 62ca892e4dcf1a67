#!/usr/bin/env python3
"""Writes edf.txt: the signals and annotations of an EDF+ file, read with numpy as the specification says.

    python3 edf.py DATA_FOLDER/wfdb-formats/test_generator_2.edf > edf.txt

Lines `signal INDEX SAMPLES CRC LABEL`: CRC-32 of the digital values (int32 little-endian, -2^31 where -32768 stands).
Lines `physical INDEX V0 V1 V2`: the first physical values. Lines `annotation ONSET TEXT`.
(wfdb 4.3.1 cannot read this file: its signals have different rates.)
"""
import sys
import zlib

import numpy as np

data = open(sys.argv[1], "rb").read()
count = int(data[252:256])
records = int(data[236:244])


def fields(width, before):
    start = 256 + before * count
    return [data[start + i * width : start + (i + 1) * width].decode("latin-1").strip() for i in range(count)]


labels = fields(16, 0)
lowest, highest = (np.array(fields(8, before), dtype=float) for before in (104, 112))
smallest, largest = (np.array(fields(8, before), dtype=float) for before in (120, 128))
samples = [int(n) for n in fields(8, 216)]
blocks = np.frombuffer(data[256 * (count + 1) :], dtype="<i2")[: records * sum(samples)].reshape(records, -1)
index = 0
annotations = []
for signal, label in enumerate(labels):
    start = sum(samples[:signal])
    values = blocks[:, start : start + samples[signal]]
    if label == "EDF Annotations":
        for block in values:
            for tal in block.tobytes().split(b"\0"):
                parts = tal.split(b"\x14")
                for text in parts[1:]:
                    if text:
                        annotations.append((float(parts[0].split(b"\x15")[0]), text.decode("utf-8")))
        continue
    values = values.flatten().astype("<i4")
    step = (highest[signal] - lowest[signal]) / (largest[signal] - smallest[signal])
    physical = lowest[signal] + (values[:3] - smallest[signal]) * step
    values[values == -32768] = -(2**31)
    print("signal", index, len(values), f"{zlib.crc32(values.tobytes()):08x}", label)
    print("physical", index, *physical)
    index += 1
for onset, text in annotations:
    print("annotation", onset, text)
