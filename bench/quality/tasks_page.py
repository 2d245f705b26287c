"""quality-tasks.md: every task and method."""

import numpy as np

import statistics_of_regret as statistics
from markdown import number, table, with_interval


class TasksPage:
    def __init__(self, results, methods, rng):
        """The first of the methods is ours."""
        self.results = results
        self.ours = methods[0]
        self.methods = methods
        self.rng = rng
        # (task, method) -> whether the difference to ours is significant at 5 %, over the pairs of seeds.
        self.marks = {}

    def cell(self, task, method):
        seeds = sorted(self.results.seeds(task, method))
        if not seeds:
            return "–"
        regrets = self.results.regrets(task, method, seeds)
        triple = (statistics.geometric_mean(regrets), *statistics.interval_of_geometric_mean(regrets, self.rng))
        mark = self.marks.get((task, method), "")
        return f"{with_interval(triple)}; {number(float(np.median(regrets)))}; {len(seeds)}{mark}"

    def find_marks(self, tasks):
        """Paired over seeds, Holm over all tasks and rivals of the suite. + ours is better, - ours is worse."""
        tested = []
        for task in tasks:
            for rival in self.methods[1:]:
                seeds = self.results.common_seeds(task, [self.ours, rival])
                if len(seeds) >= 6:
                    mine = self.results.regrets(task, self.ours, seeds)
                    theirs = self.results.regrets(task, rival, seeds)
                    sign = "+" if statistics.geometric_mean(theirs) > statistics.geometric_mean(mine) else "−"
                    tested.append(((task, rival), sign, statistics.wilcoxon(mine, theirs)))
        adjusted = statistics.holm([p for _, _, p in tested]) if tested else []
        return {key: f" {sign}" for (key, sign, _), p in zip(tested, adjusted) if p < 0.05}

    def text(self):
        parts = []
        for suite in "ABCD":
            tasks = sorted(self.results.group(suite), key=lambda t: (self.results.tasks[t]["half"] == "heldout", t))
            methods = [m for m in self.methods if any(self.results.seeds(task, m) for task in tasks)]
            self.marks |= self.find_marks(tasks)
            rows = []
            for task in tasks:
                about = self.results.tasks[task]
                rows.append([task, about["half"], about["trials"], *[self.cell(task, m) for m in methods]])
            if rows:
                parts.append(f"## Suite {suite}\n\n" + table(["task", "half", "trials", *methods], rows))
        return (
            "# Quality of suggestions, task by task\n\n"
            "Regret after all trials: geometric mean [95 % interval]; median; seeds. + : ours is better than this method, "
            "− : worse, where a Wilcoxon test over the common seeds (6 or more) says so at 5 % after Holm's correction "
            "for all tests of the suite. Seeds differ between methods; the test uses the common ones.\n\n" + "\n".join(parts)
        )
