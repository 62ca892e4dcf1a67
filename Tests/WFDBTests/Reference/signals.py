#!/usr/bin/env python3
"""Writes signals.txt: what wfdb (PyPI) reads from every record, one line for each signal.

    python3 signals.py DATA_FOLDER > signals.txt      (written with wfdb 4.3.1)

Columns: record, signal index, samples, CRC-32 of the ADC values (int32 little-endian, -2^31 where a sample is missing;
`-` for multi-segment records, whose segments have different gains), CRC-32 of the physical values (float32
little-endian, every NaN 0x7fc00000).
"""
import pathlib
import shutil
import sys
import tempfile
import warnings
import zlib

import numpy as np
import wfdb

warnings.filterwarnings("ignore")
root = pathlib.Path(sys.argv[1])


def checksum(values, dtype):
    return f"{zlib.crc32(np.ascontiguousarray(values, dtype=dtype).tobytes()):08x}"


def physical_checksum(values):
    values = np.asarray(values, dtype=np.float64).astype("<f4")
    bits = values.view("<u4").copy()
    bits[np.isnan(values)] = 0x7FC00000
    return checksum(bits, "<u4")


def read(path, physical):
    return wfdb.rdrecord(str(path), physical=physical, smooth_frames=False, m2s=True)


def repaired(path, folder):
    """A copy of a record whose record line names the file and has date and time exchanged, with that line mended."""
    lines = path.with_suffix(".hea").read_text().split("\n")
    fields = lines[0].split()
    lines[0] = " ".join([path.name] + fields[1:4])
    (folder / f"{path.name}.hea").write_text("\n".join(lines))
    shutil.copy(path.with_suffix(".mat"), folder)
    return folder / path.name


with tempfile.TemporaryDirectory() as temporary:
    for header in sorted(root.rglob("*.hea")):
        name = header.relative_to(root).with_suffix("")
        path = header.with_suffix("")
        text = header.read_text(errors="replace")
        if header.parent.name == "cinc2020":
            path = repaired(path, pathlib.Path(temporary))
        elif name.name in ("1003", "12726") or name.name.endswith("_layout"):
            continue  # no signal files
        record = read(path, physical=True)
        signals = record.e_p_signal
        is_multi = "/" in text.split("\n")[0].split()[0]
        digital = None if is_multi else read(path, physical=False).e_d_signal
        for index, values in enumerate(signals):
            adc = "-"
            if digital is not None:
                raw = np.asarray(digital[index]).astype("<i4")
                raw[np.isnan(values)] = -(2**31)
                adc = checksum(raw, "<i4")
            print(name, index, len(values), adc, physical_checksum(values))
