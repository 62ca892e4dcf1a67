"""The two published networks in PyTorch, their parts named as beatd names them: a state dict of theirs loads there by name."""
import torch
from torch import nn
from torch.nn import functional


class Inception(nn.Module):
    def __init__(self, channels, filters, kernels, bottleneck):
        super().__init__()
        self.bottleneck = nn.Conv1d(channels, bottleneck, 1, bias=False)
        for index, kernel in enumerate(kernels):
            branch = nn.Conv1d(bottleneck, filters, kernel, padding=kernel // 2, bias=False)
            self.add_module(f"branch{index}", branch)
        self.pool_conv = nn.Conv1d(channels, filters, 1, bias=False)
        self.norm = nn.BatchNorm1d((len(kernels) + 1) * filters)
        self.branches = len(kernels)

    def forward(self, x):
        narrow = self.bottleneck(x)
        parts = [self.get_submodule(f"branch{index}")(narrow) for index in range(self.branches)]
        return torch.relu(self.norm(torch.cat(parts + [self.pool_conv(functional.max_pool1d(x, 3, 1, 1))], 1)))


class InceptionTime(nn.Module):
    """(batch, channels, time) to (batch, 4 filters)."""

    def __init__(self, channels=2, depth=6, filters=32, kernels=(39, 19, 9), bottleneck=32):
        super().__init__()
        self.depth, wide = depth, (len(kernels) + 1) * filters
        side = channels
        for index in range(depth):
            module = Inception(channels, filters, kernels, bottleneck)
            channels = wide
            if index % 3 == 2:
                module.residual = nn.Sequential()
                module.residual.add_module("conv", nn.Conv1d(side, wide, 1, bias=False))
                module.residual.add_module("norm", nn.BatchNorm1d(wide))
                side = wide
            self.add_module(f"module{index}", module)

    def forward(self, x):
        shortcut = x
        for index in range(self.depth):
            module = self.get_submodule(f"module{index}")
            x = module(x)
            if index % 3 == 2:
                x = shortcut = torch.relu(x + module.residual(shortcut))
        return x.mean(2)


class Convolution(nn.Module):
    def __init__(self, inputs, outputs, kernel=1, stride=1, groups=1, active=True):
        super().__init__()
        padding = 0 if stride > 1 else kernel // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
        self.norm, self.active = nn.BatchNorm2d(outputs, eps=1e-3), active

    def forward(self, x):
        if self.conv.stride[0] > 1:
            x = functional.pad(x, [side for extent in (x.shape[3], x.shape[2]) for side in self.sides(extent)])
        x = self.norm(self.conv(x))
        return functional.silu(x) if self.active else x

    def sides(self, extent):
        """Padding that leaves ceil(extent / stride) positions, the odd one behind, as in the paper's own code."""
        kernel, stride = self.conv.kernel_size[0], self.conv.stride[0]
        total = max((-(-extent // stride) - 1) * stride + kernel - extent, 0)
        return total // 2, total - total // 2


class Excite(nn.Module):
    def __init__(self, channels, squeeze):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, squeeze, 1), nn.Conv2d(squeeze, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(functional.silu(self.fc1(x.mean((2, 3), keepdim=True)))))


class Block(nn.Module):
    def __init__(self, inputs, expansion, kernel, stride, outputs):
        super().__init__()
        wide = inputs * expansion
        if expansion > 1:
            self.expand = Convolution(inputs, wide)
        self.depthwise = Convolution(wide, wide, kernel, stride, wide)
        self.excite = Excite(wide, max(2, inputs // 4))
        self.project = Convolution(wide, outputs, active=False)
        self.has_residual, self.widens = stride == 1 and inputs == outputs, expansion > 1

    def forward(self, x):
        y = self.expand(x) if self.widens else x
        y = self.project(self.excite(self.depthwise(y)))
        return x + y if self.has_residual else y


class Attention(nn.Module):
    """CBAM: a gate per channel, then a gate per place."""

    def __init__(self, channels, squeeze):
        super().__init__()
        self.channel, self.spatial = nn.Module(), nn.Module()
        self.channel.fc1 = nn.Linear(channels, squeeze, bias=False)
        self.channel.fc2 = nn.Linear(squeeze, channels, bias=False)
        self.spatial.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        votes = [self.channel.fc2(torch.relu(self.channel.fc1(v))) for v in (x.mean((2, 3)), x.amax((2, 3)))]
        x = x * torch.sigmoid(votes[0] + votes[1])[:, :, None, None]
        return x * torch.sigmoid(self.spatial.conv(torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)))


# Expansion, kernel, stride, channels, repeats.
B0 = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
      (6, 3, 1, 320, 1)]


class EfficientNet(nn.Module):
    """With CBAM behind the last stage: (batch, leads, H, W) to (batch, top)."""

    def __init__(self, leads=2, stem=32, stages=B0, top=1280):
        super().__init__()
        self.stem, channels, self.names = Convolution(leads, stem, 3, 2), stem, []
        for index, (expansion, kernel, stride, outputs, repeats) in enumerate(stages):
            stage = nn.Module()
            for number in range(repeats):
                stage.add_module(f"block{number}",
                                 Block(channels, expansion, kernel, stride if number == 0 else 1, outputs))
                self.names.append(f"stage{index}.block{number}")
                channels = outputs
            self.add_module(f"stage{index}", stage)
        self.attention, self.top = Attention(channels, max(4, channels // 16)), Convolution(channels, top)

    def forward(self, x):
        x = self.stem(x)
        for name in self.names:
            x = self.get_submodule(name)(x)
        return self.top(self.attention(x)).mean((2, 3))


class Network(nn.Module):
    """An encoder, `signal` or `vision`, and a linear head of five classes."""

    def __init__(self, name, encoder, features):
        super().__init__()
        self.add_module(name, encoder)
        self.name, self.head = name, nn.Linear(features, 5)

    def forward(self, x):
        return self.head(self.get_submodule(self.name)(x))


def network(name):
    """The network of that name and the shape of its input, or nothing."""
    if name.startswith("inception-base"):
        return Network("signal", InceptionTime(), 128), (2, 256)
    if name.startswith("efficientnet-b0"):
        return Network("vision", EfficientNet(), 1280), (2, 64, 64)
    return None, None
