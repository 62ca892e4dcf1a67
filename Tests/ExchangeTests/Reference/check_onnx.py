"""Runs a model with ONNX Runtime, a hundred samples at a time, and prints its outputs as JSON.

Arguments: MODEL.onnx INPUTS.json, where INPUTS.json is {name: {"shape": [...], "file": path of 32-bit floats}}. Used by
ONNXRuntimeTests when BEATD_PYTHON names an interpreter that has onnx and onnxruntime.
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime

onnx.checker.check_model(sys.argv[1], full_check=True)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
with open(sys.argv[2]) as file:
    inputs = json.load(file)
feed = {name: np.fromfile(v["file"], dtype=np.float32).reshape(v["shape"]) for name, v in inputs.items()}
names = [output.name for output in session.get_outputs()]
values, count = {name: [] for name in names}, len(next(iter(feed.values())))
for first in range(0, count, 100):
    part = {name: value[first:first + 100] for name, value in feed.items()}
    for name, value in zip(names, session.run(None, part)):
        values[name] += value.flatten().tolist()
print(json.dumps(values))
