"""PyTorch peer of bench/step.ts and bench/inference.ts: the SSL4MIS-shaped U-Net, supervised training steps and inference passes on the CPU.

usage: unet_step.py BATCH SIZE STEPS THREADS; prints one line of JSON: {"train": [ms, ...], "inference": [ms, ...], "memoryMb": n}
"""
import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

batch, size, steps, threads = map(int, sys.argv[1:5])
torch.set_num_threads(threads)
torch.manual_seed(0)
WIDTHS = (16, 32, 64, 128, 256)
CLASSES = 4
WARM_UP = 2


def block(channels_in, channels_out):
    layers = []
    for channels in (channels_in, channels_out):
        layers += [nn.Conv2d(channels, channels_out, 3, padding=1), nn.BatchNorm2d(channels_out), nn.LeakyReLU(0.01)]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.ModuleList(block(1 if i == 0 else WIDTHS[i - 1], width) for i, width in enumerate(WIDTHS))
        self.reduce = nn.ModuleList(nn.Conv2d(wide, narrow, 1) for narrow, wide in zip(WIDTHS, WIDTHS[1:]))
        self.decoder = nn.ModuleList(block(2 * width, width) for width in WIDTHS[:-1])
        self.head = nn.Conv2d(WIDTHS[0], CLASSES, 3, padding=1)

    def forward(self, x):
        features = []
        for i, stage in enumerate(self.encoder):
            x = stage(x if i == 0 else F.max_pool2d(x, 2))
            features.append(x)
        for i in reversed(range(len(self.decoder))):
            up = F.interpolate(self.reduce[i](x), scale_factor=2, mode='bilinear', align_corners=True)
            x = self.decoder[i](torch.cat([features[i], up], 1))
        return self.head(x)


def timed(run):
    times = []
    for _ in range(steps + WARM_UP):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return times[WARM_UP:]


net = UNet()
optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
images = torch.rand(batch, 1, size, size)
labels = torch.randint(0, CLASSES, (batch, size, size))


def train_step():
    optimiser.zero_grad()
    F.cross_entropy(net(images), labels).backward()
    optimiser.step()


def inference():
    with torch.no_grad():
        net(images)


train = timed(train_step)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
net.eval()
print(json.dumps({'train': train, 'inference': timed(inference), 'memoryMb': memory}))
