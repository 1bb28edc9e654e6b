"""A scaling study: which runs it has, how they are started or submitted, and where they are.

A study is a folder with study.json and one folder for each run, RANKS/REPETITION, with the files of qlbe, PETSc's log.csv and output.txt.
"""
import itertools
import json
import os
import shlex
import subprocess

from scaling import Failure

KINDS = ("strong", "weak-grid", "weak-fibers")
DONE = (0, 3)  # 3, a failed check: on the coarse grids of a study that is a result too


class Study:
    """What is measured; everything that study.json holds."""

    def __init__(self, directory, **fields):
        self.directory = directory
        self.kind = fields["kind"]
        self.command = fields["command"]
        self.deck = fields["deck"]
        self.options = list(fields["options"])
        self.ranks = list(fields["ranks"])
        self.repetitions = fields["repetitions"]
        self.base = fields["base"]  # grid points or fibers on the smallest number of ranks; None if strong
        self.k_range = list(fields["k_range"])
        validate(self)

    def fields(self):
        return {name: value for name, value in vars(self).items() if name != "directory"}

    def size(self, ranks):
        """Grid points along an axis, or number of fibers; None in a strong study."""
        if self.kind == "strong":
            return None
        growth = ranks / self.ranks[0]
        if self.kind == "weak-fibers":
            return max(1, round(self.base * growth))
        return nearest_odd(self.base * growth ** (1 / 6))

    def work(self, ranks):
        """Work relative to that on the smallest number of ranks, with the rounding of the size: N^6 entries, or fibers."""
        if self.kind == "strong":
            return 1.0
        return (self.size(ranks) / self.base) ** (6 if self.kind == "weak-grid" else 1)

    def size_options(self, ranks):
        size = self.size(ranks)
        if self.kind == "weak-grid":
            return ["-grid_points", str(size)]
        if self.kind == "weak-fibers" and self.command == "spectrum":
            low, high = self.k_range
            numbers = [low + (high - low) * i / max(1, size - 1) for i in range(size)]
            return ["-fibers_k", ",".join(f"{k:.12g}" for k in numbers)]
        if self.kind == "weak-fibers":
            return ["-fibers_radial", str(size)]
        return []

    def runs(self):
        """All (ranks, repetition), interleaved: what drifts on the machine meets every number of ranks alike."""
        return [(ranks, i) for i, ranks in itertools.product(range(self.repetitions), self.ranks)]

    def run_directory(self, ranks, repetition):
        return os.path.join(self.directory, str(ranks), str(repetition))

    def is_done(self, ranks, repetition):
        folder = self.run_directory(ranks, repetition)
        results = any(os.path.exists(os.path.join(folder, f"{self.command}.{kind}")) for kind in ("json", "h5"))
        return results and os.path.exists(os.path.join(folder, "log.csv"))

    def arguments(self, ranks, repetition):
        """Words after the name of the program."""
        folder = self.run_directory(ranks, repetition)
        options = [word.replace("{ranks}", str(ranks)) for word in self.options]
        return [self.command, self.deck, *options, *self.size_options(ranks), "-output_directory", folder, "-output_overwrite", "true",
                "-run_resume", "never", "-log_view", f":{os.path.join(folder, 'log.csv')}:ascii_csv"]


def nearest_odd(x):
    return max(3, 2 * round((x - 1) / 2) + 1)


def validate(study):
    if study.kind not in KINDS:
        raise Failure(f"study {study.kind!r}: expected one of {', '.join(KINDS)}")
    if not study.ranks or min(study.ranks) < 1 or sorted(set(study.ranks)) != study.ranks:
        raise Failure("the numbers of ranks have to be positive and to ascend")
    if study.repetitions < 1:
        raise Failure("at least one repetition is needed")
    if study.kind == "strong":
        return
    if study.base is None or study.base < 1:
        raise Failure(f"a {study.kind} study needs --base, the {'grid points' if study.kind == 'weak-grid' else 'fibers'} on {study.ranks[0]} ranks")
    if study.kind == "weak-grid" and (study.base % 2 == 0 or study.base < 3):
        raise Failure(f"--base {study.base}: the grid has an odd number of points, 3 at least")
    if study.kind == "weak-fibers" and study.command not in ("spectrum", "evolve"):
        raise Failure("the number of fibers grows in spectrum (-fibers_k) and evolve (-fibers_radial) only")


def save(study):
    """Writes study.json; a folder with another study is an error, with the same one it is gone on with."""
    path = os.path.join(study.directory, "study.json")
    if os.path.exists(path) and load(study.directory).fields() != study.fields():
        raise Failure(f"{path} is another study; take another folder")
    os.makedirs(study.directory, exist_ok=True)
    with open(path, "w") as file:
        json.dump(study.fields(), file, indent=1)


def load(directory):
    path = os.path.join(directory, "study.json")
    try:
        with open(path) as file:
            return Study(directory, **json.load(file))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Failure(f"{path}: not a study ({error})") from None


def start(study, template, program, say):
    """Runs what is missing one by one, or submits it. `template` are words with {ranks}; they get `program` (unless it is None) and the
    arguments of qlbe behind them."""
    missing = [run for run in study.runs() if not study.is_done(*run)]
    for i, (ranks, repetition) in enumerate(missing):
        folder = study.run_directory(ranks, repetition)
        os.makedirs(folder, exist_ok=True)
        words = [word.replace("{ranks}", str(ranks)) for word in shlex.split(template)]
        words += ([program] if program else []) + study.arguments(ranks, repetition)
        say(f"{i + 1} of {len(missing)}: {ranks} ranks, repetition {repetition}")
        execute(words, os.path.join(folder, "output.txt"), (0,) if program is None else DONE)
        if program is not None and not study.is_done(ranks, repetition):
            raise Failure(f"{folder}: the run ended without results or without PETSc's log; is PETSc built with logging?")


def execute(words, output, good):
    try:
        with open(output, "w") as file:
            status = subprocess.run(words, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError as error:
        raise Failure(f"{words[0]}: {error.strerror}") from None
    if status not in good:
        raise Failure(f"status {status} of {shlex.join(words[:6])} ...: {last_word(output)} (all of it in {output})")


def last_word(path):
    """The line of the program's output that says most about an error."""
    with open(path, errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no output"])[0 if errors else -1]
