"""Writes types.safetensors with PyPI's safetensors: the number formats that are read, and metadata.

    python3 Tests/InferenceTests/Reference/make_file.py
"""
import os

import torch
from safetensors.torch import save_file

folder = os.path.dirname(os.path.abspath(__file__))
save_file(
    {
        "single": torch.tensor([[1.5, -2.25], [3e-30, 4e30]]),
        "half": torch.tensor([1 / 3, -65504, 2.0**-24], dtype=torch.float16),
        "brain": torch.tensor([[1 / 3, -1e38]], dtype=torch.bfloat16),
    },
    os.path.join(folder, "types.safetensors"),
    metadata={"writer": "safetensors", "text": 'µV "quoted"\n'},
)
