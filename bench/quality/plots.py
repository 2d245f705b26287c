"""The plots of the report, as SVG that is the same for the same results."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import statistics_of_regret as statistics

matplotlib.rcParams |= {"svg.hashsalt": "sweepd", "svg.fonttype": "none", "font.size": 9, "axes.grid": True}

COLOURS = plt.get_cmap("tab10").colors


def style(method, methods, ours):
    if method == ours:
        return {"color": "black", "linewidth": 2.2, "zorder": 5}
    others = [m for m in methods if m != ours]
    return {"color": COLOURS[others.index(method) % len(COLOURS)], "linewidth": 1.2}


def save(figure, path):
    figure.savefig(path, format="svg", metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)


def panels(count, columns=4):
    rows = -(-count // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(3.2 * columns, 2.5 * rows), squeeze=False)
    for axis in axes.flat[count:]:
        axis.axis("off")
    return figure, list(axes.flat)


def legend(figure, axes, methods):
    handles = {}
    for axis in axes:
        for line, label in zip(*axis.get_legend_handles_labels()):
            handles[label] = line
    ordered = [m for m in methods if m in handles]
    figure.legend([handles[m] for m in ordered], ordered, loc="upper center", ncol=5, bbox_to_anchor=(0.5, 0.02))


def regret_over_trials(results, tasks, methods, ours, path):
    """The geometric mean over all seeds that each method has."""
    figure, axes = panels(len(tasks))
    for axis, task in zip(axes, tasks):
        for method in methods:
            seeds = sorted(results.seeds(task, method))
            if not seeds:
                continue
            logs = np.mean([np.log10(results.curve(task, method, seed)) for seed in seeds], axis=0)
            trials = np.arange(1, len(logs) + 1)
            axis.plot(trials, 10**logs, label=method, **style(method, methods, ours))
        axis.set_yscale("log")
        axis.set_title(task)
        axis.set_xlabel("trials")
    for axis in axes[::4]:
        axis.set_ylabel("regret, geometric mean")
    figure.tight_layout()
    legend(figure, axes, methods)
    save(figure, path)


def rank_over_trials(results, groups, ours, path):
    """`groups`: (title, tasks, methods). The mean rank over tasks and common seeds after each share of the budget."""
    figure, axes = panels(len(groups))
    shares = np.linspace(0.1, 1, 19)
    shown = []
    for axis, (title, tasks, methods) in zip(axes, groups):
        by_task = []
        for task in tasks:
            seeds = results.common_seeds(task, methods)
            curves = np.array([[results.curve(task, m, seed) for seed in seeds] for m in methods])
            at = np.ceil(shares * curves.shape[2]).astype(int) - 1
            by_task.append(statistics.ranks(curves[:, :, at]).mean(axis=1))
        for method, line in zip(methods, np.mean(by_task, axis=0)):
            axis.plot(100 * shares, line, label=method, **style(method, methods, ours))
            if method not in shown:
                shown.append(method)
        axis.invert_yaxis()
        axis.set_title(title)
        axis.set_xlabel("percent of the trials")
    axes[0].set_ylabel("mean rank")
    figure.tight_layout()
    legend(figure, axes, shown)
    save(figure, path)
