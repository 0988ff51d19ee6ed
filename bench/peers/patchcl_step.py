"""PyTorch peer of a whole step of patchcl's default preset: labels, pasted boxes, teacher, hard pseudo-labels, patch-wise contrast
against Gaussians of keys in a buffer, AdamW and the moving average, as src/methods/patchcl and src/methods/mean-teacher.ts do them.

usage: patchcl_step.py BATCH SIZE STEPS THREADS [MODE]; BATCH labelled and as many unlabelled images. Prints one line of JSON:
{"version": "2.13.0", "train": [ms, ...], "memoryMb": n}
"""
import copy
import math
import sys

import torch
from torch import nn
from torch.nn import functional as F

from modes import Mode, answer, peak_megabytes, timed
from networks import LeanUNet

batch, size, steps, threads = map(int, sys.argv[1:5])
mode = Mode(sys.argv[5] if len(sys.argv) > 5 else 'eager')
torch.set_num_threads(threads)
torch.manual_seed(0)
CLASSES, DIMENSIONS, ANCHORS, POSITIVES, KEYS = 4, 128, 8, 4, 1024
TAU, LAMBDA, ZETA, DELTA, THRESHOLD, EMA = 0.2, 4.0, ANCHORS * POSITIVES, 0.05, 0.8, 0.99
BETA, GAMMA = 1.0, 0.1


def widths_of(size):
    """Halved down to four pixels a side, in four levels at most: src/data/plan/widths.ts."""
    levels = 2
    while levels < 4 and size / (2 * 2**levels) >= 4 and size % (2 * 2**levels) == 0:
        levels += 1
    return tuple(16 * 2**level for level in range(levels))


def patch_size_of(size, unit):
    fits = [p for p in range(unit, size + 1, unit) if size % (p // 2) == 0] or [unit]
    return min(fits, key=lambda p: (abs(p - size / 4), -p))


widths = widths_of(size)
patch = patch_size_of(size, 2 * 2 ** len(widths))
stride = patch // 2


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.unet = LeanUNet(CLASSES, widths)
        self.hidden = nn.Linear(4 * widths[-1], widths[-1])
        self.output = nn.Linear(widths[-1], DIMENSIONS)

    def embed(self, patches):
        features = self.unet.encode(patches)[-1]
        flat = F.adaptive_avg_pool2d(features, 2).flatten(1)
        return F.normalize(self.output(F.leaky_relu(self.hidden(flat), 0.01)), dim=1)


student = mode.network(Network())
teacher = copy.deepcopy(student)
optimiser = torch.optim.AdamW(student.parameters(), lr=2e-3, weight_decay=1e-2, fused=hasattr(torch, 'compile'))
images = mode.images(torch.rand(2 * batch, 1, size, size))
labelled_weak = mode.images(torch.rand(batch, 1, size, size))
unlabelled_weak = mode.images(torch.rand(batch, 1, size, size))
labels = torch.randint(0, CLASSES, (batch, size, size))
boxes = (torch.rand(batch, 1, size, size) > 0.7)
keys = torch.zeros(CLASSES, KEYS, DIMENSIONS)
filled = torch.zeros(CLASSES, KEYS)


def one_hot(classes):
    return F.one_hot(classes, CLASSES).permute(0, 3, 1, 2).float()


def segmentation_loss(logits, target, weights=None):
    log_p = F.log_softmax(logits, 1)
    p = log_p.exp()
    weights = torch.ones_like(target[:, :1]) if weights is None else weights
    entropy = -(log_p * target * weights).sum() / target[:, 0].numel()
    overlap = (p * weights * target).sum((0, 2, 3))
    sizes = (p * weights).sum((0, 2, 3)) + (target * weights).sum((0, 2, 3))
    return entropy + 1 - ((2 * overlap + 1) / (sizes + 1))[1:].mean()


def binary_entropy(a):
    return -(a * a.clamp(min=1e-12).log() + (1 - a) * (1 - a).clamp(min=1e-12).log())


def per_patch(x):
    return F.avg_pool2d(x, patch, stride).transpose(0, 1).flatten(1)


def cut(images, confidences, picks):
    """Attended patches of chosen (class, patch) pairs: [K * n, 1, p, p]."""
    windows = images.unfold(2, patch, stride).unfold(3, patch, stride)
    rows = windows.permute(0, 2, 3, 1, 4, 5).flatten(0, 2)
    sure = confidences.unfold(2, patch, stride).unfold(3, patch, stride).transpose(0, 1).flatten(1, 3)
    chosen = torch.gather(sure, 1, picks[:, :, None, None].expand(-1, -1, patch, patch))
    return (rows[picks.flatten()] * chosen.flatten(0, 1)[:, None])


def choose(confidence, entropy):
    candidate = confidence >= DELTA
    scores, anchors = torch.where(candidate, torch.rand_like(confidence), -1.0).topk(ANCHORS, 1)
    near = (entropy[:, None] - entropy.gather(1, anchors)[:, :, None]).abs()
    itself = anchors[:, :, None] == torch.arange(entropy.shape[1])
    near = torch.where(itself | ~candidate[:, None], 1e3, near)
    values, positives = near.topk(POSITIVES, 2, largest=False)
    valid = scores >= 0
    return anchors, valid.float(), positives.flatten(1), ((values < 1e3) & valid[:, :, None]).float().flatten(1)


@mode.compiled
def contrast_loss(teacher_logits, keys, filled):
    with torch.no_grad():
        whole = torch.cat([labelled_weak, unlabelled_weak])
        confidences = torch.cat([one_hot(labels), teacher_logits.softmax(1)])
        anchors, valid, positives, valid_positives = choose(per_patch(confidences), per_patch(binary_entropy(whole * confidences)))
        added = teacher.embed(cut(whole, confidences, positives)).view(CLASSES, -1, DIMENSIONS)
        ranks = torch.cat([valid_positives, filled], 1) * torch.arange(KEYS + ANCHORS * POSITIVES, 0, -1)
        kept, places = ranks.topk(KEYS, 1)
        keys = torch.cat([added, keys], 1).gather(1, places[:, :, None].expand(-1, -1, DIMENSIONS))
        filled = (kept > 0).float()
        count = filled.sum(1).clamp(min=1)
        means = (keys * filled[:, :, None]).sum(1) / count[:, None]
        centred = (keys - means[:, None]) * filled[:, :, None]
        covariances = centred.transpose(1, 2) @ centred / count[:, None, None]
        patches = cut(whole, confidences, anchors)
    queries = student.embed(patches)
    own = F.one_hot(torch.arange(CLASSES).repeat_interleave(ANCHORS), CLASSES).float()
    similar = queries @ means.T / TAU
    spread = (torch.einsum('qd,kde->qke', queries, covariances) * queries[:, None]).sum(2)
    logits = similar + spread * LAMBDA / (2 * TAU * TAU) + (1 - own) * math.log(ZETA)
    losses = logits.logsumexp(1) - (similar * own).sum(1)
    weights = valid.flatten()
    return (losses * weights).sum() / weights.sum().clamp(min=1), keys, filled


@mode.compiled
def teacher_logits_of(images):
    with torch.no_grad(), mode.autocast():
        return teacher.unet(images).float()


@mode.compiled
def segmentation_losses(images, teacher_logits):
    unlabelled = torch.where(boxes, images[:batch], images[batch:])
    with mode.autocast():
        logits = student.unet(torch.cat([images[:batch], unlabelled])).float()
    with torch.no_grad():
        p = teacher_logits.softmax(1)
        goal = torch.where(boxes, one_hot(labels), one_hot(p.argmax(1)))
        weights = torch.where(boxes, 1.0, (p.amax(1, keepdim=True) >= THRESHOLD).float())
    return segmentation_loss(logits[:batch], one_hot(labels)) + BETA * segmentation_loss(logits[batch:], goal, weights)


def train_step():
    global keys, filled
    optimiser.zero_grad()
    pseudo = teacher_logits_of(unlabelled_weak)
    contrast, keys, filled = contrast_loss(pseudo, keys, filled)
    (segmentation_losses(images, pseudo) + GAMMA * contrast).backward()
    optimiser.step()
    with torch.no_grad():
        torch._foreach_lerp_(list(teacher.parameters()), list(student.parameters()), 1 - EMA)


answer(train=timed(train_step, steps), memoryMb=peak_megabytes())
