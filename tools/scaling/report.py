"""Tables and plot of a study: scaling.csv, model.csv, prediction.csv, scaling.svg or .png, and a summary on standard output."""
import csv
import math
import os

import matplotlib

from scaling import collect, model

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "qlbe"
from matplotlib import pyplot, ticker  # noqa: E402

MODEL = ("kind", "phase", "serial_s", "work_s", "latency_s", "bandwidth_B_per_s", "points", "left_out_worst", "left_out_rms")
PREDICTION = ("kind", "phase", "ranks", "seconds", "low", "high", "efficiency", "serial", "work", "imbalance", "latency", "bandwidth")

DOUBTFUL = 0.2  # a model that misses a measured point by more is called so
NOISY = 1.3  # slowest over fastest repetition, from where the machine has done something else too


def write(path, names, rows, head=()):
    with open(path + ".tmp", "w", newline="") as file:
        for line in head:
            file.write(f"# {line}\n")
        writer = csv.DictWriter(file, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: f"{row[name]:.6g}" if isinstance(row[name], float) else row[name] for name in names} for row in rows)
    os.replace(path + ".tmp", path)


def by_phase(points):
    """Medians by (kind, phase): the total first, then phases and events by their time on the smallest number of ranks."""
    groups = {}
    for point in points:
        groups.setdefault((point["kind"], point["phase"]), []).append(point)
    order = {collect.TOTAL: 0, "phase": 1, "event": 2}
    return dict(sorted(groups.items(), key=lambda item: (order[item[0][0]], -item[1][0]["seconds"])))


def fit_all(groups):
    """Models of all phases that were measured on two numbers of ranks at least."""
    return {key: model.fit(points) for key, points in groups.items() if len(model.usable(points)) > 1}


def percent(x):
    return "-" if x is None or not math.isfinite(x) else f"{100 * x:.1f} %"


def worst(fitted):
    return None if fitted["errors"] is None else max(abs(error) for error in fitted["errors"])


def model_rows(models):
    for (kind, phase), fitted in models.items():
        c, errors = fitted["coefficients"], fitted["errors"]
        rms = None if errors is None else math.sqrt(sum(error**2 for error in errors) / len(errors))
        yield {"kind": kind, "phase": phase, "serial_s": c["serial"], "work_s": c["work"], "latency_s": c["latency"],
               "bandwidth_B_per_s": 1 / c["bandwidth"] if c["bandwidth"] > 0 else "", "points": len(fitted["points"]),
               "left_out_worst": "" if errors is None else worst(fitted), "left_out_rms": "" if rms is None else rms}


def prediction_rows(models, ranks, weak):
    for (kind, phase), fitted in models.items():
        for n in ranks:
            yield {"kind": kind, "phase": phase, **model.predict(fitted, n, weak)}


def print_measured(groups, models):
    print("| phase | ranks | seconds | speed-up | efficiency | calls | bytes | imbalance | model | from the others |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for (kind, phase), points in groups.items():
        if kind == "event":
            continue
        fitted = models.get((kind, phase))
        seen = {point["ranks"]: i for i, point in enumerate(fitted["points"])} if fitted else {}
        for point in points:
            i, calls = seen.get(point["ranks"]), point["messages"] + point["reductions"]
            value = "-" if i is None else f"{float(model.evaluate(fitted['coefficients'], [fitted['points'][i]])[0]):.3g}"
            error = None if i is None or fitted["errors"] is None else fitted["errors"][i]
            print(f"| {phase} | {point['ranks']} | {point['seconds']:.3g} | {point['speedup']:.2f} | {percent(point['efficiency'])} | "
                  f"{number(calls)} | {number(point['bytes'])} | {number(point['imbalance'])} | {value} | {percent(error)} |")


def print_noise(groups):
    """Names totals whose repetitions differ, since medians of them say little."""
    noisy = [point for points in groups.values() for point in points if point["kind"] == collect.TOTAL and point["high"] > NOISY * point["low"]]
    for point in noisy:
        print(f"\nNoisy: repetitions on {point['ranks']} ranks took {point['low']:.3g} to {point['high']:.3g} s; was the machine doing something else?")


def number(x):
    return f"{x:.3g}" if math.isfinite(x) else "-"


def print_predictions(rows, models):
    print("\n| phase | ranks | seconds predicted | range | efficiency |\n|---|---|---|---|---|")
    for row in rows:
        if row["kind"] == "event":
            continue
        print(f"| {row['phase']} | {row['ranks']} | {row['seconds']:.3g} | {row['low']:.3g} to {row['high']:.3g} | {percent(row['efficiency'])} |")
    print("\nPredictions assume:\n" + "\n".join(f"* {line}" for line in model.ASSUMPTIONS.splitlines()))
    doubtful = [key[1] for key, fitted in models.items() if key[0] != "event" and (worst(fitted) is None or worst(fitted) > DOUBTFUL)]
    if doubtful:
        print(f"\nNot to be relied on, since measured points are missed by more than {percent(DOUBTFUL)} or are too few: {', '.join(doubtful)}")


def plot(path, groups, models, ranks, weak, limit=6):
    """Times and efficiencies over ranks: measured medians with their range, model, ideal line."""
    shown = [key for key in groups if key[0] != "event"][:limit]
    figure, (times, efficiencies) = pyplot.subplots(1, 2, figsize=(13, 6), constrained_layout=True)
    for i, key in enumerate(shown):
        points, color = groups[key], f"C{i}"
        P, T = [p["ranks"] for p in points], [p["seconds"] for p in points]
        bars = [[t - p["low"] for t, p in zip(T, points)], [p["high"] - t for t, p in zip(T, points)]]
        times.errorbar(P, T, bars, fmt="o", color=color, label=key[1])
        efficiencies.plot(P, [p["efficiency"] for p in points], "o", color=color, label=key[1])
        far = sorted(set(P) | set(ranks))
        # from one measured point: work per rank, with the rounding of the sizes where they are known
        work = {p["ranks"]: p["work"] for p in points}
        relative = [work.get(n, n / P[0] * points[0]["work"] if weak else points[0]["work"]) / points[0]["work"] for n in far]
        times.plot(far, [T[0] * w * P[0] / n for n, w in zip(far, relative)], ":", color=color, linewidth=0.8)
        if key in models:
            predicted = [row_at(models[key], n, weak) for n in far]
            times.plot(far, [row["seconds"] for row in predicted], "-", color=color, linewidth=1)
            beyond = [row for row in predicted if row["ranks"] not in P]
            times.plot([row["ranks"] for row in beyond], [row["seconds"] for row in beyond], "o", color=color, fillstyle="none")
            times.fill_between(far, [row["low"] for row in predicted], [row["high"] for row in predicted], color=color, alpha=0.15)
            efficiencies.plot(far, [row["efficiency"] for row in predicted], "-", color=color, linewidth=1)
    efficiencies.axhline(1, color="black", linestyle=":", linewidth=0.8)
    times.set(xscale="log", yscale="log", xlabel="ranks", ylabel="s", title="time (dotted: ideal, line: model, open: predicted, band: one point left out)")
    efficiencies.set(xscale="log", xlabel="ranks", ylim=(0, None), title="efficiency")
    for axes in (times, efficiencies):
        axes.set_xticks(sorted({p["ranks"] for key in shown for p in groups[key]} | set(ranks)), minor=False)
        axes.xaxis.set_major_formatter("{x:.0f}")
        axes.xaxis.set_minor_locator(ticker.NullLocator())
    times.legend()
    figure.supxlabel(caption(models, shown), fontsize=9)
    figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)
    pyplot.close(figure)


def row_at(fitted, ranks, weak):
    """The model on a number of ranks, with what was measured there where it was."""
    for point in fitted["points"]:
        if point["ranks"] == ranks:
            row = model.predict(fitted, ranks, weak)
            at = [float(model.evaluate(c, [point])[0]) for c in fitted["spread"] + [fitted["coefficients"]]]
            first = fitted["points"][0]
            faster = first["seconds"] / at[-1] if at[-1] > 0 else math.nan
            return {**row, "seconds": at[-1], "low": min(at), "high": max(at),
                    "efficiency": faster * point["work"] / first["work"] * first["ranks"] / ranks}
    return model.predict(fitted, ranks, weak)


def caption(models, shown):
    errors = [f"{key[1]} {percent(worst(models[key]))}" for key in shown if key in models]
    return "largest error of a measured point predicted from the others: " + (", ".join(errors) or "-")


def report(rows, directory, ranks, image):
    """Writes everything into `directory`; predictions are for `ranks`. Events are in the CSV files only."""
    weak = rows[0]["study"] != "strong"
    groups = by_phase(collect.medians(rows))
    models = fit_all(groups)
    predictions = list(prediction_rows(models, ranks, weak))
    write(os.path.join(directory, "scaling.csv"), collect.COLUMNS, rows,
          ["seconds: slowest rank; messages, reductions, bytes: busiest rank, of its event in PETSc's log; imbalance: slowest over mean"])
    write(os.path.join(directory, "model.csv"), MODEL, model_rows(models), ["T = serial + work W/P lambda + latency log2(P) M + B/bandwidth",
                                                                           "left_out: relative, each measured point predicted from the others"])
    write(os.path.join(directory, "prediction.csv"), PREDICTION, predictions, ["seconds and their parts; assumptions:",
                                                                              *model.ASSUMPTIONS.splitlines()])
    print_measured(groups, models)
    print_noise(groups)
    if predictions:
        print_predictions(predictions, models)
    path = os.path.join(directory, f"scaling.{image}")
    plot(path, groups, models, ranks, weak)
    print(f"\n{path}")
