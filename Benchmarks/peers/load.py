"""Feeds many live streams to a daemon over one socket in real time and measures how late its events are.

    python3 peers/load.py ../.build/release/beatd --streams 1000 --seconds 60 [--model FILE] [--threads 2]

Every stream is a connection of its own to `unix:`: two leads at 360 Hz of a real record, each from another place, sent in
pieces of 100 ms at evenly spread times. The lateness of a beat is measured here, outside the daemon: from the moment the
piece with the last sample that the beat needed was handed to the kernel until its line was read from the daemon's standard
output. Prints percentiles and a histogram with logarithmic classes (HdrHistogram, three digits), the daemon's processor time
and its memory per stream. Needs numpy, wfdb and hdrhistogram; BEATD_DATA is where the recordings are.
"""
import argparse
import json
import os
import resource
import socket
import subprocess
import tempfile
import threading
import time

import numpy as np
import wfdb
from hdrh.histogram import HdrHistogram

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ.get("BEATD_DATA", os.path.join(HERE, "..", "..", "..", "shared", "data"))
RECORDS = ["100", "101", "105", "108", "119", "200", "203", "207", "208", "209", "215", "223", "228", "231", "233"]
RATE, PIECE = 360, 36


class Stream:
    def __init__(self, index, samples, path):
        self.name = f"s{index:05d}"
        start = (index * 7919 * PIECE) % (len(samples) - 400 * RATE)
        self.samples, self.position, self.sent = samples, start, []
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        header = {"type": "stream", "schema": "beatd-samples/1", "stream": self.name, "sample_rate_hz": RATE,
                  "leads": ["MLII", "V1"], "encoding": "s16le", "gain_adu_per_mv": 200, "baseline_adu": 1024}
        self.socket.sendall(json.dumps(header).encode() + b"\n")

    def send(self):
        piece = self.samples[self.position:self.position + PIECE]
        self.position += PIECE
        data = piece.tobytes()
        self.sent.append(time.monotonic())
        self.socket.sendall(data)


def read_events(pipe, streams, latencies, own, counts):
    """Runs until the daemon closes its output."""
    for line in pipe:
        now = time.monotonic()
        event = json.loads(line)
        counts[event["type"]] = counts.get(event["type"], 0) + 1
        if event["type"] != "beat":
            continue
        stream = streams[event["stream"]]
        needed = event["sample"] + round(event["delay_ms"] * RATE / 1000)
        piece = min(needed // PIECE, len(stream.sent) - 1)
        latencies.record_value(round((now - stream.sent[piece]) * 1e6))
        if "latency_ms" in event:
            own.record_value(round(event["latency_ms"] * 1e3))


def status(pid, key):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key + ":"))


def processor(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def histogram():
    """Of microseconds, up to a minute."""
    return HdrHistogram(1, 60_000_000, 3)


def percentiles(title, values):
    if not values.total_count:
        print(f"{title}: no beats")
        return
    parts = [f"p{p:g} {values.get_value_at_percentile(p) / 1e3:.1f}" for p in (50, 90, 99, 99.9)]
    print(f"{title}: {', '.join(parts)}, most {values.get_max_value() / 1e3:.1f} ms ({values.total_count} beats)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warmup", type=float, default=10, help="seconds that are not counted")
    parser.add_argument("--model")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (options.streams + 200,) * 2)
    records = []
    for name in RECORDS:
        record = wfdb.rdrecord(os.path.join(DATA, "mitdb", name), physical=False)
        records.append(np.ascontiguousarray(record.d_signal[:, :2].astype("<i2")))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "samples.sock")
        command = [options.program, "run", "--source", "unix:" + path, "--threads", str(options.threads)]
        if options.model:
            command += ["--model", options.model]
        daemon = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            measure(options, daemon, path, records)
        finally:
            daemon.terminate()
            daemon.wait()


def measure(options, daemon, path, records):
    while not os.path.exists(path):
        if daemon.poll() is not None:
            raise SystemExit("the daemon ended before it listened")
        time.sleep(0.05)
    empty = status(daemon.pid, "VmRSS")
    streams, latencies, own, counts = {}, histogram(), histogram(), {}
    for index in range(options.streams):
        stream = Stream(index, records[index % len(records)], path)
        streams[stream.name] = stream
    reader = threading.Thread(target=read_events, args=(daemon.stdout, streams, latencies, own, counts), daemon=True)
    reader.start()
    order = list(streams.values())
    period, start = PIECE / RATE, time.monotonic()
    used, late, turn = None, 0.0, 0
    while time.monotonic() - start < options.warmup + options.seconds:
        for index, stream in enumerate(order):
            due = start + (turn + index / len(order)) * period
            wait = due - time.monotonic()
            if wait > 0.001:
                time.sleep(wait)
            late = max(late, -wait)
            stream.send()
        turn += 1
        if used is None and time.monotonic() - start >= options.warmup:
            used, begun = processor(daemon.pid), time.monotonic()
            latencies.reset()
            own.reset()
            late = 0.0
    share = (processor(daemon.pid) - used) / (time.monotonic() - begun)
    full = status(daemon.pid, "VmRSS")
    print(f"{options.streams} streams of 2 leads at {RATE} Hz for {options.seconds:g} s, {options.threads} threads")
    percentiles("last sample sent to event read", latencies)
    percentiles("the same as the daemon states it", own)
    print(f"the feeder was never more than {late * 1e3:.1f} ms behind its own schedule")
    print(f"daemon: {share:.2f} processors, {full / 1024:.0f} MiB, {(full - empty) / options.streams:.0f} KiB a stream")
    print("events: " + ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
    last = 0
    for item in latencies.get_log_iterator(500, 2):
        if item.count_added_in_this_iter_step:
            bar = "#" * max(1, round(60 * item.count_added_in_this_iter_step / latencies.total_count))
            print(f"  {last / 1e3:>6.1f} to {item.value_iterated_to / 1e3:<6.1f} ms {item.count_added_in_this_iter_step:>8} {bar}")
        last = item.value_iterated_to


if __name__ == "__main__":
    main()
