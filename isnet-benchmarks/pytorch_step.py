"""An ISNet step of the four-convolution network in PyTorch, for a comparison of times on one machine.

Modified-gradient form with LRP-zB, the heatmap loss with a full sort, three classes, 64x64, batch 16, two threads:
what isnet-benchmarks/run.sh isnet-step measures. Not part of the build. Run it with any PyTorch 2.
"""

import time

import torch
import torch.nn.functional as F

torch.set_num_threads(2)
torch.manual_seed(0)
CHANNELS, BATCH, CLASSES, SIDE = [3, 16, 32, 64, 64], 16, 3, 64
EPSILON, DECAY, C1, C2, P = 0.01, 0.996, 1.0, 25.0, 0.7

weights = [torch.nn.Parameter(torch.randn(o, i, 3, 3) * (2 / (9 * i)) ** 0.5) for i, o in zip(CHANNELS, CHANNELS[1:])]
biases = [torch.nn.Parameter(torch.zeros(o)) for o in CHANNELS[1:]]
dense = torch.nn.Parameter(torch.randn(CLASSES, 64) * 0.1)
parameters = weights + biases + [dense]
optimizer = torch.optim.Adam(parameters, 1e-3)
images = torch.rand(BATCH, 3, SIDE, SIDE)
masks = (torch.rand(BATCH, 1, SIDE, SIDE) > 0.5).float()
labels = torch.arange(BATCH) % CLASSES
ranks = DECAY ** torch.arange(SIDE * SIDE)
ranks = ranks / ranks.sum()


def forward():
    a, kept = images, []
    for w, b in zip(weights, biases):
        z = F.conv2d(a, w, b, padding=1)
        y = F.relu(z)
        a, winners = F.max_pool2d(y, 2, return_indices=True)
        kept.append((z, y, winners))
    return F.linear(a.mean((2, 3)), dense), kept


def box(relevance, z):
    w, negative = weights[0], weights[0].clamp(max=0)
    ones = torch.ones(1, 3, SIDE, SIDE)
    z = z - F.conv2d(ones, negative, padding=1) - biases[0].clamp(max=0)[None, :, None, None]
    z = z.repeat(CLASSES, 1, 1, 1)
    sigma = relevance / (z + EPSILON * torch.where(z >= 0, 1.0, -1.0))
    x = images.repeat(CLASSES, 1, 1, 1)
    return x * F.conv_transpose2d(sigma, w, padding=1) - F.conv_transpose2d(sigma, negative, padding=1)


def heatmaps(kept):
    c = torch.eye(CLASSES).repeat_interleave(BATCH, 0) @ dense
    c = (c / 16)[:, :, None, None].expand(-1, -1, 4, 4)
    for layer in (3, 2, 1, 0):
        z, y, winners = kept[layer]
        c = F.max_unpool2d(c.contiguous(), winners.repeat(CLASSES, 1, 1, 1), 2, output_size=y.shape[2:])
        y = y.repeat(CLASSES, 1, 1, 1)
        if layer == 0:
            return box(c * y, z)
        c = F.conv_transpose2d(c * (y / (y + EPSILON)), weights[layer], padding=1)


def heatmap_loss(maps):
    a, m = maps.abs(), masks.repeat(CLASSES, 1, 1, 1)
    inside = (a * m).sum((1, 2, 3))
    divisor = inside / (m.sum((1, 2, 3)) * 3 + 1e-10) + 1e-10
    u = a / divisor[:, None, None, None] * (1 - m)
    r = (u.flatten(2).sort(-1, descending=True)[0] * ranks).sum(-1)
    foreground = (F.relu(C1 - inside) ** 2 / C1**2).mean() + F.relu(inside - C2).mean()
    return torch.log1p(r).mean() + 3 * foreground


def isnet_step():
    optimizer.zero_grad()
    logits, kept = forward()
    ((1 - P) * F.cross_entropy(logits, labels) + P * heatmap_loss(heatmaps(kept))).backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()


def plain_step():
    optimizer.zero_grad()
    F.cross_entropy(forward()[0], labels).backward()
    optimizer.step()


for step in (isnet_step, plain_step):
    times = []
    for _ in range(35):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    print(f"{step.__name__}: {sorted(times[10:])[12] * 1e3:.1f} ms")
