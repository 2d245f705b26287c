"""Figures that others have measured, and what ours must reach.

The figures are geometric-mean regrets over 10 seeds at 50 and 100 trials on the seven functions, in the order of
results.SEVEN. They were measured on another machine and with other seeds, so that a factor below 2 means nothing.
"""

import numpy as np

import statistics_of_regret as statistics
from results import SEVEN

FIGURES = {
    "W&B bayes": {
        50: [0.0022, 0.29, 4.9, 2.0, 169, 2.5, 118],
        100: [0.0013, 0.24, 4.7, 1.3, 45, 2.5, 99],
    },
    "prototype (half-rank, LogEI/UCB)": {
        50: [4e-5, 0.0014, 1.5, 1.0, 6.8, 0.70, 62],
        100: [3e-6, 1e-4, 0.047, 0.11, 1.6, 0.12, 19],
    },
    "Optuna GPSampler, as published there": {
        50: [9e-5, 0.029, 4.6, 2.4, 213, 2.5, 123],
        100: [1.9e-5, 0.0085, 4.1, 0.83, 24, 2.4, 84],
    },
    "Optuna TPE, as published there": {
        50: [0.25, 0.38, 5.6, 2.8, 201, 2.2, 92],
        100: [0.027, 0.17, 3.5, 0.94, 26, 1.9, 58],
    },
}

# rival -> least ratio of its regret to ours at 50 and at 100 trials.
REQUIRED = {
    "optuna-gp": {50: 4, 100: 12},
    "optuna-tpe": {50: 20, 100: 50},
    "W&B bayes": {50: 8, 100: 40},
    "prototype (half-rank, LogEI/UCB)": {50: 1 / 1.3, 100: 1 / 1.3},
}


def ratio(results, ours, rival, trials, rng):
    """(ratio, low, high, seeds, functions): of the rival's regret to ours over the seven functions; None without runs."""
    pairs = []
    counts = []
    for place, task in enumerate(SEVEN):
        if rival in FIGURES:
            seeds = sorted(results.seeds(task, ours))
            theirs = FIGURES[rival][trials][place]
        else:
            seeds = results.common_seeds(task, [ours, rival])
            theirs = results.regrets(task, rival, seeds, trials) if seeds else None
        if seeds:
            pairs.append((results.regrets(task, ours, seeds, trials), theirs))
            counts.append(len(seeds))
    if not pairs:
        return None
    return (*statistics.ratio_over_tasks(pairs, rng), min(counts), len(pairs))


def per_function(results, ours, rival, trials):
    """The ratio of each function alone; NaN without common seeds."""
    ratios = []
    for task in SEVEN:
        seeds = results.common_seeds(task, [ours, rival])
        if not seeds:
            ratios.append(float("nan"))
            continue
        theirs = statistics.geometric_mean(results.regrets(task, rival, seeds, trials))
        ratios.append(theirs / statistics.geometric_mean(results.regrets(task, ours, seeds, trials)))
    return np.array(ratios)
