#!/usr/bin/env python3
"""What recordings that differ from the training material cost: rates, gains, leads that go, values that are missing, noise.

    python3 Benchmarks/peers/variations.py [--beatlab PROGRAM] [--work FOLDER] [--fold MODEL=RECORD,RECORD...]... [NAME...]

Writes varied copies of twenty records that the shipped model learned from (so that a difference is the figure, not the level) and runs
`beatlab evaluate` on each; prints a row of docs/RESULTS.md per variation. With --fold, once for each fold of a cross-validation, every
fold's model judges the records that it was not taught, and the row is of all of them. Needs numpy, scipy and wfdb; BEATD_DATA says where
records are.
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

# Annotations of beats (WFDB's symbols), and of those that the sinus node leads or that count as N.
CONDUCTED = "NLRej"
PREMATURE = "AaJS"
BEATS = CONDUCTED + PREMATURE + "VEF/fQ"


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


def muscle(random, count, rate):
    """White noise from 20 to 90 Hz."""
    b, a = signal.butter(2, [20 / (rate / 2), min(0.95, 90 / (rate / 2))], "band")
    return signal.lfilter(b, a, random.normal(0, 1, count))


def motion(random, count, rate):
    """Electrodes that move: jumps of the baseline that fade, bumps of 0.1 to 0.6 s and bursts of waves, one in 1.2 s on average."""
    line, place = np.zeros(count), 0
    while True:
        place += int(random.exponential(1.2) * rate)
        if place >= count:
            break
        kind, height = random.random(), random.normal(0, 1) * random.lognormal(0, 0.4)
        if kind < 0.4:
            fading = random.uniform(0.15, 1) * rate
            shape = np.exp(-np.arange(int(5 * fading)) / fading)
        elif kind < 0.8:
            width = random.uniform(0.03, 0.15) * rate
            away = (np.arange(int(6 * width)) - 3 * width) / width
            shape = np.exp(-0.5 * away ** 2) * (1 if random.random() < 0.5 else -away)
        else:
            time = np.arange(int(random.uniform(0.5, 2) * rate)) / rate
            wave = np.sin(2 * np.pi * random.uniform(2, 8) * time + random.uniform(0, 6))
            shape = wave * signal.windows.tukey(len(time), 0.3)
        end = min(count, place + len(shape))
        line[place:end] += height * shape[:end - place]
    b, a = signal.butter(2, min(40, 0.45 * rate) / (rate / 2))
    return signal.lfilter(b, a, line)


def noisy(kind, decibels, leads):
    """Noise as `nst` measures it, against the QRS complexes of its lead, for two minutes of four from 1:00 on."""
    def vary(record):
        beats = [int(s) for s, symbol in zip(record.samples, record.symbols) if symbol in "NLRAVS"]
        width, count = record.frames(0.05), len(record.values)
        for lead in leads:
            line = record.values[:, lead]
            height = np.median([np.ptp(line[max(b - width, 0):b + width]) for b in beats[::5]])
            added = kind(record.random, count, record.rate)
            added *= np.sqrt(height ** 2 / 8 / 10 ** (decibels / 10)) / added.std()
            for begin in np.arange(60, count / record.rate, 240):
                part = slice(record.frames(begin), record.frames(begin + 120))
                line[part] += added[part]
    return vary


def inverted(record):
    record.values = -record.values


def turned(degrees):
    """Electrodes elsewhere: the two leads' axes turned in their plane."""
    def vary(record):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        record.values = record.values[:, :2] @ np.array([[c, -s], [s, c]])
    return vary


def turning(record):
    """The body turns: within two seconds, once in one to three minutes, the leads' axes turn by 25 to 45 degrees to the other side."""
    times, angles = [0.0], [0.0]
    while times[-1] < len(record.values) / record.rate:
        begin = times[-1] + record.random.uniform(60, 180)
        times += [begin, begin + 2]
        angles += [angles[-1], record.random.uniform(25, 45) * (1 if angles[-1] < 0 else -1)]
    angle = np.radians(np.interp(np.arange(len(record.values)) / record.rate, times, angles))
    (a, b), (c, s) = record.values[:, :2].T, (np.cos(angle), np.sin(angle))
    record.values = np.stack([c * a - s * b, s * a + c * b], axis=1)


def filtered(hertz):
    """A recorder that filters slow waves out: Butterworth high-pass of second order."""
    def vary(record):
        b, a = signal.butter(2, hertz / (record.rate / 2), "high")
        record.values = signal.lfilter(b, a, record.values - record.values[0], axis=0)
    return vary


def delayed(record, chosen):
    """One half of the heart is late, along an axis of its own, in the beats whose annotations are chosen."""
    angle, late = np.radians(record.random.uniform(60, 180)), record.frames(record.random.uniform(0.03, 0.05))
    sign = 1 if record.random.random() < 0.5 else -1
    turn = np.array([[np.cos(angle), -sign * np.sin(angle)], [sign * np.sin(angle), np.cos(angle)]])
    before, after = record.frames(0.07), record.frames(0.1)
    taper = signal.windows.tukey(before + after, 0.4)[:, None]
    for place in record.samples[chosen].astype(int):
        if place - before < 0 or place + after + late > len(record.values):
            continue
        part = record.values[place - before:place + after, :2]
        line = np.linspace(part[0], part[-1], len(part))
        half = 0.5 * taper * (part - line)
        record.values[place - before:place + after, :2] -= half
        record.values[place - before + late:place + after + late, :2] += half @ turn


def aberrant(record):
    """Premature atrial beats that find a bundle branch refractory."""
    beats = [i for i, symbol in enumerate(record.symbols) if symbol in BEATS]
    delayed(record, [
        this for last, this in zip(beats, beats[1:]) if record.symbols[this] in PREMATURE and record.symbols[last] not in PREMATURE])


def conducted(record):
    """Pairs of beats in a row, both conducted."""
    beats = [i for i, symbol in enumerate(record.symbols) if symbol in BEATS]
    return [pair for pair in zip(beats, beats[1:]) if all(record.symbols[i] in CONDUCTED for i in pair)]


def hurried(record):
    """Bundle branch block that depends on the rate: of conducted beats in a row those after the shortest fifth of the intervals have it."""
    pairs = conducted(record)
    intervals = np.array([record.samples[this] - record.samples[last] for last, this in pairs])
    delayed(record, [this for (_, this), interval in zip(pairs, intervals) if interval < np.quantile(intervals, 0.2)])


def breathing(record):
    """Respiratory sinus arrhythmia: between conducted beats in a row the time from T to P wave changes with the breath, by a fifth of the interval."""
    period, place, old, new = record.random.uniform(3, 10), record.random.uniform(), [0], [0]
    for last, this in conducted(record):
        first, end = int(record.samples[last]), int(record.samples[this])
        interval = (end - first) / record.rate
        quiet = [first + record.frames(min(0.42 * np.sqrt(min(interval, 1)), 0.6 * interval)), end - record.frames(min(0.24, 0.35 * interval))]
        place += interval / period
        length = quiet[1] - quiet[0] + int(0.2 * (end - first) * np.sin(2 * np.pi * place))
        start = new[-1] + quiet[0] - old[-1]
        old += quiet
        new += [start, start + max(length, 2)]
    old.append(len(record.values) - 1)
    new.append(new[-1] + old[-1] - old[-2])
    source = np.interp(np.arange(new[-1] + 1), new, old)
    record.values = np.stack([np.interp(source, np.arange(len(record.values)), lead) for lead in record.values.T], axis=1)
    record.samples = np.interp(record.samples, old, new)


def complexes(record):
    """Conducted beats among conducted ones: their signal up to the end of the T wave (QT after Bazett), from 0 to 0 mV, and where the R peak is."""
    beats = [i for i, symbol in enumerate(record.symbols) if symbol in BEATS]
    found = []
    for last, this, following in zip(beats, beats[1:], beats[2:]):
        place, interval = int(record.samples[this]), (record.samples[following] - record.samples[this]) / record.rate
        if any(record.symbols[i] not in CONDUCTED for i in (last, this, following)) or not 0.4 < interval < 1.6:
            continue
        before = record.frames(0.07)
        end = place + record.frames(max(0.2, min(0.39 * np.sqrt(min(interval, 1)) + 0.02, interval - 0.17)))
        if place >= before and end <= len(record.values):
            part = record.values[place - before:end]
            line = np.linspace(0, 1, len(part))[:, None]
            found.append(((part - part[0] * (1 - line) - part[-1] * line) * signal.windows.tukey(len(part), 0.1)[:, None], before))
    return found


def ventricular(record):
    """Ventricular beats of one focus that the patient has, as `complexes`."""
    before, after = record.frames(0.12), record.frames(0.42)
    places = [int(s) for s, symbol in zip(record.samples, record.symbols)
              if symbol == "V" and before <= s < len(record.values) - after]
    found = []
    for place in places:
        values = record.values[place - before:place + after]
        found.append((values - np.linspace(values[0], values[-1], len(values))) * signal.windows.tukey(len(values), 0.15)[:, None])
    if len(found) < 5:
        return []
    usual = found[record.random.integers(len(found))].ravel()
    return [(values, before) for values in found if np.corrcoef(values.ravel(), usual)[0, 1] > 0.85]


def tachycardia(focus, symbol):
    """Once in a few minutes another focus leads for 10 to 120 beats, evenly and fast, without P waves."""
    def vary(record):
        found = focus(record)
        if not found:
            return
        fast = np.median(np.abs(np.diff(record.values, axis=0)), axis=0) / 0.6745 / np.sqrt(2)
        number, time = 0, record.random.uniform(60, 150)
        while True:
            cycle = 60 / record.random.uniform(120, 190)
            last = time + cycle * np.exp(record.random.uniform(np.log(10), np.log(120)))
            first, last = np.searchsorted(record.samples, (record.frames(time), record.frames(last)))
            if first == 0 or last >= len(record.samples):
                return
            # From after the T wave of a beat to before the P wave of another one.
            begin = int(record.samples[first - 1]) + record.frames(0.42)
            end = int(record.samples[last]) - record.frames(0.26)
            places = np.arange(begin + record.frames(0.14), end - record.frames(0.1), cycle * record.rate)
            places = np.round(places + record.random.normal(0, 0.01 * cycle * record.rate, len(places))).astype(int)
            if len(places) > 3:
                made = np.linspace(record.values[begin], record.values[end], end - begin)
                made += record.random.normal(0, 0.7, made.shape) * fast
                for place in places:
                    values, before = found[number % len(found)]
                    start = max(place - before - begin, 0)
                    part = values[begin + start - (place - before):][:len(made) - start]
                    made[start:start + len(part)] += part
                    number += 1
                record.values[begin:end] = made
                record.samples = np.concatenate([record.samples[:first], places, record.samples[last:]])
                record.symbols[first:last] = [symbol] * len(places)
                record.texts[first:last] = [""] * len(places)
            time = end / record.rate + record.random.uniform(60, 180)
    return vary


def fibrillating(random, interval):
    """Intervals of fibrillation: the node is refractory, then conducts one of the impulses that come at random; the waves' frequency."""
    refractory, wait = np.clip(interval * random.uniform(0.45, 0.85), 0.3, 0.65), random.uniform(0.08, 0.28)

    def intervals():
        while True:
            yield refractory * random.normal(1, 0.06) + random.exponential(wait)
    return intervals(), random.uniform(4.5, 8)


def fluttering(random, interval):
    """Intervals of flutter: two to five waves, the same number for three beats on average, and a node that is slower after fewer."""
    cycle, numbers = random.uniform(0.18, 0.24), [2, 3, 4, 4, 5] if interval > 0.6 else [2, 2, 3, 4]

    def intervals():
        number, delay = 3, 0.03
        while True:
            if random.random() < 0.35:
                number = random.choice(numbers)
            last, delay = delay, 0.07 * np.exp(-(number - 2) / 1.2)
            yield number * cycle + delay - last + random.normal(0, 0.008)
    return intervals(), 1 / cycle


def atrial(rhythm):
    """From the middle on the patient's own complexes without P waves, in another rhythm of the atria, with their waves; all are N."""
    def vary(record):
        found = complexes(record)
        if len(found) < 20:
            return
        start = len(record.values) // 2
        time = np.arange(len(record.values) - start) / record.rate
        intervals, frequency = rhythm(record.random, np.median(np.diff(record.samples)) / record.rate)
        fast = np.median(np.abs(np.diff(record.values, axis=0)), axis=0) / 0.6745 / np.sqrt(2)
        height = np.median([np.ptp(values[:2 * before], axis=0) for values, before in found], axis=0)
        angle = 2 * np.pi * (frequency * time + (0.7 if rhythm is fibrillating else 0) * np.sin(2 * np.pi * 0.17 * time))
        made = record.random.normal(0, 0.7, (len(time), len(fast))) * fast
        for lead in range(len(fast)):
            phase = angle + record.random.uniform(0, 6)
            strength = 0.06 * height[lead] * record.random.uniform(0.3, 1)
            made[:, lead] += strength * sum(np.sin(k * phase) / k for k in range(1, 5))
        places, place = [], record.frames(0.5)
        for number, interval in enumerate(intervals):
            values, before = found[number % len(found)]
            if place - before + len(values) >= len(made):
                break
            made[place - before:place - before + len(values)] += values
            places.append(start + place)
            place += record.frames(max(interval, 0.27))
        kept = int(np.searchsorted(record.samples, start - record.frames(0.3)))
        record.values[start:] = made
        record.samples = np.append(record.samples[:kept], places)
        record.symbols = record.symbols[:kept] + ["N"] * len(places)
        record.texts = record.texts[:kept] + [""] * len(places)
    return vary


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
    "first lead a slow wave, 30 s of 120": replaced([0], wave, 120),
    "first lead open (50 uV of noise), 30 s of 120": replaced([0], noise, 120),
    **{f"muscle noise at {d} dB, {name}": noisy(muscle, d, leads)
       for d, name, leads in ((6, "both leads", [0, 1]), (0, "first lead", [0]), (0, "second lead", [1]))},
    **{f"moving electrodes at {d} dB, {name}": noisy(motion, d, leads)
       for d, name, leads in ((6, "both leads", [0, 1]), (0, "first lead", [0]))},
    "upside down": inverted,
    "axes turned by 60 degrees": turned(60),
    "axes that turn once in one to three minutes": turning,
    "high-pass filter at 1 Hz": filtered(1),
    "premature atrial beats conducted aberrantly": aberrant,
    "bundle branch block at higher rates": hurried,
    "respiratory sinus arrhythmia of 20 %": breathing,
    "ventricular tachycardia": tachycardia(ventricular, "V"),
    "supraventricular tachycardia": tachycardia(complexes, "S"),
    "atrial fibrillation from the middle on": atrial(fibrillating),
    "atrial flutter of changing conduction from the middle on": atrial(fluttering),
}


CLASSES = "NSVFQO"


def matrix(text):
    """Confusion matrix of `beatlab evaluate`: rows are the reference, Q and O the last two; column O are beats that were missed."""
    rows = [re.search(rf"^{name} +" + r" +".join([r"(\d+)"] * 6) + "$", text, re.M) for name in CLASSES]
    return np.array([[int(count) for count in row.groups()] for row in rows])


def figures(counts):
    """R peaks' Se and +P, accuracy (missed and false beats are wrong), F1 of S and of V, in per cent."""
    found, all_beats, claimed = counts[:5, :5].sum(), counts[:5].sum(), counts[:, :5].sum()

    def f1(place):
        return 200 * counts[place, place] / (counts[place].sum() + counts[:, place].sum())
    accuracy = 100 * np.trace(counts[:5, :5]) / counts.sum()
    return 100 * found / all_beats, 100 * found / claimed, accuracy, f1(1), f1(2)


def evaluate(options, vary, data, work):
    """The confusion matrix of all folds, or of the shipped model."""
    total = 0
    for model, names in options.fold or [("models/default.safetensors", RECORDS)]:
        for record in (Record(data, each) for each in names):
            vary(record)
            record.write(work)
        result = subprocess.run(
            [options.beatlab, "evaluate", "--model", model, "--data", work] + names, capture_output=True, text=True)
        if result.returncode:
            raise SystemExit(result.stderr)
        total = total + matrix(result.stdout)
        shutil.rmtree(work)
    return total


def fold(text):
    model, names = text.split("=")
    return model, names.split(",")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beatlab", default=".build/release/beatlab")
    parser.add_argument("--work", help="folder for the copies; a temporary one without it")
    parser.add_argument("--fold", type=fold, action="append", help="a model and the records it was not taught")
    parser.add_argument("names", nargs="*", help="variations; all without them")
    options = parser.parse_args()
    data = os.environ.get("BEATD_DATA", "../shared/data")
    work = options.work or tempfile.mkdtemp()
    print("| variation | R peaks: Se / +P | accuracy | S F1 | V F1 |\n|---|---|---|---|---|")
    for name, vary in VARIATIONS.items():
        if options.names and name not in options.names:
            continue
        se, pp, accuracy, s, v = figures(evaluate(options, vary, data, work))
        print(f"| {name} | {se:.2f} / {pp:.2f} | {accuracy:.2f} | {s:.2f} | {v:.2f} |", flush=True)


if __name__ == "__main__":
    main()
