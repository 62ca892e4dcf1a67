"""Compares R-peak detectors on the hand-held recordings of the CinC Challenge 2017, whose beats nobody has marked.

    beatlab detect --annotator beatd --output found ../shared/data/cinc2017
    python3 peers/handheld.py found                 (FOLDER of RECORD.beatd; BEATD_DATA is where the recordings are)

Prints how many records every detector finds at an implausible rate, and how far the detectors agree: F1 of one against
another within 150 ms over all records, and by the rhythm of the record. The detectors are ours, gqrs (gqrs.c), XQRS of
wfdb-python and that of NeuroKit2.
"""
import csv
import os
import sys
import warnings

import numpy as np
import neurokit2
import wfdb
from wfdb.processing import XQRS

import gqrs

DATA = os.path.join(os.environ.get("BEATD_DATA", os.path.join("..", "shared", "data")), "cinc2017")
PLAUSIBLE = (30, 200)
RHYTHMS = {"N": "sinus rhythm", "A": "atrial fibrillation", "O": "other rhythm", "~": "too noisy"}


def xqrs(signal, rate):
    detector = XQRS(sig=signal, fs=rate)
    detector.detect(verbose=False)
    return detector.qrs_inds


def neurokit(signal, rate):
    cleaned = neurokit2.ecg_clean(signal, sampling_rate=rate)
    return neurokit2.ecg_peaks(cleaned, sampling_rate=rate)[1]["ECG_R_Peaks"]


def tried(detector, *arguments):
    """The peaks; none where the detector gives up."""
    try:
        peaks = np.asarray(detector(*arguments), dtype=float)
        return np.unique(peaks[np.isfinite(peaks)])
    except Exception:  # a detector that fails on a noisy record has found nothing
        return np.zeros(0)


def pairs(first, second, reach):
    """Number of peaks that can be paired one to one within `reach`, in order."""
    i = j = count = 0
    while i < len(first) and j < len(second):
        if abs(first[i] - second[j]) <= reach:
            i, j, count = i + 1, j + 1, count + 1
        elif first[i] < second[j]:
            i += 1
        else:
            j += 1
    return count


def table(header, rows):
    print(f"\n| {' | '.join(header)} |\n|{'|'.join('---' for _ in header)}|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


def main(found):
    warnings.simplefilter("ignore")
    compiled = gqrs.build()
    with open(os.path.join(DATA, "REFERENCE.csv")) as file:
        rhythm = dict(row[:2] for row in csv.reader(file) if len(row) >= 2)
    names = sorted(name[:-4] for name in os.listdir(DATA) if name.endswith(".hea"))
    detectors = ["beatd", "gqrs", "XQRS", "NeuroKit2"]
    odd = {name: [] for name in detectors}
    counts = {}
    for name in names:
        path = os.path.join(DATA, name)
        signal = wfdb.rdrecord(path, channels=[0]).p_signal[:, 0]
        ours = os.path.join(found, name)
        peaks = {
            "beatd": wfdb.rdann(ours, "beatd").sample if os.path.exists(ours + ".beatd") else np.zeros(0),
            "gqrs": gqrs.detect(compiled, *gqrs.read(path))[0],
            "XQRS": tried(xqrs, signal, 300),
            "NeuroKit2": tried(neurokit, signal, 300),
        }
        for detector in detectors:
            rate = len(peaks[detector]) * 60 * 300 / len(signal)
            if not PLAUSIBLE[0] <= rate <= PLAUSIBLE[1]:
                odd[detector].append(name)
            for other in detectors:
                key = (detector, other, rhythm.get(name, "?"))
                paired, total = counts.get(key, (0, 0))
                counts[key] = (paired + 2 * pairs(peaks[detector], peaks[other], 45),
                               total + len(peaks[detector]) + len(peaks[other]))
    print(f"{len(names)} records; a plausible mean rate is {PLAUSIBLE[0]} to {PLAUSIBLE[1]} a minute")
    table(["detector", "records at an implausible rate", "share", "of them not marked too noisy"],
          [[name, len(odd[name]), f"{100 * len(odd[name]) / len(names):.2f} %",
            sum(rhythm.get(record) != "~" for record in odd[name])] for name in detectors])

    def agreement(first, second, rhythms):
        paired = sum(counts.get((first, second, rhythm), (0, 0))[0] for rhythm in rhythms)
        total = sum(counts.get((first, second, rhythm), (0, 0))[1] for rhythm in rhythms)
        return f"{100 * paired / total:.2f}" if total else "-"

    every = set(rhythm.values()) | {"?"}
    table(["agreement (F1, %)"] + detectors,
          [[first] + [agreement(first, second, every) if first != second else "" for second in detectors]
           for first in detectors])
    table(["with"] + [f"beatd and {name}" for name in detectors[1:]] + ["gqrs and XQRS"],
          [[label] + [agreement("beatd", name, [code]) for name in detectors[1:]] + [agreement("gqrs", "XQRS", [code])]
           for code, label in RHYTHMS.items()])


if __name__ == "__main__":
    main(sys.argv[1])
