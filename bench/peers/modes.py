"""Ways in which PyTorch runs a network on the CPU, by the names that the tables use, such as `compile+channels-last+bfloat16`."""
import contextlib
import json
import resource
import sys
import time

import torch

WARM_UP = 2


class Mode:
    def __init__(self, name):
        parts = name.split('+')
        self.compiles = 'compile' in parts
        self.channels_last = 'channels-last' in parts
        self.bfloat16 = 'bfloat16' in parts

    def network(self, network):
        return network.to(memory_format=torch.channels_last) if self.channels_last else network

    def images(self, images):
        return images.contiguous(memory_format=torch.channels_last) if self.channels_last else images

    def compiled(self, function):
        return torch.compile(function) if self.compiles else function

    def autocast(self):
        return torch.autocast('cpu', torch.bfloat16) if self.bfloat16 else contextlib.nullcontext()


def timed(run, steps):
    """Milliseconds of each of `steps` runs, after some that do not count: those that compile and fill caches."""
    times = []
    for _ in range(steps + WARM_UP):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return times[WARM_UP:]


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def answer(**values):
    print(json.dumps({'version': torch.__version__.split('+')[0], **values}), file=sys.stdout)
