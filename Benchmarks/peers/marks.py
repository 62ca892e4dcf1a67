#!/usr/bin/env python3
"""How evenly R peaks are marked: share of normal beats that lie off where those around them do, in records varied as by variations.py.

    python3 Benchmarks/peers/marks.py [--beatlab PROGRAM] [--variation NAME]... RECORD...

A mark's place is its distance from the reference's; where it is off by more than 20 ms from the median of the 21 beats around it, an RR
interval strays by as much. Prints a row per variation and the records with the largest shares. Needs numpy, scipy and wfdb; BEATD_DATA says
where records are.
"""
import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import wfdb
from variations import VARIATIONS, Record

NORMAL, WINDOW, LIMIT = "NLRAaJSej", 0.15, 0.02


def strays(record, beatlab, folder):
    """Of every normal beat that is found, whether its mark is off."""
    record.write(folder)
    subprocess.run(
        [beatlab, "detect", "--annotator", "pt", "--output", "found", f"{folder}/{record.name}"],
        check=True, capture_output=True, cwd=folder)
    found = next(Path(folder, "found").rglob("*.pt"))
    marks = wfdb.rdann(str(found.with_suffix("")), "pt").sample / record.rate
    beats = np.array([s for s, symbol in zip(record.samples, record.symbols) if symbol in NORMAL]) / record.rate
    place = np.clip(np.searchsorted(marks, beats), 1, len(marks) - 1)
    before, after = marks[place - 1] - beats, marks[place] - beats
    offsets = np.where(np.abs(before) < np.abs(after), before, after)
    offsets = offsets[np.abs(offsets) < WINDOW]
    usual = np.array([np.median(offsets[max(0, i - 10):i + 11]) for i in range(len(offsets))])
    return np.abs(offsets - usual) > LIMIT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beatlab", default=".build/release/beatlab")
    parser.add_argument("--variation", action="append", choices=VARIATIONS, metavar="NAME", help="default: as they are")
    parser.add_argument("records", nargs="+", metavar="RECORD", help="such as mitdb/101")
    options = parser.parse_args()
    data, beatlab = os.environ.get("BEATD_DATA", "../shared/data"), os.path.abspath(options.beatlab)
    print("| variation | normal beats | off by more than 20 ms, % | most |\n|---|---|---|---|")
    for name in options.variation or ["as they are"]:
        off = {}
        for each in options.records:
            record = Record(data, each)
            VARIATIONS[name](record)
            with tempfile.TemporaryDirectory() as folder:
                off[each] = strays(record, beatlab, folder)
        together = np.concatenate(list(off.values()))
        most = sorted(off, key=lambda each: -off[each].mean())[:5]
        worst = ", ".join(f"{each} {100 * off[each].mean():.1f}" for each in most)
        print(f"| {name} | {len(together)} | {100 * together.mean():.2f} | {worst} |", flush=True)


if __name__ == "__main__":
    main()
