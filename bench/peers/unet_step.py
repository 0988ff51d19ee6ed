"""PyTorch peer of bench/step.ts and bench/inference.ts: supervised training steps and inference passes of SSL4MIS's U-Net on the CPU.

usage: unet_step.py BATCH SIZE STEPS THREADS [MODE]; MODE as in modes.py, default `eager`. Prints one line of JSON:
{"version": "2.13.0", "train": [ms, ...], "inference": [ms, ...], "memoryMb": n}
"""
import sys

import torch
from torch.nn import functional as F

from modes import Mode, answer, peak_megabytes, timed
from networks import ClassicUNet

batch, size, steps, threads = map(int, sys.argv[1:5])
mode = Mode(sys.argv[5] if len(sys.argv) > 5 else 'eager')
torch.set_num_threads(threads)
torch.manual_seed(0)
CLASSES = 4

net = mode.network(ClassicUNet(CLASSES))
optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
images = mode.images(torch.rand(batch, 1, size, size))
labels = torch.randint(0, CLASSES, (batch, size, size))


@mode.compiled
def loss_of(images, labels):
    with mode.autocast():
        return F.cross_entropy(net(images), labels)


@mode.compiled
def segment(images):
    with mode.autocast():
        return net(images)


def train_step():
    optimiser.zero_grad()
    loss_of(images, labels).backward()
    optimiser.step()


def inference():
    with torch.no_grad():
        segment(images)


train = timed(train_step, steps)
memory = peak_megabytes()
net.eval()
answer(train=train, inference=timed(inference, steps), memoryMb=memory)
