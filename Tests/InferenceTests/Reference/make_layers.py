"""Writes layers.safetensors: values and gradients of single layers, computed by PyTorch.

    python3 Tests/InferenceTests/Reference/make_layers.py        # torch 2.15, safetensors, numpy

For every case NAME: NAME/x (the inputs, channels last), NAME/p.PARAMETER, NAME/y, NAME/projection, NAME/dx and NAME/dp.PARAMETER, the
gradients of sum(y * projection).
"""
import os

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

torch.manual_seed(4)
torch.set_num_threads(1)
tensors = {}


def last(x):  # channels first to channels last
    return x.movedim(1, -1) if x.ndim > 2 else x


def first(x):
    return x.movedim(-1, 1) if x.ndim > 2 else x


def case(name, shapes, module, function=None, channels_first=True, train=True):
    """`shapes`: of the inputs, channels last, with the batch."""
    module.train(train)
    to, back = (first, last) if channels_first else ((lambda x: x), (lambda x: x))
    xs = [torch.randn(*shape, requires_grad=True) for shape in shapes]
    for parameter in module.parameters():
        parameter.data = torch.randn_like(parameter) * 0.5
    y = (function or module)(*[to(x) for x in xs])
    y = back(y[0] if isinstance(y, tuple) else y)  # a GRU returns a pair
    projection = torch.randn_like(y)
    (y * projection).sum().backward()
    put = lambda key, value: tensors.__setitem__(f"{name}/{key}", np.ascontiguousarray(value.detach().numpy()))
    for i, x in enumerate(xs):
        put(f"x{i}", x)
        put(f"dx{i}", x.grad)
    for key, parameter in module.named_parameters():
        put(f"p.{key}", parameter)
        put(f"dp.{key}", parameter.grad)
    for key, buffer in module.named_buffers():
        if buffer.ndim:
            put(f"b.{key}", buffer)
    put("y", y)
    put("projection", projection)


case("conv1d", [(3, 20, 4)], nn.Conv1d(4, 6, 9, padding="same"))
case("conv1d even", [(3, 20, 4)], nn.Conv1d(4, 6, 8, padding="same", bias=False))
case("conv1d stride", [(3, 21, 4)], nn.Conv1d(4, 6, 5, stride=3, padding=2))
case("conv1d dilation", [(3, 21, 4)], nn.Conv1d(4, 6, 3, padding="same", dilation=4))
case("conv2d", [(2, 7, 9, 3)], nn.Conv2d(3, 17, 3, padding="same"))
case("conv2d stride", [(2, 8, 8, 2)], nn.Conv2d(2, 8, 3, stride=2, padding=1))
case("pointwise", [(2, 5, 4, 18)], nn.Conv2d(18, 7, 1))
case("depthwise", [(2, 9, 8, 20)], nn.Conv2d(20, 20, 5, stride=2, padding=2, groups=20))
case("batch norm", [(4, 30, 5)], nn.BatchNorm1d(5))
case("batch norm silu", [(4, 6, 5, 19)], nn.Sequential(nn.BatchNorm2d(19), nn.SiLU()))
case("layer norm", [(3, 4, 10)], nn.LayerNorm(10), channels_first=False)
case("linear", [(5, 4, 7)], nn.Linear(7, 3), channels_first=False)
case("max pool", [(2, 15, 5)], nn.MaxPool1d(3, stride=1, padding=1))
case("average pool", [(2, 8, 8, 3)], nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False))
case("gru", [(3, 7, 5)], nn.GRU(5, 6, batch_first=True), channels_first=False)
gru = nn.GRU(5, 6, batch_first=True)
case("gru state", [(3, 7, 5), (3, 6)], gru, lambda x, h: gru(x, h[None].contiguous())[0], channels_first=False)
for activation in [nn.ReLU(), nn.SiLU(), nn.Sigmoid(), nn.Tanh(), nn.GELU()]:
    case(type(activation).__name__.lower(), [(2, 40)], activation, channels_first=False)
case("softmax", [(2, 4, 5)], nn.Softmax(dim=-1), channels_first=False)

# Loss: logits (rows, 5), labels with one left out, class weights, smoothing.
logits = torch.randn(6, 5, requires_grad=True)
labels = torch.tensor([0, 4, 2, -1, 1, 4])
weights = torch.tensor([0.5, 1.0, 2.0, 1.5, 0.75])
loss = nn.CrossEntropyLoss(weight=weights, label_smoothing=0.1, ignore_index=-1)(logits, labels)
loss.backward()
tensors["loss/logits"] = logits.detach().numpy()
tensors["loss/labels"] = labels.float().numpy()
tensors["loss/weights"] = weights.numpy()
tensors["loss/value"] = loss.detach().reshape(1).numpy()
tensors["loss/dlogits"] = logits.grad.numpy()

folder = os.path.dirname(os.path.abspath(__file__))
save_file(tensors, os.path.join(folder, "layers.safetensors"), metadata={"torch": torch.__version__})
