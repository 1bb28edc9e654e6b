#!/usr/bin/env python3
"""Outputs of bgk.sh, in the current directory, against the closed solution of the BGK model.

Velocities are those of equilibrium again after a time whose distribution is exponential with rate
gamma. tau is that mean time, theta = M kT, and hbar = 1.
"""
import csv
import json
import math
import sys

import h5py
import numpy as np

M, m, kT, eta, a = 2.0, 1.0, 1.5, 1.0, 1.0
gamma = eta * a**2 * math.pi * math.sqrt(8 * kT / math.pi * (m + M) / (m * M))
theta = M * kT
failures = 0


def near(what, value, expected, allowed):
    """A missing number, None or nan, fails."""
    global failures
    value = np.nan if value is None else value
    error = float(np.max(np.abs(np.subtract(value, expected))))
    ok = error <= allowed
    failures += not ok
    print(f"{'ok' if ok else 'FAIL'} {what}: off by {error:.2e}, allowed {allowed:.2e}")


def table(path):
    with open(path) as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def erfcx(x):
    """exp(x^2) erfc(x): a continued fraction where the product overflows."""
    if x < 3:
        return math.exp(x * x) * math.erfc(x)
    tail = x
    for n in range(200, 0, -1):
        tail = x + 0.5 * n / tail
    return 1 / (math.sqrt(math.pi) * tail)


def eps(k):
    """The root z - gamma of 1 = gamma int nu/(z - i k.p/M) dp, by bisection."""
    kappa = k * math.sqrt(kT / M)
    low, high = 0.0, 2 * gamma
    for _ in range(200):
        z = (low + high) / 2
        mean = math.sqrt(math.pi / 2) / kappa * erfcx(z / (math.sqrt(2) * kappa))
        low, high = (z, high) if gamma * mean > 1 else (low, z)
    return (low + high) / 2 - gamma


def spectrum(directory):
    found = table(f"{directory}/spectrum.csv")
    exact = np.array([eps(k) for k in found["k"]])
    assert np.allclose(found["k"], [0.1, 0.5, 1, 1.5, 2])
    error = np.abs(found["eps_re"] - exact)
    near(f"{directory}: eps, relative", error / np.abs(exact), 0, 1e-10)
    near(f"{directory}: Im eps", found["eps_im"], 0, 1e-14)
    near(f"{directory}: error beyond the claimed one", np.maximum(error - found["eps_error"], 0), 0, 0)


def diffusion(directory):
    with open(f"{directory}/diffusion.json") as file:
        found = json.load(file)
    D = 2 * kT / (M * gamma)
    near(f"{directory}: D by perturbation, relative", found["D_perturbation"] / D, 1, 1e-10)
    near(f"{directory}: D", found["D"], D, found["D_error"])
    near(f"{directory}: D by the fit", found["D_fit"], D, found["D_fit_error"] or 0)
    near(f"{directory}: error of the fit", found["D_fit_error"], 0, 1e-8 * D)
    excess = np.abs(np.array(found["hessian"], float) + D * np.eye(3)) - np.array(found["hessian_error"], float)
    near(f"{directory}: Hessian beyond its error", np.maximum(excess, 0), 0, 0)
    near(f"{directory}: k^4", found["quartic"], (kT / M) ** 2 / gamma**3, found["quartic_error"])


class Packet:
    """A Gaussian packet in a minimal state, as vectors of three."""

    def __init__(self, width, position, momentum):
        self.width, self.x, self.p = (np.array(v, float) for v in (width, position, momentum))
        self.sigma = 0.5 / self.width

    def moments(self, t):
        """<p>, energy, <x>, covariance of x, and its slope."""
        left, unit = math.exp(-gamma * t), np.eye(3)
        once = (1 - left) / gamma
        twice = (1 - (1 + gamma * t) * left) / gamma**2
        p2 = np.diag(self.sigma**2) + np.outer(self.p, self.p)
        xp = (np.outer(self.x, self.p) + np.outer(self.p, self.x)) / 2
        x = self.x + self.p * once / M
        x2 = np.diag(self.width**2) + np.outer(self.x, self.x)
        x2 += 2 / M * (xp * once + (p2 - theta * unit) / M * twice + theta * unit / M * (t - once) / gamma)
        xp_now = left * xp + ((p2 - theta * unit) * t * left + theta * unit * once) / M
        slope = 2 / M * (xp_now - (np.outer(x, self.p) + np.outer(self.p, x)) * left / 2)
        energy = (left * np.trace(p2) + (1 - left) * 3 * theta) / (2 * M)
        return left * self.p, energy, x, x2 - np.outer(x, x), slope

    def distribution(self, p):
        s = self.sigma
        return np.exp(-(((p - self.p) / s) ** 2).sum(axis=-1) / 2) / ((2 * math.pi) ** 1.5 * s.prod())

    def flight(self, k, t):
        """<exp(i k.x)> without collisions."""
        spread = self.width**2 + (self.sigma * t / M) ** 2
        return np.exp(1j * (k @ self.x + k @ self.p * t / M) - (k**2 @ spread) / 2)

    def characteristic(self, k, times, nodes=60):
        """<exp(i k.x)>: flight(t) exp(-gamma t) and the flights since the last collision, a Volterra
        equation on Chebyshev points."""
        end = max(times)
        j = np.arange(nodes)
        points = end * (1 - np.cos(np.pi * j / (nodes - 1))) / 2
        weights = (-1.0) ** j
        weights[[0, -1]] /= 2
        x, w = np.polynomial.legendre.leggauss(nodes)

        def interpolate(s):
            with np.errstate(divide="ignore", invalid="ignore"):
                terms = weights / (s[:, None] - points)
                rows = terms / terms.sum(axis=1, keepdims=True)
            hit = s[:, None] == points
            rows[hit.any(axis=1)] = hit[hit.any(axis=1)]
            return rows

        A = np.eye(nodes, dtype=complex)
        for i, t in enumerate(points):
            s = t * (x + 1) / 2
            kernel = gamma * np.exp(-gamma * (t - s) - (k @ k) * kT / M * (t - s) ** 2 / 2)
            A[i] -= (t / 2 * w * kernel) @ interpolate(s)
        b = [math.exp(-gamma * t) * self.flight(k, t) for t in points]
        return interpolate(np.array(times)) @ np.linalg.solve(A, b)


def evolve(directory, packet, since=0.0):
    seen = table(f"{directory}/observables.csv")
    names = "xyz"
    for row, t in enumerate(since + seen["t"]):
        p, energy, x, covariance, slope = packet.moments(t)
        of = {name: values[row] for name, values in seen.items()}
        where = f"{directory} at {t:g}"
        near(f"{where}: trace", of["trace"], 1, 1e-12)
        near(f"{where}: <p>", [of[f"p_{c}"] for c in names], p, 1e-10)
        near(f"{where}: energy", of["energy"], energy, 1e-10)
        near(f"{where}: <x>", [of[c] for c in names], x, 1e-10)
        pairs = [(i, j) for i in range(3) for j in range(i, 3)]
        found = [of[f"cov_{names[i]}{names[j]}"] for i, j in pairs]
        near(f"{where}: covariance", found, [covariance[pair] for pair in pairs], 1e-10)
        near(f"{where}: slope", [of[f"slope_{c}{c}"] for c in names], np.diag(slope), 1e-10)
        if row > 0:
            near(f"{where}: relaxation, relative", of["relaxation_rate"] / gamma, 1, 1e-10)
    with h5py.File(f"{directory}/evolve.h5") as file:
        momenta = file["momentum_distribution/p"][:]
        density = file["momentum_distribution/density"][:]
    nu = np.exp(-(momenta**2).sum(axis=-1) / (2 * theta)) / (2 * math.pi * theta) ** 1.5
    for t, found in zip(since + seen["t"], density):
        left = math.exp(-gamma * t)
        exact = left * packet.distribution(momenta) + (1 - left) * nu
        near(f"{directory} at {t:g}: momentum distribution", found, exact, 1e-10)


def fields(directory, packet):
    times = table(f"{directory}/observables.csv")["t"]
    with h5py.File(f"{directory}/evolve.h5") as file:
        k = file["fibers/k"][:]
        found = file["fibers/characteristic_function"][..., 0] + 1j * file["fibers/characteristic_function"][..., 1]
        s = file["limit/s"][:]
        limit = file["limit/characteristic_function"][..., 0] + 1j * file["limit/characteristic_function"][..., 1]
    exact = np.array([packet.characteristic(vector, times) for vector in k]).T
    near(f"{directory}: <exp(i k.x)> for |k| <= {np.abs(k).max():.1f}", found, exact, 1e-10)
    assert len(k) > 20 and np.abs(found[1:]).max() > 0.1
    for t, row in list(zip(times, limit))[1:]:
        exact = [packet.characteristic(np.array([0, 0, size / math.sqrt(t)]), [t])[0] for size in s]
        near(f"{directory} at {t:g}: <exp(i k.x)> for k = s t^(-1/2)", row, exact, 1e-10)


axial = Packet([0.35] * 3, [0, 0, 0.3], [0, 0, 1])
for ranks in (1, 2):
    spectrum(f"spectrum{ranks}")
    diffusion(f"diffusion{ranks}")
    evolve(f"axial{ranks}", axial)
spectrum("slanted")
evolve("general", Packet([0.35, 0.3, 0.33], [0.1, -0.2, 0.3], [0.5, -0.3, 1]))
evolve("first", axial)
evolve("then", axial, since=0.1)
evolve("fields", axial)
fields("fields", axial)
print(f"{failures} failures")
sys.exit(failures > 0)
