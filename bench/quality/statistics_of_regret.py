"""Means, intervals, ranks and tests over regrets. Regrets are positive; everything but the median works in logs."""

import numpy as np
from scipy import stats

RESAMPLES = 2000
LEAST_SEEDS = 3  # below these an interval says nothing, and is NaN


def geometric_mean(regrets):
    return float(np.exp(np.mean(np.log(regrets))))


def interval_of_geometric_mean(regrets, rng):
    """95 % percentile bootstrap over the seeds."""
    if len(regrets) < LEAST_SEEDS:
        return (float("nan"), float("nan"))
    logs = np.log(regrets)
    means = rng.choice(logs, (RESAMPLES, len(logs))).mean(axis=1)
    return tuple(np.exp(np.percentile(means, [2.5, 97.5])))


def ratio_over_tasks(pairs, rng):
    """(ratio, low, high) of rival to ours, the geometric mean over tasks of the ratio of geometric means.

    `pairs` holds (ours, rival) for each task, regrets of the same seeds in the same order, or of a single published
    figure as rival. The interval is a bootstrap over the seeds of each task, the same draw for both.
    """
    ours = [np.log(ours) for ours, _ in pairs]
    rivals = [np.log(np.broadcast_to(rival, len(ours_))) for ours_, (_, rival) in zip(ours, pairs)]
    differences = [rival - mine for mine, rival in zip(ours, rivals)]
    point = np.mean([d.mean() for d in differences])
    if min(len(d) for d in differences) < LEAST_SEEDS:
        return (float(np.exp(point)), float("nan"), float("nan"))
    draws = np.mean([rng.choice(d, (RESAMPLES, len(d))).mean(axis=1) for d in differences], axis=0)
    return (float(np.exp(point)), *(float(np.exp(q)) for q in np.percentile(draws, [2.5, 97.5])))


def wilcoxon(ours, rival):
    """Two-sided p of the signed-rank test on the logs of paired regrets; 1 when all pairs are equal."""
    differences = np.log(rival) - np.log(ours)
    if np.allclose(differences, 0):
        return 1.0
    return float(stats.wilcoxon(differences, zero_method="zsplit").pvalue)


def holm(p_values):
    """Holm's step-down adjustment, in the order given."""
    order = np.argsort(p_values)
    adjusted = np.empty(len(p_values))
    highest = 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def ranks(regrets):
    """Ranks from 1 along the first axis (methods); equal regrets share their mean rank."""
    return stats.rankdata(regrets, axis=0)
