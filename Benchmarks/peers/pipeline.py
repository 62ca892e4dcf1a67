"""What a user would write in Python to label the beats of a record: wfdb, XQRS, PyWavelets, ONNX Runtime."""
import os
import tempfile
import time

import numpy as np


def run(record, ours):
    """Wall and processor seconds and the number of beats; nothing if a package is missing."""
    try:
        import onnxruntime
        import pywt
        import wfdb
        from scipy.signal import resample_poly
        from wfdb.processing import XQRS
    except ImportError as error:
        print(f"({error.name} is not installed: Python pipeline left out)")
        return None
    with tempfile.TemporaryDirectory() as folder:
        files = {r["network"]: os.path.join(folder, r["file"]) for r in ours("inference", folder)}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        signal, vision = (
            onnxruntime.InferenceSession(files[f"dual-tiny {name}"] + ".onnx", options,
                                         providers=["CPUExecutionProvider"]) for name in ("signal", "vision"))
    wall, used = time.perf_counter(), time.process_time()
    values = wfdb.rdrecord(record).p_signal
    xqrs = XQRS(sig=values[:, 0], fs=360)
    xqrs.detect(verbose=False)
    slow = resample_poly(values, 16, 45, axis=0).astype(np.float32)
    frequencies = np.geomspace(40, 1, 24)
    shapes = {port.name: [1] + port.shape[1:] for port in signal.get_inputs()}
    ports = {port.name: [1] + port.shape[1:] for port in vision.get_inputs()}
    beats = 0
    for peak in xqrs.qrs_inds * 128 // 360:
        window = slow[max(peak - 144, 0):peak + 64]
        if len(window) < 208:
            continue
        feed = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
        feed["picture"][0, 0, :, :2] = window
        signal.run(None, feed)
        sizes = [np.abs(pywt.cwt(lead, 0.955 / frequencies * 128, "cmor2-0.955", method="fft")[0])[:, ::4]
                 for lead in window.T]
        feed = {name: np.zeros(shape, np.float32) for name, shape in ports.items()}
        feed["picture"] = np.log1p(10 * np.stack(sizes, -1)).astype(np.float32)[None, None]
        vision.run(None, feed)
        beats += 1
    return time.perf_counter() - wall, time.process_time() - used, beats
