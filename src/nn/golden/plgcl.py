"""Reference values and gradients of the pseudo-label guided contrastive loss, in PyTorch and float64.

Written term by term from the method's definition (Basak & Yin, CVPR 2023, equations 3 to 5), with exponentials and
sums as they stand there:

    L_u = log[ exp(f.mu_k/tau + lambda/(2 tau^2) f' Sigma_k f)
               + zeta * sum_{j != k} exp(f.mu_j/tau + lambda/(2 tau^2) f' Sigma_j f) ] - f.mu_k/tau

Classes that are not ready take no part, queries of such a class or marked invalid do not count, and the loss is the
mean over those that do. Run with a Python that has torch (made with 1.13): python3 plgcl.py
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
UNIT = 10000

# (K, Q, d, tau, lambda, zeta, classes not ready, invalid queries)
CASES = [
    (2, 3, 4, 0.2, 0.0, 1.0, [], []),
    (2, 4, 3, 0.2, 4.0, 32.0, [], [1]),
    (4, 9, 6, 0.2, 4.0, 32.0, [], []),
    (4, 9, 6, 0.2, 2.5, 32.0, [2], [0, 8]),
    (3, 6, 5, 0.07, 1.0, 8.0, [], []),
    (3, 6, 5, 1.0, 10.0, 0.5, [0, 1], []),
    (5, 12, 8, 0.5, 4.0, 4096.0, [4], [3, 4, 5]),
    (3, 4, 4, 0.2, 4.0, 8.0, [0, 1, 2], []),
    (2, 2, 4, 0.2, 4.0, 8.0, [], [0, 1]),
]


def loss_of(f, classes, valid, mu, sigma, ready, tau, lam, zeta):
    losses = []
    for u, k in enumerate(classes):
        if not valid[u] or not ready[k]:
            continue
        score = lambda j: f[u] @ mu[j] / tau + lam / (2 * tau**2) * (f[u] @ sigma[j] @ f[u])
        total = torch.exp(score(k))
        for j in range(len(mu)):
            if j != k and ready[j]:
                total = total + zeta * torch.exp(score(j))
        losses.append(torch.log(total) - f[u] @ mu[k] / tau)
    return sum(losses) / len(losses) if losses else (f * 0).sum()


def make(seed, K, Q, d, tau, lam, zeta, absent, invalid):
    torch.manual_seed(seed)
    f = torch.nn.functional.normalize(torch.randn(Q, d), dim=1)
    mu = torch.nn.functional.normalize(torch.randn(K, d), dim=1) * 0.8
    root = 0.2 * torch.randn(K, d, d)
    f, mu, sigma = (torch.round(t * UNIT) for t in (f, mu, root @ root.transpose(1, 2)))
    classes = [u % K for u in range(Q)]
    valid = [0 if u in invalid else 1 for u in range(Q)]
    ready = [0 if k in absent else 1 for k in range(K)]
    query = (f / UNIT).requires_grad_()
    loss = loss_of(query, classes, valid, mu / UNIT, sigma / UNIT, ready, tau, lam, zeta)
    loss.backward()
    whole = lambda t: [int(v) for v in t.flatten().tolist()]
    return {
        "seed": seed, "K": K, "Q": Q, "d": d, "tau": tau, "lambda": lam, "zeta": zeta,
        "queries": whole(f), "classes": classes, "valid": valid,
        "means": whole(mu), "covariances": whole(sigma), "ready": ready,
        "loss": float(f"{loss.item():.9g}"),
        "gradient": [float(f"{v:.8g}") for v in query.grad.flatten().tolist()],
    }


golden = {"torch": torch.__version__, "unit": UNIT, "cases": [make(i, *c) for i, c in enumerate(CASES, 1)]}
path = pathlib.Path(__file__).with_name("plgcl.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
