"""Uses every public method of MONAILabelClient against a server; what is not as expected ends it.

usage: use_client.py URL TOKEN FOLDER SETTINGS; TOKEN is empty where the server asks for none
"""

import json
import os
import sys
import tempfile
import time

import nibabel
import numpy as np
import SimpleITK as sitk
from client import MONAILabelClient, MONAILabelClientException

url, token, folder, settings = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
tmp = tempfile.mkdtemp(dir=folder)


def refused(work, status, words):
    """Whether something is refused, with the sentence that a person sees."""
    try:
        work()
    except MONAILabelClientException as error:
        assert f"Status: {status}" in error.msg and words in error.msg, error.msg
        return
    raise AssertionError(f"{status} was expected")


def lies_on(mask, scan):
    """Whether the corners of two SimpleITK images are the same points of the patient."""
    assert mask.GetSize() == scan.GetSize()
    last = [n - 1 for n in scan.GetSize()]
    corners = [[0, 0, 0], last, [last[0], 0, 0], [0, last[1], 0], [0, 0, last[2]]]
    for corner in corners:
        a, b = mask.TransformIndexToPhysicalPoint(corner), scan.TransformIndexToPhysicalPoint(corner)
        assert np.allclose(a, b, atol=1e-3), (corner, a, b)


client = MONAILabelClient(url + "/", tmp, "station-7")
assert client.auth_enabled() == bool(token)
if token:
    assert not client.auth_valid_token()
    refused(client.info, 401, "the token is missing")
    try:
        client.auth_token("anna", "guess")
        raise AssertionError("a wrong password was taken")
    except MONAILabelClientException as error:
        assert error.status_code == 401
    client.update_auth(client.auth_token("anna", token))
assert client.auth_valid_token()
assert client.get_server_url() == url
client.set_server_url(url)

info = client.info()
assert info["labels"] == ["ring", "core"], info["labels"]
assert info["models"]["patchcl"]["labels"] == {"ring": 1, "core": 2}
assert list(info["trainers"]) == ["patchcl"] and "next" in info["strategies"]

# What to label next, and where it lies.
sample = client.next_sample("next", {})
assert sample["id"] and os.path.exists(sample["path"]), sample
assert client.next_sample("first", None)["id"] and client.next_sample("random", {})["id"]
refused(lambda: client.next_sample("other", {}), 404, "there is no such strategy")

# A label of a tilted scan with thick slices, as NIfTI by nibabel and as NRRD by SimpleITK: voxel by voxel, and in the world.
scan = client.datastore()["objects"]["tilted"]
assert scan["image"]["ext"] == ".nii.gz"
path = os.path.join(folder, "scans", "images", "tilted.nii.gz")
image = nibabel.load(path)
rng = np.random.default_rng(7 if token else 8)
told = {"label_info": [{"name": "ring", "idx": 1}, {"name": "core", "idx": 2}], "model": "patchcl"}
for ending in (".nii.gz", ".nrrd"):
    drawn = rng.integers(0, 3, image.shape, dtype="uint8")
    sent = os.path.join(tmp, "label" + ending)
    if ending == ".nii.gz":
        nibabel.save(nibabel.Nifti1Image(drawn, image.affine), sent)
    else:
        mask = sitk.GetImageFromArray(drawn.T)
        mask.CopyInformation(sitk.ReadImage(path))
        sitk.WriteImage(mask, sent)
    assert client.save_label("tilted", sent, params=dict(told)) == {"image": "tilted", "label": "tilted"}
    stored = client.download_label("tilted", "final")
    assert stored.endswith(".nii.gz")
    back = nibabel.load(stored)
    assert np.array_equal(np.asarray(back.dataobj), drawn)
    assert np.allclose(back.affine, image.affine, atol=1e-4)
    lies_on(sitk.ReadImage(stored), sitk.ReadImage(path))
assert client.datastore()["objects"]["tilted"]["labels"]["original"]["info"]["params"]["label_names"] == {"ring": 1, "core": 2}
# One that lies elsewhere is that of another scan.
nibabel.save(nibabel.Nifti1Image(drawn, np.diag([1, 1, 1, 1])), sent.replace(".nrrd", ".nii.gz"))
refused(lambda: client.save_label("tilted", sent.replace(".nrrd", ".nii.gz")), 422, "does not lie on the scan")
refused(lambda: client.save_label("nobody", sent), 404, "there is no such image")
refused(lambda: client.download_label("ball2", "final"), 404, "it has no label")

# What a model makes of it, in both formats.
params = {"result_extension": ".nrrd", "result_dtype": "uint8"}
result, answered = client.infer("patchcl", "tilted", dict(params))
assert answered["label_names"] == {"ring": 1, "core": 2}, answered
assert result.endswith(".nrrd")
nrrd = sitk.ReadImage(result)
lies_on(nrrd, sitk.ReadImage(path))
assert nrrd.GetPixelID() == sitk.sitkUInt8
voxels = sitk.GetArrayFromImage(nrrd).T
result, _ = client.infer(answered["model"], "tilted", {"result_extension": ".nii.gz"})
nifti = nibabel.load(result)
assert np.array_equal(np.asarray(nifti.dataobj), voxels) and np.allclose(nifti.affine, image.affine, atol=1e-4)
refused(lambda: client.infer("nobody", "tilted", {}), 404, "there is no such run")
refused(lambda: client.infer("patchcl", "tilted", {}, label_in=sent), 400, "no scribbles")
# The one method that forgets to send the token.
refused(lambda: client.wsi_infer("patchcl", "tilted"), *((401, "token") if token else (501, "slides")))

# The same scan sent along, and in a session.
result, _ = client.infer("patchcl", "", {"result_extension": ".nii.gz"}, file=path)
assert np.array_equal(np.asarray(nibabel.load(result).dataobj), voxels)
session = client.create_session(path)["session_id"]
assert client.get_session(session)["image"] == "tilted.nii.gz"
result, _ = client.infer("patchcl", "", {"result_extension": ".nii.gz"}, session_id=session)
assert np.array_equal(np.asarray(nibabel.load(result).dataobj), voxels)
client.remove_session(session)
refused(lambda: client.get_session(session), 404, "there is no such session")

# A scan of one's own becomes part of the project; sent again, it stays what it is.
name = "sent with a token" if token else "sent: by/anybody"
first = client.upload_image(path, name)
assert client.upload_image(path, name) == first
assert first["image"] in client.datastore()["objects"]
assert client.infer("patchcl", name, dict(params))[1]["model"] == answered["model"]
refused(lambda: client.upload_image(os.path.join(folder, "scans", "images", "ball2.nii.gz"), name), 409, "another scan")

# Training: one is stopped, one comes to its end.
if token:
    assert client.train_status(check_if_running=True) is False
    refused(client.train_status, 404, "there was no training yet")
task = client.train_start("patchcl" if token else None, {"settings": settings, **({"minutes": 30} if token else {"steps": 2})})
task = task if token else task["patchcl"]["result"]
assert task["status"] in ("SUBMITTED", "RUNNING") and task["start_ts"] > 0, task
refused(lambda: client.train_start("patchcl", {}), 429, "a training is under way")
assert client.train_status(check_if_running=True) is True
if token:
    while client.train_status()["status"] != "RUNNING":
        time.sleep(0.1)
    ended = client.train_stop()
    assert ended["status"] == "STOPPED" and ended["end_ts"] >= ended["start_ts"] and ended["details"], ended
else:
    while client.train_status(check_if_running=True):
        time.sleep(0.1)
    ended = client.train_status()
    assert ended["status"] == "DONE" and ended["result"]["model"] == ended["id"], ended
refused(client.train_stop, 404, "no training is under way")
refused(lambda: client.train_start("other", {}), 404, "there is no such trainer")
refused(lambda: client.train_start("patchcl", {"max_epochs": 3}), 400, "max_epochs")
assert client.info()["train_stats"]["patchcl"]["total_time"] > 0

print(json.dumps({"drawn": np.ascontiguousarray(drawn.T).tobytes().hex(), "run": ended["id"]}))
