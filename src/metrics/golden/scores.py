"""Writes scores.json: every metric of `patchcl score` for 200 random masks with thick slices, computed with MedPy and SciPy.

    python3 src/metrics/golden/scores.py                        writes scores.json
    python3 src/metrics/golden/scores.py FOLDER                 writes the masks as NIfTI too, and the numbers to standard output

The masks are those of anisotropic.json, drawn from the case's number. Overlap and distances are MedPy's own functions; the surface Dice
and lesions are spelled out with SciPy, on the surfaces and neighbourhoods that MedPy has. Values of empty masks follow docs/metrics.md:
where both are empty they agree, where one is, null stands for what is not defined. ASD is the mean of MedPy's two directed `asd`: that is
its `assd` up to version 0.4, which since 0.5 takes all distances together.
"""

import json
import pathlib
import sys

import numpy as np
from medpy.metric import binary
from scipy import ndimage

from anisotropic import CASES, mask_pair
from generate import directed_distances

TOLERANCE = 2.0  # mm
NAMES = ["dice", "jaccard", "hd95", "asd", "sensitivity", "precision", "volumeDifference", "surfaceDice"]
NAMES += ["lesionSensitivity", "lesionPrecision", "lesionF1"]


def surface_dice(result, reference, spacing):
    there = directed_distances(result, reference, spacing)
    back = directed_distances(reference, result, spacing)
    return (np.count_nonzero(there <= TOLERANCE) + np.count_nonzero(back <= TOLERANCE)) / (there.size + back.size)


def parts_that_meet(mask, other):
    """Connected parts of a mask, and those of them with a voxel in the other one."""
    parts, count = ndimage.label(mask, np.ones((3, 3, 3)))
    return count, np.count_nonzero(np.unique(parts[other]))


def lesions(result, reference):
    (there, found), (predicted, real) = parts_that_meet(reference, result), parts_that_meet(result, reference)
    total = 2 * found + predicted - real + there - found
    return [
        (1.0 if predicted == 0 else None) if there == 0 else found / there,
        (1.0 if there == 0 else None) if predicted == 0 else real / predicted,
        1.0 if total == 0 else 2 * found / total,
    ]


def scores(result, reference, spacing):
    if not result.any() and not reference.any():
        return [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, *lesions(result, reference)]
    if not result.any() or not reference.any():
        missed = [0.0, None, -1.0] if reference.any() else [None, 0.0, None]
        return [0.0, 0.0, None, None, *missed, 0.0, *lesions(result, reference)]
    return [
        float(binary.dc(result, reference)),
        float(binary.jc(result, reference)),
        float(binary.hd95(result, reference, spacing)),
        float(np.mean((binary.asd(result, reference, spacing), binary.asd(reference, result, spacing)))),
        float(binary.sensitivity(result, reference)),
        float(binary.precision(result, reference)),
        float(binary.ravd(result, reference)),
        surface_dice(result, reference, spacing),
        *lesions(result, reference),
    ]


def written(folder):
    """Writes the masks, predictions along other axes now and then, and yields their scores with the spacing that the files have."""
    import nibabel

    turns = [[[0, 1], [1, 1], [2, 1]], [[1, -1], [0, 1], [2, 1]], [[2, 1], [0, -1], [1, 1]]]
    for side in ("predictions", "masks"):
        (folder / side).mkdir()
    for index in range(CASES):
        prediction, reference, spacing = mask_pair(index)
        stored = np.float32(spacing).astype(float)
        affine = np.diag([-stored[2], -stored[1], stored[0], 1.0])
        images = [nibabel.Nifti1Image(mask.T.astype(np.uint8), affine) for mask in (prediction, reference)]
        turned = images[0].as_reoriented(np.array(turns[index % 3]))
        nibabel.save(turned, folder / "predictions" / f"case{index:03d}_pred.nii.gz")
        nibabel.save(images[1], folder / "masks" / f"case{index:03d}.nii.gz")
        yield scores(prediction, reference, list(stored))


def main():
    if len(sys.argv) > 1:
        print(json.dumps(list(written(pathlib.Path(sys.argv[1])))))
        return
    lines = [json.dumps(scores(*mask_pair(index))) for index in range(CASES)]
    path = pathlib.Path(__file__).with_name("scores.json")
    path.write_text("[\n" + ",\n".join([json.dumps(NAMES), *lines]) + "\n]\n")


if __name__ == "__main__":
    main()
