"""Writes inception.safetensors and efficientnet.safetensors: 20 steps of AdamW on a small network, computed by PyTorch.

    python3 Tests/TrainingTests/Reference/make_networks.py        # torch 2.15, safetensors, numpy

Each file holds the weights before (before/NAME) and after (after/NAME) the steps, `losses` (20), and `logits` of the first batch in evaluation
afterwards. The batches are drawn as CounterRandom draws them in Swift, so that they need not be stored.
"""
import os

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)
BATCH, STEPS, CLASSES = 12, 20, 5
FOLDER = os.path.dirname(os.path.abspath(__file__))
MASK = (1 << 64) - 1


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class CounterRandom:
    def __init__(self, seed, stream):
        self.key = mix(mix((seed + 0x9E3779B97F4A7C15) & MASK) ^ ((stream * 0xD1342543DE82EF95 + 1) & MASK))

    def uniform(self, count):
        bits = [mix(mix((self.key + i * 0x9E3779B97F4A7C15) & MASK) ^ self.key) >> 40 for i in range(count)]
        return np.array(bits, np.float32) * np.float32(2.0**-24)


def batch(step, shape):
    """Noise around a class-dependent shift of the first channel; channels last."""
    count = int(np.prod(shape))
    x = CounterRandom(1, step).uniform(BATCH * count).reshape(BATCH, *shape) * 2 - 1
    labels = np.arange(step, step + BATCH) % CLASSES
    x[..., 0] += (labels * np.float32(0.25)).reshape(-1, *[1] * (len(shape) - 1)).astype(np.float32)
    return torch.from_numpy(x).movedim(-1, 1).contiguous(), torch.from_numpy(labels)


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        channels = side = 2
        for i in range(3):
            module = nn.Module()
            module.bottleneck = nn.Conv1d(channels, 8, 1, bias=False)
            for k in (19, 9, 5):
                module.add_module(f"conv{k}", nn.Conv1d(8, 8, k, padding="same", bias=False))
            module.pool_conv = nn.Conv1d(channels, 8, 1, bias=False)
            module.bn = nn.BatchNorm1d(32)
            channels = 32
            self.add_module(f"module{i}", module)
        self.side = nn.Conv1d(side, 32, 1, bias=False)
        self.side_bn = nn.BatchNorm1d(32)
        self.head = nn.Linear(32, CLASSES)

    def forward(self, x):
        shortcut = x
        for i in range(3):
            m = getattr(self, f"module{i}")
            narrow = m.bottleneck(x)
            pooled = m.pool_conv(nn.functional.max_pool1d(x, 3, 1, 1))
            x = torch.relu(m.bn(torch.cat([m.conv19(narrow), m.conv9(narrow), m.conv5(narrow), pooled], 1)))
        x = torch.relu(x + self.side_bn(self.side(shortcut)))
        return self.head(x.mean(-1))


class Attention(nn.Module):
    def __init__(self, channels, squeeze):
        super().__init__()
        self.channel, self.spatial = nn.Module(), nn.Module()
        self.channel.fc1 = nn.Linear(channels, squeeze, bias=False)
        self.channel.fc2 = nn.Linear(squeeze, channels, bias=False)
        self.spatial.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        mlp = lambda v: self.channel.fc2(torch.relu(self.channel.fc1(v)))
        x = x * torch.sigmoid(mlp(x.mean((2, 3))) + mlp(x.amax((2, 3))))[:, :, None, None]
        return x * torch.sigmoid(self.spatial.conv(torch.cat([x.mean(1, True), x.amax(1, True)], 1)))


class Excite(nn.Module):
    def __init__(self, channels, squeeze):
        super().__init__()
        self.fc1 = nn.Linear(channels, squeeze)
        self.fc2 = nn.Linear(squeeze, channels)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(nn.functional.silu(self.fc1(x.mean((2, 3))))))[:, :, None, None]


class Block(nn.Module):
    def __init__(self, a, wide, b, kernel, stride):
        super().__init__()
        self.expand, self.expand_bn = nn.Conv2d(a, wide, 1, bias=False), nn.BatchNorm2d(wide)
        self.depthwise = nn.Conv2d(wide, wide, kernel, stride, kernel // 2, groups=wide, bias=False)
        self.depthwise_bn = nn.BatchNorm2d(wide)
        self.se = Excite(wide, 4)
        self.project, self.project_bn = nn.Conv2d(wide, b, 1, bias=False), nn.BatchNorm2d(b)
        self.residual = stride == 1 and a == b

    def forward(self, x):
        y = nn.functional.silu(self.expand_bn(self.expand(x)))
        y = self.se(nn.functional.silu(self.depthwise_bn(self.depthwise(y))))
        y = self.project_bn(self.project(y))
        return x + y if self.residual else y


class EfficientNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.stem_bn = nn.Conv2d(2, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8)
        self.block0 = Block(8, 24, 12, 5, 2)
        self.block1 = Block(12, 36, 12, 3, 1)
        self.attention = Attention(12, 4)
        self.head = nn.Linear(12, CLASSES)

    def forward(self, x):
        x = nn.functional.silu(self.stem_bn(self.stem(x)))
        x = self.attention(self.block1(self.block0(x)))
        return self.head(x.mean((2, 3)))


def run(name, model, shape):
    tensors = {}
    keep = lambda when: tensors.update(
        {f"{when}/{k}": v.detach().clone().numpy() for k, v in model.state_dict().items() if v.ndim}
    )
    keep("before")
    decaying = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decaying, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}], lr=3e-3
    )
    losses = []
    for step in range(STEPS):
        x, labels = batch(step, shape)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    keep("after")
    model.eval()
    with torch.no_grad():
        tensors["logits"] = model(batch(0, shape)[0]).numpy()
    tensors["losses"] = np.array(losses, np.float32)
    save_file(tensors, os.path.join(FOLDER, name + ".safetensors"), metadata={"torch": torch.__version__})
    print(name, losses)


run("inception", Inception(), (64, 2))
run("efficientnet", EfficientNet(), (16, 16, 2))
