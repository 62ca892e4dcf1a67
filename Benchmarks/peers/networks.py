"""The two published networks in PyTorch, with random weights: for times, not for values."""
import torch
from torch import nn
from torch.nn import functional


class Module(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.narrow = nn.Conv1d(channels, 32, 1, bias=False)
        self.branches = nn.ModuleList([nn.Conv1d(32, 32, k, padding=k // 2, bias=False) for k in (39, 19, 9)])
        self.pool = nn.Sequential(nn.MaxPool1d(3, 1, 1), nn.Conv1d(channels, 32, 1, bias=False))
        self.norm = nn.BatchNorm1d(128)

    def forward(self, x):
        narrow = self.narrow(x)
        joined = torch.cat([branch(narrow) for branch in self.branches] + [self.pool(x)], 1)
        return torch.relu(self.norm(joined))


class InceptionTime(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.ModuleList([Module(2 if i == 0 else 128) for i in range(6)])
        self.residuals = nn.ModuleList(
            [nn.Sequential(nn.Conv1d(c, 128, 1, bias=False), nn.BatchNorm1d(128)) for c in (2, 128)])
        self.head = nn.Linear(128, 5)

    def forward(self, x):
        shortcut = x
        for index, module in enumerate(self.stack):
            x = module(x)
            if index % 3 == 2:
                x = shortcut = torch.relu(x + self.residuals[index // 3](shortcut))
        return self.head(x.mean(2))


def convolution(inputs, outputs, kernel, stride=1, groups=1, active=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.SiLU()] if active else []))


class Excite(nn.Module):
    def __init__(self, channels, squeeze):
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, squeeze, 1), nn.Conv2d(squeeze, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.up(functional.silu(self.down(x.mean((2, 3), keepdim=True)))))


class Block(nn.Module):
    def __init__(self, inputs, expansion, kernel, stride, outputs):
        super().__init__()
        wide = inputs * expansion
        self.body = nn.Sequential(
            *([convolution(inputs, wide, 1)] if expansion > 1 else []),
            convolution(wide, wide, kernel, stride, wide), Excite(wide, max(1, inputs // 4)),
            convolution(wide, outputs, 1, active=False))
        self.has_residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.has_residual else self.body(x)


class Attention(nn.Module):
    def __init__(self, channels, squeeze):
        super().__init__()
        self.down, self.up = nn.Linear(channels, squeeze, bias=False), nn.Linear(squeeze, channels, bias=False)
        self.places = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        votes = [self.up(torch.relu(self.down(v))) for v in (x.mean((2, 3)), x.amax((2, 3)))]
        x = x * torch.sigmoid(votes[0] + votes[1])[:, :, None, None]
        return x * torch.sigmoid(self.places(torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)))


def efficient_net():
    layers, channels = [convolution(2, 32, 3, 2)], 32
    for expansion, kernel, stride, outputs, repeats in [
        (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    ]:
        for index in range(repeats):
            layers.append(Block(channels, expansion, kernel, stride if index == 0 else 1, outputs))
            channels = outputs
    layers += [Attention(320, 20), convolution(320, 1280, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(1280, 5))


def network(name):
    """The network of that name and the shape of its input, or nothing."""
    if name.startswith("inception-base"):
        return InceptionTime().eval(), (2, 256)
    if name.startswith("efficientnet-b0"):
        return efficient_net().eval(), (2, 64, 64)
    return None, None
