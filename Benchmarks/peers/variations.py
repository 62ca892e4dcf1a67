#!/usr/bin/env python3
"""What recordings that differ from the training material cost: rates, gains, leads that go, values that are missing.

    python3 Benchmarks/peers/variations.py [--beatlab PROGRAM] [--work FOLDER] [NAME...]

Writes varied copies of twenty records that the shipped model learned from (so that a difference is the figure, not the level) and runs
`beatlab evaluate` on each; prints a row of docs/RESULTS.md per variation. Needs numpy, scipy and wfdb; BEATD_DATA says where records are.
"""
import argparse
import os
import re
import shutil
import subprocess
import tempfile
from fractions import Fraction

import numpy as np
import wfdb
from scipy import signal

RECORDS = [f"mitdb/{n}" for n in (106, 118, 119, 124, 201, 203, 208, 209, 215, 223)] + [
    f"svdb/{n}" for n in (800, 809, 825, 841, 854, 865, 869, 880, 887, 892)]


class Record:
    """A record in mV with its annotations; `samples` are places of beats."""

    def __init__(self, data, name):
        record = wfdb.rdrecord(f"{data}/{name}")
        notes = wfdb.rdann(f"{data}/{name}", "atr")
        self.name, self.rate, self.leads = name, float(record.fs), record.sig_name
        self.values = record.p_signal
        self.samples, self.symbols, self.texts = notes.sample.astype(float), list(notes.symbol), list(notes.aux_note)
        self.random = np.random.default_rng(int(name.split("/")[1]))

    def frames(self, seconds):
        return int(seconds * self.rate)

    def forget(self, begin, end):
        """Leaves out the beats between two frames: nobody could see them."""
        kept = [i for i, s in enumerate(self.samples) if not (begin <= s < end and self.symbols[i] != "+")]
        self.samples = self.samples[kept]
        self.symbols, self.texts = [self.symbols[i] for i in kept], [self.texts[i] for i in kept]

    def write(self, folder):
        """16-bit values in microvolts; -32768 is a missing one."""
        os.makedirs(f"{folder}/{os.path.dirname(self.name)}", exist_ok=True)
        short = os.path.basename(self.name)
        missing = ~np.isfinite(self.values)
        counts = np.clip(np.round(np.nan_to_num(self.values) * 1000), -32767, 32767).astype("<i2")
        counts[missing] = -32768
        counts.tofile(f"{folder}/{self.name}.dat")
        with open(f"{folder}/{self.name}.hea", "w") as header:
            header.write(f"{short} {len(self.leads)} {self.rate:g} {len(counts)}\n")
            for lead, title in enumerate(self.leads):
                total = int(counts[:, lead].astype(np.int64).sum()) & 0xFFFF
                total -= 65536 if total > 32767 else 0
                header.write(f"{short}.dat 16 1000(0)/mV 16 0 {counts[0, lead]} {total} 0 {title}\n")
        places = np.round(self.samples).astype(int)
        kept = [i for i, place in enumerate(places) if 0 <= place < len(counts)]
        wfdb.wrann(
            short, "atr", np.maximum.accumulate(places[kept]), symbol=[self.symbols[i] for i in kept],
            aux_note=[self.texts[i] for i in kept], write_dir=f"{folder}/{os.path.dirname(self.name)}")


def rate(hertz):
    def vary(record):
        ratio = Fraction(hertz, int(record.rate))
        record.values = signal.resample_poly(
            record.values, ratio.numerator, ratio.denominator, axis=0, padtype="line")
        record.samples *= hertz / record.rate
        record.rate = float(hertz)
    return vary


def gain(factor):
    def vary(record):
        record.values = record.values * factor
    return vary


def clipped(share):
    """An amplifier whose rails lie at a share of the usual R peak."""
    def vary(record):
        beats = [int(s) for s, symbol in zip(record.samples, record.symbols) if symbol in "NLR"]
        width = record.frames(0.06)
        for lead in range(record.values.shape[1]):
            line = record.values[:, lead]
            middle = np.median(line)
            height = np.median([np.abs(line[max(b - width, 0):b + width] - middle).max() for b in beats[::5]])
            record.values[:, lead] = np.clip(line, middle - share * height, middle + share * height)
    return vary


def replaced(leads, what, every=None, lasting=30):
    """Half a minute of some leads, in the middle or in every so many seconds, has another content."""
    def vary(record):
        total = len(record.values) / record.rate
        begins = [total / 2] if every is None else np.arange(60, total - lasting, every)
        for begin in begins:
            first, last = record.frames(begin), record.frames(begin + lasting)
            time = np.arange(last - first) / record.rate
            for lead in leads:
                record.values[first:last, lead] = what(record, time)
            if len(leads) == record.values.shape[1]:
                record.forget(first, last)
    return vary


def missing(share):
    def vary(record):
        record.values[record.random.random(record.values.shape) < share] = np.nan
    return vary


def flat(record, time):
    return 0.0 * time


def gone(record, time):
    return np.nan * time


def wave(record, time):
    return 3 * np.sin(2 * np.pi * 0.3 * time)


def noise(record, time):
    return record.random.normal(0, 0.05, len(time))


VARIATIONS = {
    "as they are": lambda record: None,
    **{f"{hertz} Hz": rate(hertz) for hertz in (128, 250, 300, 500, 1000)},
    **{f"gain {factor}": gain(factor) for factor in (0.25, 4)},
    "cut off at .6 of the R peak": clipped(0.6),
    "1 % of values missing": missing(0.01),
    "10 % of values missing": missing(0.1),
    "second lead flat, 30 s of 120": replaced([1], flat, 120),
    "second lead missing, 30 s of 120": replaced([1], gone, 120),
    "second lead a slow wave, 30 s of 120": replaced([1], wave, 120),
    "first lead flat, 30 s of 120": replaced([0], flat, 120),
    "both leads missing, 30 s of 120": replaced([0, 1], gone, 120),
    "both leads missing, 1 s of 20": replaced([0, 1], gone, 20, 1),
    "both leads open (50 uV of noise), 30 s once": replaced([0, 1], noise),
}


def figures(text):
    """Cells of `beatlab evaluate --brief`: gross figures in per cent."""
    def figure(name):
        found = re.search(rf"^{name} +([0-9.]+)", text, re.M)
        return float(found[1]) if found else float("nan")
    return [figure(name) for name in ("qrs_se", "qrs_pp", "accuracy", "s_f1", "v_f1")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beatlab", default=".build/release/beatlab")
    parser.add_argument("--work", help="folder for the copies; a temporary one without it")
    parser.add_argument("names", nargs="*", help="variations; all without them")
    options = parser.parse_args()
    data = os.environ.get("BEATD_DATA", "../shared/data")
    work = options.work or tempfile.mkdtemp()
    print("| variation | R peaks: Se / +P | accuracy | S F1 | V F1 |\n|---|---|---|---|---|")
    for name, vary in VARIATIONS.items():
        if options.names and name not in options.names:
            continue
        for record in (Record(data, each) for each in RECORDS):
            vary(record)
            record.write(work)
        result = subprocess.run(
            [options.beatlab, "evaluate", "--brief", "--data", work] + RECORDS, capture_output=True, text=True)
        if result.returncode:
            raise SystemExit(result.stderr)
        se, pp, accuracy, s, v = figures(result.stdout)
        print(f"| {name} | {se:.2f} / {pp:.2f} | {accuracy:.2f} | {s:.2f} | {v:.2f} |", flush=True)
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
