"""Measures this project beside its peers, in turns, in one run, and prints tables in Markdown.

    python3 peers/run.py .build/release/bench [inference|training|products|scalogram|detector|replay|growth|streams ...]

Tables go to standard output, progress to standard error. Times are of one thread on its own clock (a busy machine disturbs
them little), the median of a second of repetitions, the least of ROUNDS turns. Networks have the same weights on both sides:
the ONNX files are written by the program that is measured, and the outputs are compared. Needs numpy; onnxruntime, torch,
PyWavelets, wfdb, neurokit2, hdrhistogram where installed: a peer that is missing is left out and said so. BEATD_DATA is where
the recordings are, BEATD the daemon's program (.build/release/beatd).
"""
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

ROUNDS = int(os.environ.get("ROUNDS", "2"))
BENCH = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.environ.get("BEATD", os.path.join(ROOT, ".build", "release", "beatd"))
DATA = os.environ.get("BEATD_DATA", os.path.join(ROOT, "..", "shared", "data"))
STARTED = time.perf_counter()
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


def progress(text):
    print(f"[{time.perf_counter() - STARTED:4.0f} s] {text}", file=sys.stderr, flush=True)


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
        for turn in range(ROUNDS):
            progress(f"inference: turn {turn + 1} of {ROUNDS}")
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


def training():
    """Steps of training at two threads and the processor time of a beat at one."""
    import networks

    torch = peer("torch")
    if torch is None:
        return
    batch, steps, rows = 64, 4, []
    for name in ("inception-base", "efficientnet-b0"):
        fastest, used = {}, {}
        for turn in range(ROUNDS):
            for threads in (2, 1):
                progress(f"training {name}: turn {turn + 1} of {ROUNDS}, {threads} threads")
                for side, result in [("beatd", training_here(name, batch, threads, steps)),
                                     ("bfloat16", training_here(name, batch, threads, steps, "bfloat16")),
                                     ("torch", training_torch(torch, networks, name, batch, threads, steps))]:
                    rate, milliseconds = result
                    if threads == 2:
                        fastest[side] = max(fastest.get(side, 0), rate)
                    else:
                        used[side] = min(used.get(side, 1e9), milliseconds)
        rows.append([name, f"{fastest['beatd']:.0f}", f"{fastest['torch']:.0f}",
                     f"**{fastest['beatd'] / fastest['torch']:.2f}**", f"{used['beatd']:.2f}", f"{used['torch']:.2f}",
                     f"**{used['torch'] / used['beatd']:.2f}**", f"{fastest['bfloat16']:.0f}", f"{used['bfloat16']:.2f}"])
    table(f"Training, batch {batch}, forward, backward and AdamW (PyTorch {torch.__version__}, channels last for pictures)",
          ["network", "beats/s, 2 threads", "PyTorch", "times", "processor ms/beat, 1 thread", "PyTorch", "times",
           "with bfloat16 factors: beats/s", "ms/beat"], rows)


def training_here(name, batch, threads, steps, *options):
    result = ours("train", name, str(batch), str(threads), str(steps), *options)[0]
    return result["beats_per_s"], result["cpu_ms"]


def training_torch(torch, networks, name, batch, threads, steps):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model, shape = networks.network(name)
    x = torch.randn(batch, *shape)
    if len(shape) == 3:
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    labels = torch.arange(batch) % 5
    optimizer = torch.optim.AdamW(model.train().parameters(), lr=1e-3)
    fastest = used = 1e9
    for step in range(steps + 2):
        start, before = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), labels).backward()
        optimizer.step()
        if step >= 2:
            fastest, used = min(fastest, time.perf_counter() - start), min(used, time.process_time() - before)
    return batch / fastest, used * 1e3 / batch


def products():
    progress("products")
    rows = []
    for r in ours("products"):
        rows.append([f"{r['rows']} x {r['columns']} x {r['depth']}", f"{r['gflops']:.0f}",
                     f"{r['openblas_gflops']:.0f}", f"{r['gflops'] / r['openblas_gflops']:.2f}"])
    table(f"Matrix products, one thread (OpenBLAS kernels: {r['openblas_kernels']})",
          ["rows x columns x depth", "own kernel GFLOP/s", "OpenBLAS GFLOP/s", "ratio"], rows)


def growth():
    progress("growth with leads, rate and batch")
    results = ours("growth")
    table("From samples to beats, without verdicts, one thread", ["leads", "rate Hz", "us for a second of signal"],
          [[r["leads"], f"{r['rate']:.0f}", f"{r['us_per_second']:.0f}"] for r in results if r["what"] == "front"])
    experts = {}
    for r in results:
        if r["what"] == "batch":
            experts.setdefault((r["architecture"], r["expert"]), {})[r["batch"]] = r
    batches = sorted({batch for cells in experts.values() for batch in cells})
    rows = [[*name, f"{next(iter(cells.values()))['parameters']:,}", f"{next(iter(cells.values()))['mac'] / 1e6:.1f} M",
             *(f"{cells[batch]['us']:.1f}" for batch in batches)] for name, cells in experts.items()]
    table("A beat in every expert, one thread: microseconds by batch",
          ["architecture", "expert", "parameters", "MAC", *(str(batch) for batch in batches)], rows)


def streams():
    if not os.path.exists(PROGRAM):
        print(f"({PROGRAM} is not built: live streams left out; run make build)")
        return
    print("\n### Live streams over a socket in real time\n")
    for count in (100, 300, 1000):
        progress(f"{count} live streams")
        sys.stdout.flush()
        command = [sys.executable, os.path.join(HERE, "load.py"), PROGRAM, "--streams", str(count), "--seconds", "10",
                   "--warmup", "6"]
        print("```", flush=True)
        subprocess.run(command, check=False)
        print("```", flush=True)


def scalogram():
    progress("scalogram")
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
    if wfdb is None:
        return
    import gqrs

    compiled, rows = gqrs.build(), []
    for record in ("mitdb/100", "mitdb/203", "mitdb/208"):
        progress(f"detectors on {record}")
        path = os.path.join(DATA, record)
        values = wfdb.rdrecord(path, channels=[0]).p_signal[:, 0]
        stored = gqrs.read(path)
        result, theirs = ours("front", path)[0], 1e9
        for _ in range(ROUNDS):
            again = ours("front", path)[0]
            result = {key: min(value, again[key]) if key.endswith("frame") else value for key, value in result.items()}
            theirs = min(theirs, median(lambda: gqrs.detect(compiled, *stored)))
        xqrs = importlib.import_module("wfdb.processing").XQRS(sig=values, fs=360)
        start = time.thread_time()
        xqrs.detect(verbose=False)
        each = 1e9 / len(values)
        row = [record] + [f"{result[key + '_ns_per_frame']:.1f}" for key in ("beats_alone", "one_lead", "detection", "front")]
        row += [f"{theirs * each:.1f}", f"{(time.thread_time() - start) * each:.0f}"]
        if neurokit:
            row.append(f"{median(lambda: neurokit.ecg_peaks(neurokit.ecg_clean(values, 360), 360), 0) * each:.0f}")
        rows.append(row)
    table("R peaks, ns a frame of 360 a second, one thread, samples in memory",
          ["record", "beatd, 1 lead, where the beats are", "and which are paced", "the same, 2 leads",
           "with conditioning and extraction", "gqrs (gqrs.c), 1 lead", "XQRS, 1 lead", "NeuroKit2, 1 lead"], rows)
    detect_command()


def detect_command():
    """The processor time of `beatlab detect` with one lead over all of mitdb, reading and writing of files included."""
    program = os.path.join(ROOT, ".build", "release", "beatlab")
    if not os.path.exists(program):
        return progress("no beatlab: swift build -c release --product beatlab")
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "detect", "--lead", "0", "--output", folder, os.path.join(DATA, "mitdb")]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"\nbeatlab detect --lead 0 over 48 records of mitdb: {seconds:.2f} s of processor time, "
          f"{seconds / (48 * 650_000) * 1e9:.0f} ns a frame with reading and writing", flush=True)


def replay():
    if not os.path.exists(PROGRAM):
        print(f"({PROGRAM} is not built: replay left out; run make build)")
        return
    progress("replay beside the Python pipeline")
    record = os.path.join(DATA, "mitdb", "208")
    before = os.times()
    start = time.perf_counter()
    out = subprocess.run([PROGRAM, "replay", record, "--speed", "max"], check=True, capture_output=True, text=True)
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
    tables = {"inference": inference, "training": training, "products": products, "scalogram": scalogram,
              "detector": detector, "replay": replay, "growth": growth, "streams": streams}
    for name in sys.argv[2:] or tables:
        tables[name]()
    progress("done")
