"""Reads the runs of a study: phases from the results of qlbe, events and stages from PETSc's log.

PETSc's log (-log_view :FILE:ascii_csv) has a line for each stage, event and rank: calls, seconds, messages sent, bytes sent, reductions and
FLOP. `summary` is a whole stage. All collective operations count as reductions, those of qlbe included since petsc.h redefines the MPI
calls; of their bytes PETSc counts MPI_Alltoall(v), MPI_Gather(v) and MPI_Scatter(v), but not MPI_Allgather(v), MPI_Allreduce and MPI_Bcast.
"""
import csv
import json
import math
import os
import statistics
from collections import defaultdict

import h5py

from scaling import Failure

COLUMNS = ("study", "ranks", "size", "work", "repetition", "kind", "phase", "seconds", "speedup", "efficiency", "messages", "reductions",
           "bytes", "imbalance")
TOTAL = "total"
EVENT_OF_PHASE = {"assembly": "QlbeAssembly", "eigenvalues": "EPSSolve", "perturbation": "KSPSolve", "propagation": "MFNSolve"}


def wall_times(directory, command):
    """Seconds by phase, the maximum over the ranks, from COMMAND.json or else COMMAND.h5."""
    path = os.path.join(directory, command)
    try:
        if os.path.exists(path + ".json"):
            with open(path + ".json") as file:
                return {name: float(value) for name, value in json.load(file)["wall_time"].items()}
        with h5py.File(path + ".h5", "r") as file:
            return {name: float(value[()].flat[0]) for name, value in file["wall_time"].items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise Failure(f"{path}: no wall times there ({error})") from None


def petsc_log(path):
    """What each rank did in each event, summed over stages: {event: {rank: (seconds, messages, bytes, reductions)}}; TOTAL is everything."""
    events = defaultdict(lambda: defaultdict(lambda: [0.0] * 4))
    try:
        with open(path, newline="") as file:
            for row in csv.reader(file):
                if len(row) < 9 or row[0] == "Stage Name":
                    continue
                name = TOTAL if row[1] == "summary" else row[1].strip()
                rank, numbers = int(row[2]), [float(row[i]) for i in (4, 5, 6, 7)]
                totals = events[name][rank]
                for i, number in enumerate(numbers):
                    totals[i] += number
    except (OSError, ValueError) as error:
        raise Failure(f"{path}: not a log of PETSc as CSV ({error})") from None
    if TOTAL not in events:
        raise Failure(f"{path}: not a log of PETSc as CSV (no stage in it)")
    return events


def over_ranks(ranks):
    """One event: seconds of the slowest rank, counts of the busiest rank, and slowest over mean."""
    columns = list(zip(*ranks.values()))
    slowest, mean = max(columns[0]), statistics.fmean(columns[0])
    return {"seconds": slowest, "messages": max(columns[1]), "bytes": max(columns[2]), "reductions": max(columns[3]),
            "imbalance": slowest / mean if mean > 0 else 1.0}


def run_rows(directory, command, event_of_phase):
    """Rows of one run: its phases, its events, and the total."""
    events = {name: over_ranks(ranks) for name, ranks in petsc_log(os.path.join(directory, "log.csv")).items()}
    unknown = {"messages": math.nan, "reductions": math.nan, "bytes": math.nan, "imbalance": math.nan}
    for phase, seconds in wall_times(directory, command).items():
        counts = events.get(event_of_phase.get(phase), unknown)
        yield {**counts, "kind": "phase", "phase": phase, "seconds": seconds}
    total = events.pop(TOTAL)
    yield {**total, "kind": TOTAL, "phase": TOTAL}
    for name, counts in events.items():
        yield {**counts, "kind": "event", "phase": name}


def collect(study, event_of_phase, threshold):
    """Rows of all finished runs of a study, and the number of those that are missing. Events that take `threshold` of the total in no
    run are left out."""
    rows, missing = [], 0
    for ranks, repetition in study.runs():
        if not study.is_done(ranks, repetition):
            missing += 1
            continue
        for row in run_rows(study.run_directory(ranks, repetition), study.command, event_of_phase):
            rows.append({**row, "study": study.kind, "ranks": ranks, "size": study.size(ranks) or "", "work": study.work(ranks),
                         "repetition": repetition})
    total = {(row["ranks"], row["repetition"]): row["seconds"] for row in rows if row["kind"] == TOTAL}
    large = {row["phase"] for row in rows if row["seconds"] >= threshold * total[row["ranks"], row["repetition"]]}
    rows = [row for row in rows if row["kind"] != "event" or row["phase"] in large]
    add_speedups(rows)
    return rows, missing


def add_speedups(rows):
    """Against the median on the smallest number of ranks: speed-up, per unit of work, and efficiency, speed-up per rank."""
    base = {}
    for point in medians(rows):
        base.setdefault((point["kind"], point["phase"]), point)
    for row in rows:
        first = base[row["kind"], row["phase"]]
        faster = first["seconds"] / row["seconds"] if row["seconds"] > 0 else math.nan
        row["speedup"] = first["ranks"] * faster * row["work"] / first["work"]
        row["efficiency"] = row["speedup"] / row["ranks"]


def medians(rows):
    """One row for each phase and number of ranks, ascending: medians over repetitions, with `low` and `high` seconds."""
    groups = defaultdict(list)
    for row in rows:
        groups[row["kind"], row["phase"], row["ranks"]].append(row)
    points = []
    for (kind, phase, ranks), group in sorted(groups.items(), key=lambda item: item[0][2]):
        seconds = [row["seconds"] for row in group]
        point = {"kind": kind, "phase": phase, "ranks": ranks, "work": group[0]["work"], "size": group[0].get("size", ""), "low": min(seconds),
                 "high": max(seconds)}
        for name in ("seconds", "speedup", "efficiency", "messages", "reductions", "bytes", "imbalance"):
            values = [row[name] for row in group if name in row]
            point[name] = statistics.median(values) if values else math.nan
        points.append(point)
    return points


def read_rows(path):
    """Rows of a scaling.csv."""
    try:
        with open(path, newline="") as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
        if not rows:
            raise ValueError("no rows")
        for row in rows:
            row["ranks"] = int(row["ranks"])
            for name in ("work", "seconds", "messages", "reductions", "bytes", "imbalance"):
                row[name] = float(row[name])
            if row["ranks"] < 1 or not (row["seconds"] >= 0 and math.isfinite(row["seconds"])) or not row["work"] > 0:
                raise ValueError(f"{row['ranks']} ranks, work {row['work']}, {row['seconds']} seconds")
            if row["kind"] not in ("phase", "event", TOTAL) or row["study"] != rows[0]["study"]:
                raise ValueError(f"kind {row['kind']!r}, study {row['study']!r}")
        add_speedups(rows)
        return rows
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise Failure(f"{path}: not a table of scaling.py ({type(error).__name__}: {error})") from None
