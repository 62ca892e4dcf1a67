"""Finds R peaks with gqrs and writes them as annotation files, to be scored beside ours.

    python3 peers/gqrs.py FOLDER RECORD...        (RECORD without suffix; writes FOLDER/RECORD.gqrs)
    python3 peers/gqrs.py --check RECORD...       (do gqrs.c and wfdb-python's port find the same peaks?)

The first signal, in adc units, as gqrs takes it. How near this comes to gqrs itself stands in docs/RESULTS.md. Needs wfdb and
a C compiler; a half-hour record takes the port some four seconds, `gqrs.c` some hundredths.
"""
import ctypes
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import wfdb

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gqrs.c")


def build():
    """The compiled detector."""
    with tempfile.TemporaryDirectory() as folder:
        library = os.path.join(folder, "gqrs.so")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
        gqrs = ctypes.CDLL(library).gqrs
    array = lambda kind: np.ctypeslib.ndpointer(kind, flags="C_CONTIGUOUS")
    gqrs.argtypes = [array(np.int32), ctypes.c_int64, ctypes.c_double, ctypes.c_double, ctypes.c_int64, array(np.int64)]
    gqrs.restype = ctypes.c_int64
    return gqrs


def read(record):
    """The first signal of a record: values, rate, gain, adc zero."""
    signal = wfdb.rdrecord(record, channels=[0], physical=False)
    values = np.ascontiguousarray(signal.d_signal[:, 0], dtype=np.int32)
    return values, signal.fs, signal.adc_gain[0], signal.adc_zero[0]


def detect(gqrs, values, rate, gain, zero):
    """Sample numbers of the R peaks, and the processor time in seconds."""
    found = np.zeros(len(values), dtype=np.int64)
    start = time.thread_time()
    count = gqrs(values, len(values), rate, gain, zero, found)
    return found[:count], time.thread_time() - start


def check(gqrs, record):
    """Whether the compiled detector finds what the port finds."""
    from wfdb.processing import gqrs_detect

    values, rate, gain, zero = read(record)
    ported = gqrs_detect(d_sig=values.astype(np.int64), fs=rate, adc_gain=gain, adc_zero=zero)
    same = np.array_equal(ported, detect(gqrs, values, rate, gain, zero)[0])
    print(f"{record}: {len(ported)} beats, {'the same' if same else 'NOT the same'}", flush=True)
    return same


def main(arguments):
    gqrs = build()
    if arguments[0] == "--check":
        return all([check(gqrs, record) for record in arguments[1:]])
    folder = arguments[0]
    os.makedirs(folder, exist_ok=True)
    spent = frames = 0
    for record in arguments[1:]:
        values, *setup = read(record)
        peaks, seconds = detect(gqrs, values, *setup)
        spent, frames = spent + seconds, frames + len(values)
        peaks = np.unique(peaks[peaks >= 0])
        if len(peaks):
            wfdb.wrann(os.path.basename(record), "gqrs", peaks, ["N"] * len(peaks), write_dir=folder)
    print(f"{len(arguments) - 1} records, {spent:.2f} s of processor time, {spent / frames * 1e9:.0f} ns a frame")
    return True


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
