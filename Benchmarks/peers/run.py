"""Measures this project beside its peers, in turns, in one run, and prints tables in Markdown.

    python3 peers/run.py .build/release/bench [inference|products|scalogram|detector|replay ...]

Times are of one thread on its own clock (a busy machine disturbs them little), the median of a second of repetitions, the
least of ROUNDS turns. Networks have the same weights on both sides: the ONNX files are written by the program that is
measured, and the outputs are compared. Needs numpy; onnxruntime, torch, PyWavelets, wfdb, neurokit2 where installed:
a peer that is missing is left out and said so. BEATD_DATA is where the recordings are.
"""
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

ROUNDS = int(os.environ.get("ROUNDS", "3"))
BENCH = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.environ.get("BEATD_DATA", os.path.join(ROOT, "..", "shared", "data"))
os.environ["OMP_NUM_THREADS"] = "1"


def peer(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"({name} is not installed: left out)")
        return None


def ours(*arguments):
    """Results that the Swift program prints, one JSON object a line."""
    out = subprocess.run([BENCH, *arguments], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def median(work, seconds=1.0):
    """The median time of `work` on this thread's clock, in seconds."""
    work()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.thread_time()
        work()
        times.append(time.thread_time() - start)
    return sorted(times)[len(times) // 2]


def table(title, header, rows):
    print(f"\n### {title}\n\n| {' | '.join(header)} |\n|{'|'.join('---' for _ in header)}|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    sys.stdout.flush()


def machine():
    with open("/proc/cpuinfo") as file:
        info = file.read()
    model = next(line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name"))
    flags = [f for f in ("avx2", "avx512f", "avx512_bf16") if f" {f}" in info]
    print(f"{model}, {os.cpu_count()} processors, {' '.join(flags)}, load {os.getloadavg()[0]:.1f}")


def inference():
    runtime, torch = peer("onnxruntime"), peer("torch")
    if runtime is None:
        return
    best, rows = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for result in ours("inference", folder):
                key = (result["network"], result["batch"])
                entry = best.setdefault(key, dict(result, theirs=1e9, torch=None, difference=0.0))
                entry["ms"] = min(entry["ms"], result["ms"])
                path = os.path.join(folder, result["file"])
                theirs, difference = onnx_time(runtime, path, result["batch"])
                entry["theirs"] = min(entry["theirs"], theirs)
                entry["difference"] = max(entry["difference"], difference)
        for (name, batch), entry in best.items():
            if torch is not None:
                entry["torch"] = torch_time(torch, name, batch)
            rows.append([
                name, f"{entry['parameters']:,}", f"{entry['mac'] / 1e6:.1f} M", batch, f"{entry['ms']:.3f}",
                f"{entry['theirs']:.3f}", f"**{entry['ms'] / entry['theirs']:.2f}**",
                f"{entry['torch']:.2f}" if entry["torch"] else "", f"{entry['difference']:.1e}",
            ])
    header = ["network", "parameters", "MAC", "batch", "beatd ms/beat", "ONNX Runtime ms/beat", "ratio",
              "PyTorch ms/beat", "largest difference of probabilities"]
    table("Inference, one thread", header, rows)


def onnx_time(runtime, path, batch):
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(path + ".onnx", options, providers=["CPUExecutionProvider"])
    feed = {}
    for port in session.get_inputs():
        values = np.fromfile(f"{path}.{port.name}.input", dtype=np.float32)
        feed[port.name] = values.reshape([32] + port.shape[1:])
    expected = np.fromfile(f"{path}.logits.output", dtype=np.float32).reshape(32, -1)
    got = session.run(["logits"], feed)[0].reshape(32, -1)
    difference = float(np.abs(softmax(got) - softmax(expected)).max())
    some = {name: np.ascontiguousarray(values[:batch]) for name, values in feed.items()}
    return median(lambda: session.run(None, some)) / batch * 1e3, difference


def softmax(logits):
    values = np.exp(logits - logits.max(axis=1, keepdims=True))
    return values / values.sum(axis=1, keepdims=True)


def torch_time(torch, name, batch):
    import networks

    network, shape = networks.network(name)
    if network is None:
        return None
    torch.set_num_threads(1)
    values = torch.randn(batch, *shape)
    with torch.no_grad():
        return median(lambda: network(values)) / batch * 1e3


def products():
    rows = []
    for r in ours("products"):
        rows.append([f"{r['rows']} x {r['columns']} x {r['depth']}", f"{r['gflops']:.0f}",
                     f"{r['openblas_gflops']:.0f}", f"{r['gflops'] / r['openblas_gflops']:.2f}"])
    table(f"Matrix products, one thread (OpenBLAS kernels: {r['openblas_kernels']})",
          ["rows x columns x depth", "own kernel GFLOP/s", "OpenBLAS GFLOP/s", "ratio"], rows)


def scalogram():
    pywt = peer("pywt")
    if pywt is None:
        return
    rows = []
    for result in ours("scalogram"):
        frequencies = np.geomspace(40, 0.5, result["scales"])
        signal = np.random.default_rng(1).standard_normal((2, 208)).astype(np.float32)
        scales = 0.955 / frequencies * 128
        times = {}
        for method in ("conv", "fft"):
            times[method] = median(
                lambda: [np.abs(pywt.cwt(lead, scales, "cmor2-0.955", method=method)[0]) for lead in signal])
        least = min(times.values()) * 1e6
        rows.append([f"{result['scales']} x {result['times']} x 2", f"{result['us']:.0f}", f"{least:.0f}",
                     f"{least / result['us']:.0f}"])
    table("Continuous wavelet transform of a beat, two leads, one thread",
          ["picture", "beatd us", "PyWavelets us (all samples)", "times faster"], rows)


def detector():
    wfdb, neurokit = peer("wfdb"), peer("neurokit2")
    rows = []
    for record in ("mitdb/100", "mitdb/203", "mitdb/208"):
        path = os.path.join(DATA, record)
        result = ours("front", path)[0]
        row = [record, f"{result['detection_s']:.3f}", f"{result['detection_ns_per_frame']:.0f}",
               f"{result['front_ns_per_frame']:.0f}"]
        values = wfdb.rdrecord(path, channels=[0]).p_signal[:, 0] if wfdb else None
        row.append(f"{gqrs(record):.3f}" if shutil.which("gqrs") else "not installed")
        if wfdb:
            xqrs = importlib.import_module("wfdb.processing").XQRS(sig=values, fs=360)
            start = time.thread_time()
            xqrs.detect(verbose=False)
            row.append(f"{time.thread_time() - start:.2f}")
        if wfdb and neurokit:
            row.append(f"{median(lambda: neurokit.ecg_peaks(neurokit.ecg_clean(values, 360), 360), 0):.3f}")
        rows.append(row)
    table("R peaks of one record (30 minutes), one thread",
          ["record", "beatd s (2 leads)", "ns/frame", "with conditioning and extraction ns/frame", "gqrs s (1 lead)",
           "XQRS s (1 lead)", "NeuroKit2 s (1 lead)"], rows)


def gqrs(record):
    start = os.times().children_user
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".dat", ".hea"):
            shutil.copy(os.path.join(DATA, record + suffix), folder)
        name = os.path.basename(record)
        subprocess.run(["gqrs", "-r", name, "-o", "bench", "-s", "0"], cwd=folder, check=True, capture_output=True)
    return os.times().children_user - start


def replay():
    program = os.path.join(ROOT, ".build", "release", "beatd")
    if not os.path.exists(program):
        print(f"({program} is not built: replay left out; run make build)")
        return
    record = os.path.join(DATA, "mitdb", "208")
    before = os.times()
    start = time.perf_counter()
    out = subprocess.run([program, "replay", record, "--speed", "max"], check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, os.times()
    beats = sum('"type":"beat"' in line for line in out.stdout.splitlines())
    used = after.children_user - before.children_user
    rows = [["beatd replay", f"{wall:.1f}", f"{used:.1f}", beats, f"{1805 / used:.0f}"]]
    import pipeline

    result = pipeline.run(record, ours)
    if result:
        wall, used, beats = result
        rows.append(["Python: wfdb, XQRS, PyWavelets, ONNX Runtime", f"{wall:.1f}", f"{used:.1f}", beats,
                     f"{1805 / used:.0f}"])
    table("A whole record (mitdb/208, 30 minutes, 2 leads) to labelled beats",
          ["pipeline", "wall s", "processor s", "beats", "times real time per processor"], rows)


if __name__ == "__main__":
    sys.path.insert(0, HERE)
    machine()
    chosen = sys.argv[2:] or ["inference", "products", "scalogram", "detector", "replay"]
    for name in chosen:
        {"inference": inference, "products": products, "scalogram": scalogram, "detector": detector, "replay": replay}[name]()
