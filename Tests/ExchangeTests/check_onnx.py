"""Runs a model with ONNX Runtime and prints its outputs as JSON.

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
print(json.dumps({name: value.flatten().tolist() for name, value in zip(names, session.run(None, feed))}))
