"""ONNX Runtime for Python, the control: the very file that patchcl writes, run by the same engine from another language.

usage: onnxruntime_inference.py MODEL BATCH SIZE STEPS THREADS; prints one line of JSON: {"version": "1.23.0", "inference": [ms, ...]}
"""
import json
import sys
import time

import numpy as np
import onnxruntime as ort

model = sys.argv[1]
batch, size, steps, threads = map(int, sys.argv[2:6])
options = ort.SessionOptions()
options.intra_op_num_threads = threads
session = ort.InferenceSession(model, options, providers=['CPUExecutionProvider'])
images = np.random.default_rng(0).random((batch, 1, size, size), dtype=np.float32)
name = session.get_inputs()[0].name
times = []
for _ in range(steps + 2):
    start = time.perf_counter()
    session.run(None, {name: images})
    times.append((time.perf_counter() - start) * 1e3)
print(json.dumps({'version': ort.__version__, 'inference': times[2:]}))
