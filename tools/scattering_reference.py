#!/usr/bin/python3
"""Reference values of hard-sphere scattering in 50-digit arithmetic, for the unit tests.

Writes a CSV of f(z, y), its derivative in z at fixed y, and the cross sections, for a = hbar = 1.
Nothing is shared with the C code but the definition (2.11) of J. T. Clark, "Diffusive limit for a
quantum linear Boltzmann dynamics":
  - spherical Bessel functions come from mpmath's general J_nu at nu = l + 1/2 and -l - 1/2;
  - S_l is differentiated by the quotient rule with j_l' = j_(l-1) - (l+1)/x j_l, not by (6.13);
  - cross sections are integrated over the angle by Gauss-Legendre rules exact for the sums, not by
    the orthogonality of the Legendre polynomials.
The doubles z and y of a row are exact inputs: its values belong to p = sqrt(z^2 + y^2) of those.

usage: scattering_reference.py [OUTPUT.csv]      (needs mpmath; a minute or two)
"""
import sys

import mpmath as mp

DIGITS = 50
KAPPAS = ["1e-8", "1e-4", "1e-2", "0.1", "1", "3", "10", "30", "100", "300", "1000"]
NEGLIGIBLE = mp.mpf(10) ** -45


def spherical(l, x):
    """j_l(x), y_l(x)."""
    scale = mp.sqrt(mp.pi / (2 * x))
    half = mp.mpf(1) / 2
    return (scale * mp.besselj(l + half, x), (-1) ** (l + 1) * scale * mp.besselj(-l - half, x))


def partial_waves(x):
    """Lists over l of S_l - 1 and dS_l/dx, up to where they are negligible."""
    wave, slope = [], []
    j_before, y_before = mp.cos(x) / x, mp.sin(x) / x  # l = -1
    l = 0
    while True:
        j, y = spherical(l, x)
        dj = j_before - (l + 1) / x * j
        dy = y_before - (l + 1) / x * y
        h, dh = mp.mpc(j, y), mp.mpc(dj, dy)
        wave.append(-2 * j / h)
        slope.append(-2 * (dj * h - j * dh) / h**2)
        # The derivatives carry one power of l/x more.
        weight = (2 * l + 1) * (l + 1)
        if l > x and weight * abs(wave[-1]) < NEGLIGIBLE * abs(wave[0]) * min(1, x**2):
            return wave, slope
        j_before, y_before = j, y
        l += 1


def amplitude(x, cosine, wave, slope):
    """f and the bracket G with d_z f = cos(theta/2) G, at p = x and the cosine of the angle."""
    total = d_momentum = d_cosine = mp.mpc(0)
    legendre, before = mp.mpf(1), mp.mpf(0)
    d_legendre, d_before = mp.mpf(0), mp.mpf(0)
    for l, s in enumerate(wave):
        total += (2 * l + 1) * s * legendre
        d_momentum += (2 * l + 1) * slope[l] * legendre
        d_cosine += (2 * l + 1) * s * d_legendre
        legendre, before, d_legendre, d_before = (
            ((2 * l + 1) * cosine * legendre - l * before) / (l + 1), legendre,
            ((2 * l + 1) * (legendre + cosine * d_legendre) - l * d_before) / (l + 1), d_legendre)
    factor = 1 / mp.mpc(0, 2 * x)
    f = factor * total
    d_p = factor * d_momentum - f / x
    # -(2/p) sin(theta/2) d_theta f = (2/p) sin(theta/2) sin(theta) df/dcos(theta)
    #                               = cos(theta/2) (2/p) (1 - cos(theta)) df/dcos(theta)
    return f, d_p + 2 / x * (1 - cosine) * factor * d_cosine


def gauss_legendre(count):
    """Nodes >= 0 and weights of the rule with count (even) points, by Newton's method."""
    rule = []
    for i in range(count // 2):
        node = mp.cos(mp.pi * (i + mp.mpf(3) / 4) / (count + mp.mpf(1) / 2))
        for digits in (16, DIGITS, DIGITS):
            for _ in range(3 if digits == 16 else 1):
                with mp.workdps(digits + 5):
                    value, before = mp.mpf(1), mp.mpf(0)
                    for l in range(count):
                        value, before = ((2 * l + 1) * node * value - l * before) / (l + 1), value
                    derivative = count * (before - node * value) / (1 - node**2)
                    step = value / derivative
                    node = node - step
        rule.append((node, 2 / ((1 - node**2) * derivative**2)))
    return rule


def cross_sections(x, wave, slope):
    count = len(wave) + 2 + len(wave) % 2
    sums = [mp.mpf(0)] * 4
    for node, weight in gauss_legendre(count):
        for cosine in (node, -node):
            f, bracket = amplitude(x, cosine, wave, slope)
            half = (1 + cosine) / 2  # cos(theta/2)^2
            terms = (abs(f) ** 2, (1 - cosine) * abs(f) ** 2, half * abs(bracket) ** 2,
                     half * (bracket * mp.conj(f)).imag)
            sums = [s + 2 * mp.pi * weight * t for s, t in zip(sums, terms)]
    return sums


def angles(x):
    few = min(mp.mpf("0.01"), 1 / x)
    return [0, few, mp.mpf("0.3"), mp.pi / 2, mp.mpf("2.2"), mp.pi - few, mp.pi]


def main():
    mp.mp.dps = DIGITS
    path = sys.argv[1] if len(sys.argv) > 1 else "tests/unit/scattering/reference.csv"
    show = lambda value: mp.nstr(value, 20, min_fixed=0, max_fixed=0)
    with open(path, "w", encoding="ascii") as out:
        out.write("# hard sphere, a = hbar = 1, written by tools/scattering_reference.py\n")
        out.write("# amplitude,kappa,z,y,f_re,f_im,dz_re,dz_im\n")
        out.write("# cross,kappa,sigma_tot,sigma_0,sigma_z,sigma_u,f0_re,f0_im\n")
        for text in KAPPAS:
            nominal = mp.mpf(float(text))
            known = None
            for theta in angles(nominal):
                z = float(nominal * mp.cos(theta / 2)) if theta != mp.pi else 0.0
                y = float(nominal * mp.sin(theta / 2))
                x = mp.sqrt(mp.mpf(z) ** 2 + mp.mpf(y) ** 2)
                if x != known:
                    (wave, slope), known = partial_waves(x), x
                f, bracket = amplitude(x, (mp.mpf(z) ** 2 - mp.mpf(y) ** 2) / x**2, wave, slope)
                d_z = bracket * mp.mpf(z) / x
                row = (f.real, f.imag, d_z.real, d_z.imag)
                out.write(f"amplitude,{text},{z!r},{y!r}," + ",".join(map(show, row)) + "\n")
            wave, slope = partial_waves(nominal)
            f0, _ = amplitude(nominal, mp.mpf(1), wave, slope)
            row = cross_sections(nominal, wave, slope) + [f0.real, f0.imag]
            out.write(f"cross,{text}," + ",".join(map(show, row)) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
