"""Writes surface-metrics.json: random small label volumes and their overlap and surface metrics computed with SciPy.

The formulas are medpy's (`medpy.metric.binary`: dc, jc, hd95, assd), spelled out so that only NumPy and SciPy are needed:

    python3 src/metrics/golden/generate.py

Each volume is [depth, height, width] uint8 with classes 0..2, stored as base64 of its zlib-compressed bytes. A distance is
null when exactly one of the two masks is empty.
"""

import base64
import json
import pathlib
import zlib

import numpy as np
from scipy import ndimage

CASES = 220
CLASSES = 3


def border(mask):
    return mask & ~ndimage.binary_erosion(mask, ndimage.generate_binary_structure(mask.ndim, 1))


def directed_distances(result, reference, spacing):
    distances = ndimage.distance_transform_edt(~border(reference), sampling=spacing)
    return distances[border(result)]


def surface_metrics(result, reference, spacing):
    if not result.any() and not reference.any():
        return 0.0, 0.0
    if not result.any() or not reference.any():
        return None, None
    there = directed_distances(result, reference, spacing)
    back = directed_distances(reference, result, spacing)
    return float(np.percentile(np.hstack((there, back)), 95)), float(np.mean((there.mean(), back.mean())))


def overlap(result, reference):
    both, either = np.count_nonzero(result & reference), np.count_nonzero(result | reference)
    if either == 0:
        return 1.0, 1.0
    return 2 * both / (np.count_nonzero(result) + np.count_nonzero(reference)), both / either


def blobs(rng, shape, threshold):
    noise = ndimage.gaussian_filter(rng.standard_normal(shape), rng.uniform(0.5, 2.0))
    noise /= noise.std() + 1e-9
    return (noise > threshold).astype(np.uint8) + (noise > threshold + 0.8).astype(np.uint8)


def make_pair(rng, index):
    depth = 1 if index % 3 == 0 else int(rng.integers(2, 7))
    shape = (depth, int(rng.integers(3, 17)), int(rng.integers(3, 17)))
    reference = blobs(rng, shape, rng.uniform(-0.5, 1.0))
    if index % 5 == 0:  # unrelated masks, else a shifted and dented copy
        result = blobs(rng, shape, rng.uniform(-0.5, 1.0))
    else:
        result = np.roll(reference, int(rng.integers(-2, 3)), axis=int(rng.integers(1, 3)))
        result[rng.random(shape) < 0.05] = 0
    if index % 11 == 0:
        result[result == 2] = 0
    if index % 13 == 0:
        reference[reference == 2] = 0
    if index % 44 == 1:
        result[...] = 0
    spacing = [float(s) for s in np.round(rng.uniform(0.3, 5.0, 3), 3)]
    return result, reference, spacing


def encode(volume):
    return base64.b64encode(zlib.compress(volume.tobytes(), 9)).decode()


def main():
    rng = np.random.default_rng(20251123)
    cases = []
    for index in range(CASES):
        result, reference, spacing = make_pair(rng, index)
        two_d = result.shape[0] == 1
        expected = {"dice": [], "jaccard": [], "hd95": [], "asd": []}
        for label in range(1, CLASSES):
            a, b = result == label, reference == label
            dice, jaccard = overlap(a, b)
            hd95, asd = surface_metrics(a[0], b[0], spacing[1:]) if two_d else surface_metrics(a, b, spacing)
            for name, value in (("dice", dice), ("jaccard", jaccard), ("hd95", hd95), ("asd", asd)):
                expected[name].append(value)
        cases.append({"shape": result.shape, "spacing": spacing, "prediction": encode(result), "reference": encode(reference), **expected})
    path = pathlib.Path(__file__).with_name("surface-metrics.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
