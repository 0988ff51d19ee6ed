"""Writes codecs.json: small DICOM files in every coding, made and decoded by other people's tools.

Needs pydicom, DCMTK (dcmcjpeg, dcmcjpls, dcmcrle, dcmconv), GDCM (gdcmconv) and, for HTJ2K, Node with
@cornerstonejs/codec-openjph installed in the folder it is run from.

    python3 src/formats/dicom/golden/make.py
"""

import base64
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, JPEG2000Lossless, SecondaryCaptureImageStorage

HERE = Path(__file__).parent
work = Path(tempfile.mkdtemp())


def picture(shape, low, high, seed):
    """Smooth with some noise: something that codecs compress and predictors get wrong."""
    rng = np.random.default_rng(seed)
    z, y, x, c = np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")
    wave = np.sin(x / 5 + c) + np.cos(y / 7 - z) + 0.2 * rng.standard_normal(shape)
    wave = (wave - wave.min()) / (wave.max() - wave.min())
    return np.round(low + wave * (high - low)).astype(np.int64)


def source(name, pixels, bits, signed=False, photometric="MONOCHROME2"):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    path = work / f"{name}.dcm"
    d = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    d.is_little_endian, d.is_implicit_VR = True, False
    d.SOPClassUID, d.SOPInstanceUID = SecondaryCaptureImageStorage, "1.2.3.4"
    d.StudyInstanceUID, d.SeriesInstanceUID, d.Modality = "1.2.3", "1.2.3.1", "OT"
    frames, d.Rows, d.Columns, d.SamplesPerPixel = pixels.shape
    if frames > 1:
        d.NumberOfFrames = frames
    d.BitsAllocated = 8 if bits <= 8 else 16
    d.BitsStored, d.HighBit, d.PixelRepresentation = bits, bits - 1, int(signed)
    d.PhotometricInterpretation = photometric
    if d.SamplesPerPixel == 3:
        d.PlanarConfiguration = 0
    kind = np.uint8 if bits <= 8 else (np.int16 if signed else np.uint16)
    d.PixelData = pixels.astype(kind).tobytes()
    if len(d.PixelData) % 2:
        d.PixelData += b"\0"
    d.save_as(path, write_like_original=False)
    return path


DECODERS = {"dcmcjpeg": "dcmdjpeg", "dcmcjpls": "dcmdjpls", "gdcmconv": "gdcmconv --raw"}


def decoded(path, decoder):
    plain = work / "plain.dcm"
    plain.unlink(missing_ok=True)
    subprocess.run([*decoder.split(), str(path), str(plain)], check=True)
    d = pydicom.dcmread(plain)
    return d.pixel_array.reshape(-1, d.Rows, d.Columns, d.SamplesPerPixel)


cases = []


def case(name, path, pixels, tolerance=0):
    """pixels: [frames, rows, columns, samples]"""
    cases.append(
        {
            "name": name,
            "file": base64.b64encode(path.read_bytes()).decode(),
            "shape": [pixels.shape[3], *pixels.shape[:3]],
            "values": np.moveaxis(pixels, 3, 0).reshape(-1).tolist(),
            "tolerance": tolerance,
        }
    )


def convert(name, command, path, pixels, lossy=None):
    """lossy: None, or how far the decoder here may be from the reference decoder's values."""
    out = work / "coded.dcm"
    out.unlink(missing_ok=True)
    subprocess.run([*command.split(), str(path), str(out)], check=True)
    case(name, out, pixels if lossy is None else decoded(out, DECODERS[command.split()[0]]), lossy or 0)


grey8 = picture((1, 19, 22, 1), 0, 255, 1)
grey12 = picture((1, 19, 22, 1), 0, 4095, 2)
grey16 = picture((1, 19, 22, 1), 0, 65535, 3)
signed16 = picture((1, 19, 22, 1), -32768, 32767, 4)
signed12 = picture((1, 19, 22, 1), -2048, 2047, 5)
colour = picture((1, 19, 22, 3), 0, 255, 6)
movie = picture((3, 10, 11, 1), 0, 4095, 7)

files = {
    "8 bits": (source("grey8", grey8, 8), grey8),
    "12 bits": (source("grey12", grey12, 12), grey12),
    "16 bits": (source("grey16", grey16, 16), grey16),
    "16 bits signed": (source("signed16", signed16, 16, True), signed16),
    "12 bits signed": (source("signed12", signed12, 12, True), signed12),
    "RGB": (source("colour", colour, 8, photometric="RGB"), colour),
    "3 frames": (source("movie", movie, 12), movie),
}

for kind, (path, pixels) in files.items():
    convert(f"RLE, {kind}", "dcmcrle", path, pixels)
    convert(f"JPEG-LS, {kind}", "dcmcjpls +el", path, pixels)
    convert(f"JPEG lossless SV1, {kind}", "dcmcjpeg +e1", path, pixels)
    convert(f"JPEG 2000, {kind}", "gdcmconv --j2k", path, pixels)
for selection in range(1, 8):
    convert(f"JPEG lossless, predictor {selection}", f"dcmcjpeg +el +sv {selection}", *files["16 bits"])
for syntax, option in [("implicit", "+ti"), ("explicit", "+te"), ("big endian", "+tb"), ("deflated", "+td")]:
    convert(f"{syntax}, 16 bits signed", f"dcmconv {option}", *files["16 bits signed"])
convert("big endian, 8 bits", "dcmconv +tb", *files["8 bits"])
convert("implicit, RGB", "dcmconv +ti", *files["RGB"])
convert("JPEG baseline, 8 bits", "dcmcjpeg +eb", *files["8 bits"], lossy=1)
convert("JPEG extended, 12 bits", "dcmcjpeg +ee", *files["12 bits"], lossy=1)
convert("JPEG baseline, RGB without subsampling", "dcmcjpeg +eb +s4 +q 95", *files["RGB"], lossy=3)
convert("JPEG baseline kept as RGB", "dcmcjpeg +eb +cr", *files["RGB"], lossy=1)
convert("JPEG-LS near-lossless", "dcmcjpls +en +md 2", *files["12 bits"], lossy=0)
convert("JPEG 2000, lossy", "gdcmconv --j2k --irreversible -r 4", *files["8 bits"], lossy=1)
convert("JPEG in fragments, 3 frames", "dcmcjpeg +e1 +fs 1", *files["3 frames"])

HTJ2K = """
const load = require('@cornerstonejs/codec-openjph');
const [width, height, bits, components, signed] = process.argv.slice(1).map(Number);
const pixels = require('fs').readFileSync(0);
load({ print() {}, printErr() {} }).then((m) => {
  const encoder = new m.HTJ2KEncoder();
  const info = { width, height, bitsPerSample: bits, componentCount: components, isSigned: signed === 1, isUsingColorTransform: components === 3 };
  encoder.getDecodedBuffer(info).set(pixels);
  encoder.setQuality(true, 0);
  encoder.encode();
  process.stdout.write(Buffer.from(encoder.getEncodedBuffer()));
});
"""
for kind in ["8 bits", "12 bits", "16 bits signed", "RGB"]:
    path, pixels = files[kind]
    d = pydicom.dcmread(path)
    arguments = [d.Columns, d.Rows, d.BitsAllocated, d.SamplesPerPixel, d.PixelRepresentation]
    run = subprocess.run(["node", "-e", HTJ2K, *map(str, arguments)], input=d.PixelData, capture_output=True, check=True)
    d.PixelData = encapsulate([run.stdout])
    d.file_meta.TransferSyntaxUID = JPEG2000Lossless
    if d.SamplesPerPixel == 3:
        d.PhotometricInterpretation = "YBR_RCT"
    d.save_as(work / "htj2k.dcm", write_like_original=False)
    # pydicom 2 does not know the transfer syntax, so its UID, two bytes longer, is put in afterwards.
    content = bytearray((work / "htj2k.dcm").read_bytes())
    content[140] += 2
    at = content.index(JPEG2000Lossless.encode())
    content[at - 2 : at + len(JPEG2000Lossless)] = b"\x18\0" + b"1.2.840.10008.1.2.4.201\0"
    (work / "htj2k.dcm").write_bytes(content)
    case(f"HTJ2K, {kind}", work / "htj2k.dcm", pixels)

(HERE / "codecs.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
print(len(cases), "cases")
