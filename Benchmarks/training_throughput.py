"""Beats per second of training steps (forward, backward, AdamW) here and in PyTorch, in turns in one run.

    python3 Benchmarks/training_throughput.py [--batch 64] [--threads 2] [--steps 6] [--rounds 3]

Both sides train the same networks on noise; the fastest step of all rounds counts, wall time. `cpu` is processor time of a
step on one thread, which a busy machine disturbs less. Needs torch; build the other side first:
swift build -c release --package-path Benchmarks --product TrainingThroughput
"""
import argparse
import os
import re
import subprocess
import sys
import time

import torch
from torch import nn

FOLDER = os.path.dirname(os.path.abspath(__file__))


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.modules_ = nn.ModuleList()
        channels = side = 2
        for i in range(6):
            module = nn.Module()
            module.bottleneck = nn.Conv1d(channels, 32, 1, bias=False) if i else nn.Identity()
            module.convs = nn.ModuleList(
                [nn.Conv1d(32 if i else channels, 32, k, padding=k // 2, bias=False) for k in (39, 19, 9)]
            )
            module.pool = nn.Sequential(nn.MaxPool1d(3, 1, 1), nn.Conv1d(channels, 32, 1, bias=False))
            module.bn = nn.BatchNorm1d(128)
            if i % 3 == 2:
                module.side = nn.Sequential(nn.Conv1d(side, 128, 1, bias=False), nn.BatchNorm1d(128))
                side = 128
            channels = 128
            self.modules_.append(module)
        self.head = nn.Linear(128, 5)

    def forward(self, x):
        shortcut = x
        for i, m in enumerate(self.modules_):
            narrow = m.bottleneck(x)
            x = torch.relu(m.bn(torch.cat([c(narrow) for c in m.convs] + [m.pool(x)], 1)))
            if i % 3 == 2:
                shortcut = x = torch.relu(x + m.side(shortcut))
        return self.head(x.mean(-1))


def conv(a, b, k=1, s=1, groups=1, act=True):
    layers = [nn.Conv2d(a, b, k, s, k // 2, groups=groups, bias=False), nn.BatchNorm2d(b)]
    return nn.Sequential(*layers, *([nn.SiLU()] if act else []))


class Excite(nn.Module):
    def __init__(self, channels, squeeze):
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, squeeze, 1), nn.SiLU(), nn.Conv2d(squeeze, channels, 1), nn.Sigmoid()
        )

    def forward(self, x):
        return x * self.gate(x)


class Attention(nn.Module):
    def __init__(self, channels, squeeze):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(channels, squeeze, bias=False), nn.ReLU(), nn.Linear(squeeze, channels, bias=False))
        self.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        gate = torch.sigmoid(self.mlp(x.mean((2, 3))) + self.mlp(x.amax((2, 3))))
        x = x * gate[:, :, None, None]
        return x * torch.sigmoid(self.conv(torch.cat([x.mean(1, True), x.amax(1, True)], 1)))


class Block(nn.Module):
    def __init__(self, a, b, expansion, k, s):
        super().__init__()
        wide = a * expansion
        layers = [conv(a, wide)] if expansion > 1 else []
        self.body = nn.Sequential(
            *layers, conv(wide, wide, k, s, wide), Excite(wide, max(a // 4, 1)), conv(wide, b, act=False)
        )
        self.residual = s == 1 and a == b

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


def efficientnet(attention):
    stages = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)]
    layers, a = [conv(2, 32, 3, 2)], 32
    for expansion, k, s, b, count in stages:
        for i in range(count):
            layers.append(Block(a, b, expansion, k, s if i == 0 else 1))
            a = b
    if attention:
        layers.append(Attention(320, 20))
    return nn.Sequential(*layers, conv(320, 1280), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 5))


def torch_side(name, batch, threads, steps):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = Inception() if name == "inception" else efficientnet(name.endswith("cbam"))
    x = torch.randn(batch, 2, 256) if name == "inception" else torch.randn(batch, 2, 64, 64)
    if name != "inception":  # PyTorch's faster layout for pictures
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    labels = torch.arange(batch) % 5
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    fastest = cpu = 1e9
    for step in range(steps + 2):
        start, used = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), labels).backward()
        optimizer.step()
        if step >= 2:
            fastest, cpu = min(fastest, time.perf_counter() - start), min(cpu, time.process_time() - used)
    return batch / fastest, cpu * 1e3 / batch


def our_side(name, batch, threads, steps):
    program = os.path.join(FOLDER, ".build/release/TrainingThroughput")
    text = subprocess.run([program, name, str(batch), str(threads), str(steps)], check=True, capture_output=True, text=True).stdout
    return float(re.search(r"beats/s ([\d.]+)", text)[1]), float(re.search(r"cpu ms/beat ([\d.]+)", text)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--networks", nargs="*", default=["inception", "efficientnet", "efficientnet-cbam"])
    options = parser.parse_args()
    print(f"training, batch {options.batch}, {options.threads} threads; PyTorch {torch.__version__}")
    print(f"{'network':18} {'here beats/s':>13} {'PyTorch':>9} {'ratio':>6} {'cpu ms a beat: here':>20} {'PyTorch':>9}")
    for name in options.networks:
        ours, theirs, cpu, their_cpu = 0.0, 0.0, 1e9, 1e9
        for _ in range(options.rounds):
            rate, _ = our_side(name, options.batch, options.threads, options.steps)
            ours = max(ours, rate)
            rate, _ = torch_side(name, options.batch, options.threads, options.steps)
            theirs = max(theirs, rate)
            cpu = min(cpu, our_side(name, options.batch, 1, options.steps)[1])
            their_cpu = min(their_cpu, torch_side(name, options.batch, 1, options.steps)[1])
        print(f"{name:18} {ours:13.1f} {theirs:9.1f} {ours / theirs:6.2f} {cpu:20.3f} {their_cpu:9.3f}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
