"""Reads a safetensors file with the PyPI package and writes what it read to another: FROM TO."""
import sys

from safetensors import safe_open
from safetensors.numpy import load_file, save_file

with safe_open(sys.argv[1], framework="numpy") as file:
    metadata = file.metadata()
save_file(load_file(sys.argv[1]), sys.argv[2], metadata=metadata)
