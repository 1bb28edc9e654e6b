#!/usr/bin/python3
"""Scaling studies of qlbe: runs or submits them, collects times, messages and imbalance, fits a model and predicts larger numbers of ranks.

    tools/scaling.py measure DIRECTORY --deck DECK --ranks 1,2,4,8 [--study strong|weak-grid|weak-fibers --base N] [...]
    tools/scaling.py report DIRECTORY      of the runs that have finished: tables, model, plot
    tools/scaling.py fit FILE.csv          the same from a table scaling.csv, which may come from anywhere

`measure` runs what is missing in DIRECTORY, repetitions interleaved, and reports. With --submit it submits one job for each
run and ends; report afterwards. Examples:

    tools/scaling.py measure out/strong --deck inputs/quickstart.yaml --ranks 1,2,4,8
    tools/scaling.py measure out/weak --deck inputs/quickstart.yaml --study weak-grid --base 15 --ranks 1,2,4,8
    tools/scaling.py measure out/big --deck my.yaml --ranks 16,32,64 --submit "sbatch --ntasks={ranks} jobs/run.sbatch"

Writes scaling.csv, model.csv, prediction.csv and scaling.svg into DIRECTORY, and a summary to standard output; docs/scaling.md says what is in
them. Exit status: 0 done, 2 bad input or a run that failed, with one line on standard error.

Needs numpy, h5py and matplotlib; on Debian /usr/bin/python3 with the packages python3-h5py and python3-matplotlib.
"""
import argparse
import os
import shlex
import shutil
import sys

try:
    from scaling import Failure, collect, report, study
except ModuleNotFoundError as error:
    sys.exit(f"scaling.py: {error}; on Debian: apt-get install python3-h5py python3-matplotlib, and /usr/bin/python3")

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Parser(argparse.ArgumentParser):
    """Errors in one line."""

    def error(self, message):
        self.exit(2, f"scaling.py: {message}\n")


def counts(text):
    """A list of positive integers, ascending."""
    try:
        numbers = [int(word) for word in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < 1 or sorted(set(numbers)) != numbers:
        raise argparse.ArgumentTypeError(f"{text!r}: expected positive integers that ascend, such as 1,2,4")
    return numbers


def interval(text):
    try:
        low, high = (float(word) for word in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: expected two numbers, such as 0.1,1") from None
    if not 0 < low < high < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r}: expected 0 < LOW < HIGH")
    return [low, high]


def pair(text):
    phase, equals, event = text.partition("=")
    if not (phase and equals and event):
        raise argparse.ArgumentTypeError(f"{text!r}: expected PHASE=EVENT")
    return phase, event


def fraction(text):
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number from 0 to 1")
    return value


def add_report_options(parser):
    parser.add_argument("--predict", type=counts, default=[64, 256, 1024], metavar="P,...", help="numbers of ranks to predict (64,256,1024)")
    parser.add_argument("--image", choices=("svg", "png"), default="svg", help="kind of the plot (svg)")


def add_collect_options(parser):
    parser.add_argument("--map", type=pair, action="append", default=[], metavar="PHASE=EVENT",
                        help="the event of PETSc's log that has messages, bytes and imbalance of a phase; may be repeated. Known: "
                        + ", ".join(f"{phase}={event}" for phase, event in collect.EVENT_OF_PHASE.items()))
    parser.add_argument("--threshold", type=fraction, default=0.02, metavar="X",
                        help="events of PETSc's log that take this part of the total have rows of their own (0.02)")


def parser():
    result = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = result.add_subparsers(dest="action", required=True, metavar="measure|report|fit", parser_class=Parser)
    measure = commands.add_parser("measure", help="run or submit a study", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    measure.add_argument("directory")
    measure.add_argument("--deck", required=True)
    measure.add_argument("--ranks", type=counts, required=True, metavar="P,...", help="numbers of ranks")
    measure.add_argument("--command", default="diffusion", choices=("diffusion", "spectrum", "evolve", "momentum"))
    measure.add_argument("--study", default="strong", choices=study.KINDS,
                         help="strong: one size; weak-grid: grid points with N^6/ranks as constant as odd N allow; weak-fibers: fibers/ranks constant")
    measure.add_argument("--base", type=int, metavar="N", help="weak: grid points along an axis, or fibers, on the smallest number of ranks")
    measure.add_argument("--k-range", type=interval, default=[0.1, 1.0], metavar="LOW,HIGH", help="weak-fibers, spectrum: wave numbers")
    measure.add_argument("--repeat", type=int, default=3, metavar="N", help="repetitions; medians are reported")
    measure.add_argument("--options", default="", metavar="'-KEY VALUE ...'",
                         help="more options of qlbe, {ranks} being replaced; write --options='...' with the equals sign")
    measure.add_argument("--program", default=os.path.join(TOP, "build/release/bin/qlbe"))
    how = measure.add_mutually_exclusive_group()
    how.add_argument("--launcher", default="mpirun -n {ranks}", help="words that start the program on {ranks} ranks")
    how.add_argument("--submit", metavar="WORDS", help="submit instead, such as 'sbatch --ntasks={ranks} jobs/run.sbatch'; "
                     "they get COMMAND DECK OPTIONS behind them")
    add_collect_options(measure)
    add_report_options(measure)
    again = commands.add_parser("report", help="report what has finished")
    again.add_argument("directory")
    add_collect_options(again)
    add_report_options(again)
    fit = commands.add_parser("fit", help="model and plot of a table")
    fit.add_argument("table", metavar="FILE.csv")
    fit.add_argument("--output", metavar="DIRECTORY", help="default: the folder `fit` next to the table")
    add_report_options(fit)
    return result


def measured(directory, arguments):
    """Reports the finished runs of the study in `directory`."""
    what = study.load(directory)
    rows, missing = collect.collect(what, {**collect.EVENT_OF_PHASE, **dict(arguments.map)}, arguments.threshold)
    if not rows:
        raise Failure(f"{directory}: no run has finished yet")
    if missing:
        print(f"{missing} of {len(what.runs())} runs have not finished\n")
    report.report(rows, directory, arguments.predict, arguments.image)


def measure(arguments):
    template = arguments.submit or arguments.launcher
    if "{ranks}" not in template:
        raise Failure(f"{'--submit' if arguments.submit else '--launcher'} {template!r} does not say {{ranks}}")
    if not os.path.isfile(arguments.deck):
        raise Failure(f"{arguments.deck}: no such deck")
    if not arguments.submit and not shutil.which(arguments.program):
        raise Failure(f"{arguments.program}: no such program; see --program")
    if ":" in arguments.directory:
        raise Failure(f"{arguments.directory}: PETSc's log cannot go into a folder with a colon in its name")
    what = study.Study(arguments.directory, kind=arguments.study, command=arguments.command, deck=arguments.deck,
                       options=shlex.split(arguments.options), ranks=arguments.ranks, repetitions=arguments.repeat, base=arguments.base,
                       k_range=arguments.k_range)
    study.save(what)
    study.start(what, template, None if arguments.submit else arguments.program, lambda line: print(line, flush=True))
    if not arguments.submit:
        measured(arguments.directory, arguments)


def fit(arguments):
    rows = collect.read_rows(arguments.table)
    directory = arguments.output or os.path.join(os.path.dirname(os.path.abspath(arguments.table)), "fit")
    if len({row["ranks"] for row in rows}) < 2:
        raise Failure(f"{arguments.table}: a model needs measurements on two different numbers of ranks at least")
    os.makedirs(directory, exist_ok=True)
    report.report(rows, directory, arguments.predict, arguments.image)


def main():
    arguments = parser().parse_args()
    if arguments.action == "measure":
        measure(arguments)
    elif arguments.action == "report":
        measured(arguments.directory, arguments)
    else:
        fit(arguments)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"scaling.py: {failure}", file=sys.stderr)
        sys.exit(2)
