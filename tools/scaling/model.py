"""The performance model of a phase, its fit, its check and its predictions.

    T(P) = serial + work W(P)/P lambda(P) + latency log2(P) M(P) + B(P)/bandwidth

P ranks; W, the work relative to that on the smallest number of ranks (1 in a strong study); lambda >= 1, time of the slowest rank over the
mean, so that work W/P (lambda - 1) is the time lost by imbalance; M, messages and reductions of a rank; B, bytes that it sends. W, lambda,
M and B are measured, and `serial` (s), `work` (s), `latency` (s) and 1/`bandwidth` (s/B) fitted: least squares of relative
deviations, none of them negative (Lawson and Hanson, Solving Least Squares Problems, ch. 23).

A few points do not determine four numbers. Of the sets of terms that have `work`, and fewer terms than there are points, the one is
taken whose worst prediction of a measured point from the others is best; a term has to improve that by a tenth at least.
"""
import itertools
import math

import numpy

from scaling import Failure

TERMS = ("serial", "work", "latency", "bandwidth")
GAIN = 0.9  # a larger model has to be better than the smaller one by this factor


def nnls(A, b, iterations=200):
    """Minimises norm(A x - b) over x >= 0; A has full column rank."""
    x, passive = numpy.zeros(A.shape[1]), numpy.zeros(A.shape[1], bool)
    tolerance = 1e-12 * max(1e-300, float(numpy.abs(A.T @ b).max()))
    for _ in range(iterations):
        gradient = A.T @ (b - A @ x)
        if passive.all() or gradient[~passive].max() <= tolerance:
            break
        passive[numpy.where(passive, -math.inf, gradient).argmax()] = True
        while True:
            trial = numpy.zeros_like(x)
            trial[passive] = numpy.linalg.lstsq(A[:, passive], b, rcond=None)[0]
            if not passive.any() or trial[passive].min() > 0:
                break
            blocking = passive & (trial <= 0)
            step = (x[blocking] / (x[blocking] - trial[blocking])).min()
            x = x + step * (trial - x)
            passive &= x > 1e-14 * numpy.abs(x).max()
            x[~passive] = 0
        x = trial
    return x


def columns(points):
    """What the terms multiply, by name, for points with ranks, work, imbalance, calls and bytes."""
    P = numpy.array([point["ranks"] for point in points], float)
    known = {name: numpy.array([point[name] for point in points], float) for name in ("work", "imbalance", "calls", "bytes")}
    alone = P == 1
    return {"serial": numpy.ones_like(P), "work": known["imbalance"] * known["work"] / P, "latency": numpy.log2(P) * known["calls"],
            "bandwidth": numpy.where(alone, 0.0, known["bytes"])}


def fit_terms(points, terms):
    """Coefficients by term, zero for those that are left out."""
    table, T = columns(points), numpy.array([point["seconds"] for point in points])
    A = numpy.column_stack([table[term] / T for term in terms])
    scale = numpy.linalg.norm(A, axis=0)
    scale[scale == 0] = 1.0
    found = nnls(A / scale, numpy.ones_like(T)) / scale
    return {**dict.fromkeys(TERMS, 0.0), **dict(zip(terms, found.tolist()))}


def evaluate(coefficients, points):
    table = columns(points)
    return sum(coefficients[term] * table[term] for term in TERMS)


def left_out(points, terms):
    """Relative errors of each point's prediction from the others, and the models that made them."""
    models = [fit_terms(points[:i] + points[i + 1:], terms) for i in range(len(points))]
    errors = [float(evaluate(model, [point])[0]) / point["seconds"] - 1 for model, point in zip(models, points)]
    return errors, models


def independent(points, terms):
    """Whether the points tell these terms apart, also with one of them left out."""
    table = columns(points)
    A = numpy.column_stack([table[term] for term in terms])
    norms = numpy.linalg.norm(A, axis=0)
    if (norms == 0).any():
        return False
    subsets = [A / norms] + [numpy.delete(A / norms, i, axis=0) for i in range(len(points))]
    return all(numpy.linalg.svd(subset, compute_uv=False)[-1] > 1e-6 for subset in subsets)


def candidates(points):
    others = [term for term in TERMS if term != "work"]
    for n in range(len(others) + 1):
        for chosen in itertools.combinations(others, n):
            terms = [term for term in TERMS if term == "work" or term in chosen]
            if len(terms) < len(points) and (len(points) == 2 or independent(points, terms)):
                yield terms


def usable(points):
    """Points of one phase as the model needs them: what was not measured is taken as balanced and silent."""
    result = []
    for point in points:
        calls = point["messages"] + point["reductions"]
        result.append({**point, "calls": calls if math.isfinite(calls) else 0.0,
                       "bytes": point["bytes"] if math.isfinite(point["bytes"]) else 0.0,
                       "imbalance": max(1.0, point["imbalance"]) if math.isfinite(point["imbalance"]) else 1.0})
    return [point for point in result if point["seconds"] > 0]


def fit(points):
    """The model of one phase from its medians: coefficients, errors (relative, each point predicted from the others; None with two points), and
    spread, the models with one point left out."""
    points = usable(points)
    if len({point["ranks"] for point in points}) < 2:
        raise Failure("a model needs measurements on two different numbers of ranks at least")
    if len(points) == 2:  # nothing can be left out
        chosen = fit_terms(points, ["serial", "work"])
        return {"coefficients": chosen, "errors": None, "spread": [chosen], "points": points}
    best = None
    for terms in candidates(points):
        errors, spread = left_out(points, terms)
        worst = max(abs(error) for error in errors)
        if best is None or worst < (GAIN * best[0] if len(terms) > len(best[1]) else best[0]):
            best = (worst, terms, errors, spread)
    _, terms, errors, spread = best
    return {"coefficients": fit_terms(points, terms), "errors": errors, "spread": spread, "points": points}


def power_law(points, name, ranks):
    """A measured count continued to other numbers of ranks: a power of P between 1/P and P through those on two ranks and more."""
    seen = [(point["ranks"], point[name]) for point in points if point["ranks"] > 1 and point[name] > 0]
    if not seen:
        return 0.0
    x, y = numpy.log([p for p, _ in seen]), numpy.log([value for _, value in seen])
    slope = 0.0 if len(seen) == 1 else float(numpy.clip(numpy.polyfit(x, y, 1)[0], -1, 1))
    return float(math.exp(numpy.mean(y - slope * x) + slope * math.log(ranks)))


def continued(model, ranks, weak):
    """A point on a number of ranks that was not measured; the assumptions of the predictions are here."""
    points = model["points"]
    return {"ranks": ranks, "work": ranks / points[0]["ranks"] * points[0]["work"] if weak else points[0]["work"],
            "imbalance": max(point["imbalance"] for point in points), "calls": power_law(points, "calls", ranks),
            "bytes": power_law(points, "bytes", ranks)}


def predict(model, ranks, weak):
    """Seconds on `ranks` ranks, the range of the models with one point left out, efficiency against the first point, and the parts."""
    point = continued(model, ranks, weak)
    table, chosen = columns([point]), model["coefficients"]
    seconds = float(evaluate(chosen, [point])[0])
    others = [float(evaluate(other, [point])[0]) for other in model["spread"]] + [seconds]
    parts = {term: float(chosen[term] * table[term][0]) for term in TERMS}
    balanced = parts["work"] / point["imbalance"]
    parts["imbalance"], parts["work"] = parts["work"] - balanced, balanced
    first = model["points"][0]
    efficiency = first["seconds"] / seconds * point["work"] / first["work"] * first["ranks"] / ranks if seconds > 0 else math.nan
    return {"ranks": ranks, "seconds": seconds, "low": min(others), "high": max(others), "efficiency": efficiency, **parts}


ASSUMPTIONS = """the same machine and network for every rank, each with the processor and memory bandwidth that it had on the largest number measured
work grows with the ranks (weak) or stays (strong); imbalance stays at the largest that was measured
messages, reductions and bytes of a rank follow the power of P that those measured on two ranks and more follow, 1/P to P
a message or reduction costs latency log2(P); bytes that PETSc does not count (MPI_Allgatherv) are part of the other terms
the range is that of models with one measured point left out: it knows nothing of effects that no measured point shows"""
