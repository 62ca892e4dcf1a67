"""Writes state dicts of PyTorch networks as safetensors, with an input and what the network makes of it.

    python3 Tests/ExchangeTests/Reference/make_state_dict.py [FOLDER]          # torch 2.15, safetensors

Without a folder the small networks of StateDictTests are written beside this script; into a folder, InceptionTime base and
EfficientNet-B0. Each file is what `safetensors.torch.save_file(network.state_dict(), …)` writes, counters of batch norm included,
beside `input` and `logits`.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "Benchmarks", "peers"))

import networks
import torch
from safetensors.torch import save_file

torch.manual_seed(3)


def write(folder, name, network, shape):
    with torch.no_grad():
        network.train()
        for _ in range(20):  # statistics that are not those of the start
            network(2 * torch.randn(16, *shape) + 0.3)
        network.eval()
        x = 2 * torch.randn(3, *shape) + 0.3
        logits = network(x)
    content = {"input": x.movedim(1, -1).contiguous(), "logits": logits, **network.state_dict()}
    save_file(content, os.path.join(folder, name + ".safetensors"), metadata={"torch": torch.__version__})


if len(sys.argv) > 1:
    for name, full in (("signal", "inception-base"), ("vision", "efficientnet-b0")):
        write(sys.argv[1], name, *networks.network(full))
else:
    signal = networks.InceptionTime(depth=3, filters=4, kernels=(9, 5, 3), bottleneck=4)
    write(HERE, "signal", networks.Network("signal", signal, 16), (2, 48))
    stages = [(1, 3, 1, 8, 1), (3, 5, 2, 12, 2)]
    vision = networks.EfficientNet(stem=8, stages=stages, top=16)
    write(HERE, "vision", networks.Network("vision", vision, 16), (2, 16, 20))
