"""Reference numbers of whole training steps, in PyTorch and float64.

Run with a Python that has torch (made with 1.13): python3 training_step.py
Writes one JSON file per case beside this script. Starting values are whole numbers of 1 / 10000, so both sides
start from the same bits; parameters are given as their change over all steps, which shows errors that their
values would hide.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
UNIT = 10000
STEPS = 3
torch.set_default_dtype(torch.float64)

CASES = {
    "supervised-batch-sgd": dict(
        network=dict(widths=[4, 6, 8], stem="plain", normalisation="batch", upsampling="bilinear"),
        channels=1, dice=0.0, optimiser="sgd", consistency=None,
    ),
    "supervised-instance-adamw": dict(
        network=dict(widths=[4, 6], stem="space-to-depth", normalisation="instance", upsampling="nearest"),
        channels=2, dice=1.0, optimiser="adamw", consistency=None,
    ),
    "soft-consistency-batch-sgd": dict(
        network=dict(widths=[4, 6, 8], stem="plain", normalisation="batch", upsampling="bilinear"),
        channels=1, dice=0.0, optimiser="sgd", consistency=dict(target="soft", threshold=0.0, beta=4.0),
    ),
    "hard-consistency-instance-adamw": dict(
        network=dict(widths=[4, 6], stem="space-to-depth", normalisation="instance", upsampling="nearest"),
        channels=1, dice=0.5, optimiser="adamw", consistency=dict(target="hard", threshold=0.45, beta=1.5),
    ),
}
CLASSES, SIZE, LABELLED, UNLABELLED = 3, 16, 2, 2
OPTIMISERS = {
    "sgd": dict(learningRate=0.05, momentum=0.9, weightDecay=1e-2),
    "adamw": dict(learningRate=0.004, momentum=0.9, weightDecay=5e-2),
}
EMA = [0.5, 0.75, 0.9]


def whole(tensor):
    return torch.round(tensor * UNIT)


def shapes(network, channels):
    widths, cells = network["widths"], 1 if network["stem"] == "plain" else 4
    found = {}

    def norm(name, size):
        for part in ["weight", "bias"] + (["mean", "variance"] if network["normalisation"] == "batch" else []):
            found[f"{name}.{part}"] = [1, size, 1, 1]

    def block(name, inside, outside):
        found[f"{name}.conv1"] = [outside, inside, 3, 3]
        norm(f"{name}.norm1", outside)
        found[f"{name}.conv2"] = [outside, outside, 3, 3]
        norm(f"{name}.norm2", outside)

    for level, width in enumerate(widths):
        block(f"encoder.{level}", channels * cells if level == 0 else widths[level - 1], width)
    for level, width in enumerate(widths[:-1]):
        found[f"reduce.{level}.weight"] = [width, widths[level + 1], 1, 1]
        found[f"reduce.{level}.bias"] = [width]
        block(f"decoder.{level}", 2 * width, width)
    found["head.weight"] = [CLASSES * cells, widths[0], 3, 3]
    found["head.bias"] = [CLASSES * cells]
    return found


def start(name, shape):
    draw = torch.randn(shape)
    if name.endswith("variance") or (".norm" in name and name.endswith("weight")):
        return whole(1 + 0.2 * draw.clamp(-2, 2))
    if name.endswith(("bias", "mean")):
        return whole(0.1 * draw)
    return whole(draw * math.sqrt(2 / math.prod(shape[1:])))


def forward(p, x, network, training, running):
    """running: where to put new running statistics, or None."""

    def norm(name, z):
        weight, bias = p[f"{name}.weight"].flatten(), p[f"{name}.bias"].flatten()
        if network["normalisation"] == "instance":
            return F.instance_norm(z, weight=weight, bias=bias)
        mean, variance = p[f"{name}.mean"].flatten().clone(), p[f"{name}.variance"].flatten().clone()
        y = F.batch_norm(z, mean, variance, weight, bias, training, 0.1)
        if running is not None:
            running[f"{name}.mean"], running[f"{name}.variance"] = mean, variance
        return y

    def block(name, z):
        for i in (1, 2):
            z = F.leaky_relu(norm(f"{name}.norm{i}", F.conv2d(z, p[f"{name}.conv{i}"], padding=1)), 0.01)
        return z

    plain, levels = network["stem"] == "plain", len(network["widths"])
    current, features = x if plain else F.pixel_unshuffle(x, 2), []
    for level in range(levels):
        current = block(f"encoder.{level}", current if level == 0 else F.max_pool2d(current, 2))
        features.append(current)
    for level in reversed(range(levels - 1)):
        reduced = F.conv2d(current, p[f"reduce.{level}.weight"], p[f"reduce.{level}.bias"])
        how = dict(mode="nearest") if network["upsampling"] == "nearest" else dict(mode="bilinear", align_corners=True)
        up = F.interpolate(reduced, scale_factor=2, **how)
        current = block(f"decoder.{level}", torch.cat([features[level], up], 1))
    logits = F.conv2d(current, p["head.weight"], p["head.bias"], padding=1)
    return logits if plain else F.pixel_shuffle(logits, 2)


def supervised_loss(logits, labels, dice):
    loss = F.cross_entropy(logits, labels)
    if dice == 0:
        return loss
    p, t = logits.softmax(1), F.one_hot(labels, CLASSES).permute(0, 3, 1, 2)
    over = (0, 2, 3)
    scores = (2 * (p * t).sum(over) + 1) / (p.sum(over) + t.sum(over) + 1)
    return loss + dice * (1 - scores[1:].mean())


def consistency_loss(logits, teacher_logits, target, threshold, **_):
    p = teacher_logits.softmax(1)
    confidence, best = p.max(1)
    assert threshold == 0 or (confidence - threshold).abs().min() > 1e-6
    log_p = logits.log_softmax(1)
    per_pixel = -(p * log_p).sum(1) if target == "soft" else F.nll_loss(log_p, best, reduction="none")
    keep = (confidence >= threshold).double()
    return (per_pixel * keep).mean(), keep.mean()


def digits(tensor, count=7):
    return [float(f"{value:.{count}g}") for value in tensor.detach().flatten().tolist()]


def run(name, case, seed):
    torch.manual_seed(seed)
    network, consistency = case["network"], case["consistency"]
    sizes = shapes(network, case["channels"])
    initial = {owner: {n: start(n, s) for n, s in sizes.items()} for owner in ("student", "teacher")}
    count = LABELLED + (UNLABELLED if consistency else 0)
    batches = [
        {
            "images": whole(torch.rand(count, case["channels"], SIZE, SIZE)),
            "labels": torch.randint(0, CLASSES, (LABELLED, SIZE, SIZE)),
            **({"weak": whole(torch.rand(UNLABELLED, case["channels"], SIZE, SIZE))} if consistency else {}),
        }
        for _ in range(STEPS)
    ]
    statistic = lambda n: n.endswith((".mean", ".variance"))
    student = {n: (t / UNIT).requires_grad_(not statistic(n)) for n, t in initial["student"].items()}
    teacher = {n: t / UNIT for n, t in initial["teacher"].items()}
    settings = OPTIMISERS[case["optimiser"]]
    trained = [t for n, t in student.items() if not statistic(n)]
    rate, momentum, decay = settings["learningRate"], settings["momentum"], settings["weightDecay"]
    optimiser = (
        torch.optim.SGD(trained, lr=rate, momentum=momentum, weight_decay=decay)
        if case["optimiser"] == "sgd"
        else torch.optim.AdamW(trained, lr=rate, betas=(momentum, 0.999), weight_decay=decay)
    )
    scalars, first_logits = [], None
    for step, batch in enumerate(batches):
        running = {}
        logits = forward(student, batch["images"] / UNIT, network, True, running)
        first_logits = logits if first_logits is None else first_logits
        terms = {"supervised": supervised_loss(logits[:LABELLED], batch["labels"], case["dice"])}
        observed = {}
        if consistency:
            with torch.no_grad():
                teacher_logits = forward(teacher, batch["weak"] / UNIT, network, True, None)
            loss, share = consistency_loss(logits[LABELLED:], teacher_logits, **consistency)
            terms["consistency"] = consistency["beta"] * loss
            observed["confidentShare"] = share
        total = sum(terms.values())
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        with torch.no_grad():
            for n, value in running.items():
                student[n] = value.reshape(sizes[n])
            for n, value in student.items():
                teacher[n] = EMA[step] * teacher[n] + (1 - EMA[step]) * value.detach()
        scalars.append({k: float(v) for k, v in {"loss": total, **terms, **observed}.items()})
    inference = forward(teacher, batches[0]["images"][:1] / UNIT, network, False, None).softmax(1)
    change = lambda now, owner: {n: digits(now[n] - initial[owner][n] / UNIT, 6) for n in sizes}
    integers = lambda tensor: [int(v) for v in tensor.flatten().tolist()]
    golden = {
        "torch": torch.__version__, "seed": seed, "unit": UNIT,
        "network": {**network, "channels": case["channels"], "classes": CLASSES, "dropout": []},
        "size": SIZE, "labelled": LABELLED, "unlabelled": UNLABELLED,
        "dice": case["dice"], "consistency": consistency, "ema": EMA,
        "optimiser": {"kind": case["optimiser"], **settings},
        "initial": {owner: {n: integers(t) for n, t in part.items()} for owner, part in initial.items()},
        "batches": [{n: integers(t) for n, t in batch.items()} for batch in batches],
        "scalars": scalars,
        "firstLogits": digits(first_logits),
        "teacherProbabilities": digits(inference),
        "change": {"student": change(student, "student"), "teacher": change(teacher, "teacher")},
    }
    (HERE / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(name, [round(s["loss"], 4) for s in scalars], [s.get("confidentShare") for s in scalars])


for seed, (name, case) in enumerate(CASES.items(), 1):
    run(name, case, seed)
