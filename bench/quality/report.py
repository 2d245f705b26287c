#!/usr/bin/env python3
"""Writes docs/benchmarks/quality.md, quality-tasks.md and the plots from files of results.

    report.py [--ours bayes] [--out docs/benchmarks] [--date 2026-11-25] RESULTS.jsonl...

Numbers are only compared over seeds that all compared methods have; how many these are stands beside them.
"""

import argparse
import datetime
import math
import pathlib
import platform
import subprocess

import numpy as np

import bars
import plots
import statistics_of_regret as statistics
from markdown import counted, number, table, with_interval, yes_or_no
from results import SEVEN, Results
from tasks_page import TasksPage

PURPOSE = """\
How good are the suggestions of `bayes`, next to those of other projects, on the same tasks? Made by
`bench/quality/run.sh`, which says how to make it again; the tasks and methods are described in
[bench/README.md](../../bench/README.md). Every objective is minimised. Regret is the best noise-free value found, less the
optimum; lower is better. Intervals are 95 % bootstraps over the seeds. Tasks of the *tuning* half may have been looked at
while the engine was made, those of the *held-out* half were not.
"""

# Tasks where what a user would pick, the best observed trial, is not the best that was tried.
NOISY = ["noisy_branin", "noisy_hartmann6", "noisy_mixed", "heavy_tails", "outlier_valley"]


class Report:
    def __init__(self, results, ours, date):
        self.results = results
        self.ours = ours
        self.date = date
        self.rng = np.random.default_rng(0)
        # The variant that ignores pending trials is no competitor.
        self.methods = [ours] + [m for m in results.methods() if m != ours and not m.endswith("ignoring-pending")]

    def rivals(self):
        return self.methods[1:]

    # ---- The parts of the page.

    def versions(self):
        commit = subprocess.run(
            ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
        ).stdout.strip()
        rows = []
        for method in self.methods:
            own = method in (self.ours, "random", "sobol", "grid")
            version = f"sweepd {commit}" if own else self.results.versions[method]
            counts = []
            for suite in "ABCD":
                tasks = self.results.group(suite)
                seeds = [len(self.results.seeds(task, method)) for task in tasks]
                ran = [s for s in seeds if s]
                if not ran:
                    counts.append("–")
                    continue
                span = str(ran[0]) if min(ran) == max(ran) else f"{min(ran)}–{max(ran)}"
                counts.append(span if len(ran) == len(tasks) else f"{span} ({len(ran)} of {len(tasks)} tasks)")
            rows.append([method, version, *counts])
        machine = f"{self.date}, {platform.machine()}, Python {platform.python_version()}, one thread each."
        return f"{machine} Seeds that ran in each suite:\n\n" + table(["method", "version", *"ABCD"], rows)

    def bars(self):
        rows = []
        for rival, required in bars.REQUIRED.items():
            for trials, least in required.items():
                found = bars.ratio(self.results, self.ours, rival, trials, self.rng)
                if found is None:
                    rows.append([rival, trials, "not run", number(least), "–", "–"])
                    continue
                *triple, seeds, functions = found
                reached = yes_or_no(triple[0] >= least)
                where = f"{seeds}" if functions == len(SEVEN) else f"{seeds} ({functions} functions)"
                rows.append([rival, trials, with_interval(triple), number(least), reached, where])
        head = ["rival", "trials", "regret of rival / ours", "required", "reached", "seeds"]
        return table(head, rows)

    def other_ratios(self):
        rows = []
        for rival in [r for r in self.rivals() if r not in bars.REQUIRED] + [
            r for r in bars.FIGURES if r not in bars.REQUIRED
        ]:
            for trials in (50, 100):
                found = bars.ratio(self.results, self.ours, rival, trials, self.rng)
                if found is not None:
                    *triple, seeds, functions = found
                    rows.append([rival, trials, with_interval(triple), seeds, functions])
        return table(["rival", "trials", "regret of rival / ours", "seeds", "functions"], rows)

    def functions(self):
        rows = []
        for task in [*SEVEN, "ackley20"]:
            if task not in self.results.tasks:
                continue
            for trials in (25, 50, 100):
                cells = [task, trials]
                for method in self.methods:
                    seeds = sorted(self.results.seeds(task, method))
                    cells.append(
                        number(statistics.geometric_mean(self.results.regrets(task, method, seeds, trials)))
                        if seeds
                        else "–"
                    )
                rows.append(cells)
        return table(["function", "trials", *self.methods], rows)

    def against_tpe(self):
        if "optuna-tpe" not in self.methods:
            return "Optuna's TPE did not run.\n"
        rows = []
        for trials in (50, 100):
            ratios = bars.per_function(self.results, self.ours, "optuna-tpe", trials)
            worse = [task for task, r in zip(SEVEN, ratios) if r < 1]
            rows.append([trials, *map(number, ratios), ", ".join(worse) or "none"])
        return table(["trials", *SEVEN, "ours is worse on"], rows)

    def workers(self):
        blind = f"{self.ours}-ignoring-pending"
        rows = []
        for workers in (4, 8, 16):
            against_one, against_blind, seeds_of = [], [], set()
            for function in SEVEN:
                task = f"{function}_w{workers}"
                if task not in self.results.tasks:
                    continue
                seeds = sorted(self.results.seeds(task, self.ours) & self.results.seeds(function, self.ours))
                if seeds:
                    one = self.results.regrets(function, self.ours, seeds)
                    against_one.append((one, self.results.regrets(task, self.ours, seeds)))
                    seeds_of.add(len(seeds))
                seeds = self.results.common_seeds(task, [self.ours, blind])
                if seeds:
                    mine = self.results.regrets(task, self.ours, seeds)
                    against_blind.append((self.results.regrets(task, blind, seeds), mine))
            if not against_one:
                continue
            one = statistics.ratio_over_tasks(against_one, self.rng)
            ignoring = statistics.ratio_over_tasks(against_blind, self.rng) if against_blind else (math.nan,) * 3
            reached = ["–", "–"]
            if workers == 8:
                reached = [yes_or_no(one[0] <= 3), "–" if math.isnan(ignoring[0]) else yes_or_no(ignoring[0] <= 1 / 3)]
            rows.append([workers, with_interval(one), reached[0], with_interval(ignoring), reached[1], min(seeds_of)])
        if not rows:
            return "Suite D did not run.\n"
        head = ["workers", "regret / that of 1 worker", "at most 3", "regret / ignoring pending", "at most 1/3", "seeds"]
        return table(head, rows)

    def finite_spaces(self):
        rows = []
        for task, trials in (("tiny_12", 12), ("tiny_108", 40)):
            for method in self.methods:
                runs = [self.results.runs[task, method, s] for s in sorted(self.results.seeds(task, method))]
                if not runs:
                    continue
                distinct = [run["distinct"] for run in runs]
                made = [len(run["truth"]) for run in runs]
                rows.append([task, method, f"{np.mean(made):.1f}", f"{np.mean(distinct):.1f} of {trials}", len(runs)])
        return table(["space", "method", "trials", "distinct", "seeds"], rows)

    def rank_groups(self):
        """(title, tasks, methods, seeds): for each number of seeds, the methods that ran so many on all tasks."""
        for suite, half in (("A", None), ("B", "tuning"), ("B", "heldout"), ("C", "tuning"), ("C", "heldout")):
            tasks = [t for t in SEVEN if t in self.results.tasks] if suite == "A" else self.results.group(suite, half)
            if not tasks:
                continue
            counts = {m: min(len(self.results.seeds(task, m)) for task in tasks) for m in self.methods}
            there = [m for m in self.methods if counts[m] > 0]
            if self.ours not in there:
                continue
            known = []
            for least in sorted({counts[m] for m in there}, reverse=True):
                methods = [m for m in there if counts[m] >= least]
                if self.ours not in methods or len(methods) < 2 or methods in known:
                    continue
                known.append(methods)
                seeds = min(len(self.results.common_seeds(task, methods)) for task in tasks)
                if seeds:
                    yield "A, the seven functions" if suite == "A" else f"{suite}, {half}", tasks, methods, seeds

    def plotted_groups(self):
        """Of each title the group with the most methods that has at least 5 seeds, or else with the most seeds."""
        chosen = {}
        for title, tasks, methods, seeds in self.rank_groups():
            if title not in chosen or seeds >= 5:
                chosen[title] = (title, tasks, methods)
        return list(chosen.values())

    def rank_table(self, tasks, methods):
        """Mean rank; geometric-mean ratio; tasks won, and Holm-corrected p over the tasks."""
        by_task, logs = [], []
        for task in tasks:
            seeds = self.results.common_seeds(task, methods)
            regrets = np.array([self.results.regrets(task, m, seeds) for m in methods])
            by_task.append(statistics.ranks(regrets).mean(axis=1))
            logs.append(np.log(regrets).mean(axis=1))
        mean_rank = np.mean(by_task, axis=0)
        logs = np.array(logs)
        mine = methods.index(self.ours)
        others = [i for i in range(len(methods)) if i != mine]
        p_values = statistics.holm([statistics.wilcoxon(np.exp(logs[:, mine]), np.exp(logs[:, i])) for i in others])
        rows = []
        for i in np.argsort(mean_rank):
            row = [methods[i], f"{mean_rank[i]:.2f}"]
            if i == mine:
                row += ["", "", ""]
            else:
                difference = logs[:, i] - logs[:, mine]
                better = int(np.sum(difference > 1e-9))
                worse = int(np.sum(difference < -1e-9))
                row += [
                    number(float(np.exp(difference.mean()))),
                    f"{better} : {worse}",
                    f"{p_values[others.index(i)]:.2g}",
                ]
            rows.append(row)
        head = ["method", "mean rank", "its regret / ours", "tasks where ours is better : worse", "p (Holm)"]
        return f"{len(tasks)} tasks.\n\n" + table(head, rows)

    def all_ranks(self):
        parts = []
        for title, tasks, methods, seeds in self.rank_groups():
            parts.append(f"### {title}: {len(methods)} methods, {counted(seeds, 'seed')}\n\n{self.rank_table(tasks, methods)}")
        return "\n".join(parts)

    def pairs(self):
        """Ours against each rival alone, on whatever tasks and seeds both have."""
        rows = []
        for suite, half in (("A", None), ("B", "tuning"), ("B", "heldout"), ("C", "tuning"), ("C", "heldout")):
            of_suite = self.results.group(suite, half)
            for rival in self.rivals():
                common = {task: self.results.common_seeds(task, [self.ours, rival]) for task in of_suite}
                tasks = [task for task in of_suite if common[task]]
                if not tasks:
                    continue
                seeds = [len(common[task]) for task in tasks]
                mine, theirs = (
                    [statistics.geometric_mean(self.results.regrets(task, m, common[task])) for task in tasks]
                    for m in (self.ours, rival)
                )
                difference = np.log(theirs) - np.log(mine)
                rows.append(
                    [
                        f"{suite}, {half}" if half else suite,
                        rival,
                        f"{len(tasks)} of {len(of_suite)}",
                        min(seeds) if min(seeds) == max(seeds) else f"{min(seeds)}–{max(seeds)}",
                        number(float(np.exp(difference.mean()))),
                        f"{int(np.sum(difference > 1e-9))} : {int(np.sum(difference < -1e-9))}",
                        f"{statistics.wilcoxon(np.array(mine), np.array(theirs)):.2g}",
                    ]
                )
        head = ["suite", "rival", "tasks", "seeds", "its regret / ours", "ours is better : worse", "p"]
        return table(head, rows)

    def times(self):
        rows = []
        for method in self.methods:
            for suite in "ABC":
                times = self.results.waiting_times(method, suite)
                if times.size:
                    p50, p95 = np.percentile(times, [50, 95])
                    rows.append([method, suite, number(p50), number(p95), times.size])
        return table(["method", "suite", "p50, ms", "p95, ms", "suggestions"], rows)

    def chosen(self):
        tasks = [task for task in NOISY if task in self.results.tasks]
        rows = []
        for task in tasks:
            cells = [task]
            for method in self.methods:
                seeds = sorted(self.results.seeds(task, method))
                regrets = self.results.chosen_regrets(task, method, seeds) if seeds else None
                cells.append(number(statistics.geometric_mean(regrets)) if seeds else "–")
            rows.append(cells)
        return table(["task", *self.methods], rows)

    # ---- The page.

    def page(self):
        return f"""\
# Quality of suggestions

{PURPOSE}
{self.versions()}
## What the engine must reach

The geometric mean, over the seven functions of suite A, of the ratio of geometric-mean regrets. What has no seeds of its own
in this run are figures from the design document, measured once on another machine over 10 seeds.

{self.bars()}
No function may be worse than Optuna's TPE: ratio of its regret to ours for each.

{self.against_tpe()}
Eight workers: geometric mean over the functions of suite D after 100 trials.

{self.workers()}
Finite spaces: no point twice.

{self.finite_spaces()}
## Against the others that run here

{self.other_ratios()}
![Regret over trials](quality-regret.svg)

## Mean ranks

A rank is taken for each task and seed after all trials. p is of a two-sided Wilcoxon signed-rank test over the tasks on the
differences of mean log regret, corrected by Holm's method within each table. Several tables of one suite differ in who is in
them: the more methods, the fewer seeds that all of them have. With 6 or 7 tasks no p below 0.016 is possible before the
correction. A method that ran only a part of a suite is in the table after these.

{self.all_ranks()}
![Mean rank over trials](quality-ranks.svg)

## One against one

Each rival alone, on all tasks and seeds that both have, also where it ran only a part of the suite; ackley20 counts as a
task of A here. p is of a Wilcoxon signed-rank test over the tasks, and is not corrected.

{self.pairs()}
## Suite A in numbers

Geometric-mean regret over all seeds that each method has. [quality-tasks.md](quality-tasks.md) has every task.

{self.functions()}
## Where the results are noisy

Regret of the trial with the best observed objective, which is what a user would pick, instead of the best one that was tried:

{self.chosen()}
## Time

How long a trial waited for its suggestion, telling the result before it included; on a machine that was shared with other
work, so that only large differences mean something. `bayes` may have its next suggestion ready before it is asked.

{self.times()}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", default="bayes", help="the method that the others are compared with")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("docs/benchmarks"))
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    parser.add_argument("files", nargs="+")
    flags = parser.parse_args()
    results = Results(flags.files)
    if flags.ours not in results.versions:
        parser.error(f"the results hold nothing of {flags.ours}")
    report = Report(results, flags.ours, flags.date)
    flags.out.mkdir(parents=True, exist_ok=True)
    (flags.out / "quality.md").write_text(report.page(), encoding="utf-8")
    (flags.out / "quality-tasks.md").write_text(TasksPage(results, report.methods, report.rng).text(), encoding="utf-8")
    functions = [t for t in [*SEVEN, "ackley20"] if t in results.tasks]
    plots.regret_over_trials(results, functions, report.methods, report.ours, flags.out / "quality-regret.svg")
    plots.rank_over_trials(results, report.plotted_groups(), report.ours, flags.out / "quality-ranks.svg")


if __name__ == "__main__":
    main()
