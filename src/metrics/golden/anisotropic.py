"""Writes anisotropic.json: HD95 and ASD of 200 random masks with thick slices, computed with SciPy.

    python3 src/metrics/golden/anisotropic.py

The masks themselves are not stored: `mask_pair` here and `maskPair` in src/metrics/testing/random-masks.ts draw the same ones from
the case's number, in whole numbers only. Each line is [voxels of the prediction, of the reference, HD95, ASD]; the voxel counts show
at once when the two have come apart.
"""

import json
import pathlib

import numpy as np

from generate import surface_metrics

CASES = 200


class Numbers:
    """D. Knuth's and H. Lewis's linear congruential generator; the lowest bits, which repeat soon, are left out."""

    def __init__(self, seed):
        self.state = seed

    def below(self, count):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return (self.state >> 8) % count

    def between(self, low, high):
        return low + self.below(high - low + 1)


def ellipsoid(shape, centre, radii):
    """All in whole numbers: both sides of the equation times the product of the radii squared."""
    z, y, x = np.ogrid[: shape[0], : shape[1], : shape[2]]
    rz, ry, rx = radii
    left = ((z - centre[0]) * ry * rx) ** 2 + ((y - centre[1]) * rz * rx) ** 2 + ((x - centre[2]) * rz * ry) ** 2
    return left <= (rz * ry * rx) ** 2


def mask_pair(index):
    """Prediction, reference and spacing [depth, height, width] in mm: ellipsoids, and the same ones a little off."""
    draw = Numbers(index + 1)
    shape = (draw.between(2, 12), draw.between(12, 40), draw.between(12, 40))
    spacing = [draw.between(2500, 10000) / 1000, draw.between(300, 2000) / 1000, draw.between(300, 2000) / 1000]
    prediction, reference = np.zeros(shape, bool), np.zeros(shape, bool)
    for _ in range(draw.between(1, 3)):
        centre = [draw.below(extent) for extent in shape]
        radii = [draw.between(1, 4), draw.between(2, 12), draw.between(2, 12)]
        moved = [draw.between(-1, 1), draw.between(-3, 3), draw.between(-3, 3)]
        grown = draw.between(0, 2)
        reference |= ellipsoid(shape, centre, radii)
        prediction |= ellipsoid(shape, np.add(centre, moved), np.add(radii, grown))
    for mask in (prediction, reference):
        for _ in range(draw.below(12)):
            voxel = draw.below(mask.size)
            mask.flat[voxel] = not mask.flat[voxel]
    if index % 25 == 7:
        prediction[...] = False
    if index % 50 == 7:
        reference[...] = False
    return prediction, reference, spacing


def main():
    lines = []
    for index in range(CASES):
        prediction, reference, spacing = mask_pair(index)
        voxels = [int(prediction.sum()), int(reference.sum())]
        lines.append(json.dumps([*voxels, *surface_metrics(prediction, reference, spacing)]))
    path = pathlib.Path(__file__).with_name("anisotropic.json")
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
