#!/usr/bin/env python3
"""Makes the tables of suite C: cross-validated errors of scikit-learn models on its bundled data sets.

    make_tables.py [NAME ...]        the named tables, or all; a few minutes on one core

Each table is the full grid of one model's hyperparameters on one data set, three folds that are the same for every row.
The heading says what a column is (see bench/quality/table.h). The last column is the error: the share of wrong
predictions, the cross-entropy, or the root mean square error in standard deviations of the target; lower is better.
Everything random has a fixed seed, so that the same versions make the same tables.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import itertools
import pathlib
import sys
import time
import warnings

import numpy as np
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

FOLDER = pathlib.Path(__file__).resolve().parent
FOLDS = 3

SCALERS = {"none": FunctionTransformer, "standard": StandardScaler, "minmax": MinMaxScaler}


def load(name, rows=None):
    """Features and target; `rows` of them, drawn once. The target of a regression is standardised."""
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    if rows is not None:
        chosen = np.random.default_rng(0).permutation(len(y))[:rows]
        x, y = x[chosen], y[chosen]
    return (x, (y - y.mean()) / y.std()) if name == "diabetes" else (x, y)


def splits(x, y):
    kind = KFold if np.issubdtype(y.dtype, np.floating) else StratifiedKFold
    return list(kind(FOLDS, shuffle=True, random_state=0).split(x, y))


def wrong(model, x, y):
    return np.mean(model.predict(x) != y)


def rmse(model, x, y):
    return np.sqrt(np.mean((model.predict(x) - y) ** 2))


def entropy(model, x, y):
    return log_loss(y, model.predict_proba(x), labels=model.classes_)


def cross_validated(make, loss, x, y):
    """The mean loss over the folds of the model that `make` returns."""
    return np.mean([loss(make().fit(x[a], y[a]), x[b], y[b]) for a, b in splits(x, y)])


def grid(make, loss, data, **axes):
    """Rows of a full grid."""
    for point in itertools.product(*axes.values()):
        settings = dict(zip(axes, point))
        yield [*point, cross_validated(lambda: make(**settings), loss, *data)]


def standardised(model):
    return make_pipeline(StandardScaler(), model)


def svm_rows(data, kernels, costs, gammas, degrees):
    def error(kernel, log2c, log2gamma=0, degree=3):
        model = SVC(kernel=kernel, C=2.0**log2c, gamma=2.0**log2gamma, degree=degree, max_iter=20000)
        return cross_validated(lambda: standardised(model), wrong, *data)

    for kernel, log2c in itertools.product(kernels, costs):
        if kernel == "linear":
            yield [kernel, log2c, "", "", error(kernel, log2c)]
            continue
        for log2gamma in gammas:
            for degree in degrees if kernel == "poly" else [""]:
                yield [kernel, log2c, log2gamma, degree, error(kernel, log2c, log2gamma, degree or 3)]


def svm_digits():
    return (
        "kernel:kind,log2c:int,log2gamma:int?kernel=rbf|poly,degree:int?kernel=poly",
        svm_rows(load("digits", 300), ["linear", "rbf", "poly"], range(-5, 7), range(-12, 0), range(2, 4)),
    )


def svm_cancer():
    rows = svm_rows(load("breast_cancer"), ["linear", "rbf", "sigmoid"], range(-5, 11), range(-14, 2), [])
    return (
        "kernel:kind,log2c:int,log2gamma:int?kernel=rbf|sigmoid",
        ([kernel, c, gamma, error] for kernel, c, gamma, _, error in rows),
    )


def svr_diabetes():
    def make(log2c, log2gamma, log2epsilon):
        return standardised(SVR(C=2.0**log2c, gamma=2.0**log2gamma, epsilon=2.0**log2epsilon, max_iter=20000))

    axes = {"log2c": range(-4, 7), "log2gamma": range(-10, 1), "log2epsilon": range(-5, 1)}
    return "log2c:int,log2gamma:int,log2epsilon:int", grid(make, rmse, load("diabetes"), **axes)


def forest_rows(data, depths, features):
    def make(criterion, depth, log2leaf, features_tenths):
        return RandomForestClassifier(
            10,
            criterion=criterion,
            max_depth=depth,
            min_samples_leaf=2**log2leaf,
            max_features=features_tenths / 10,
            random_state=0,
        )

    axes = {"criterion": ["gini", "entropy"], "depth": depths, "log2leaf": range(5), "features_tenths": features}
    return "criterion:kind,depth:int,log2leaf:int,features_tenths:int", grid(make, wrong, data, **axes)


def forest_cancer():
    return forest_rows(load("breast_cancer"), range(1, 7), range(1, 7))


def forest_digits():
    return forest_rows(load("digits", 300), range(2, 8), range(1, 7))


def trees_diabetes():
    models = {"extra": ExtraTreesRegressor, "forest": RandomForestRegressor}

    def make(model, depth, log2leaf, features_tenths):
        return models[model](
            10, max_depth=depth, min_samples_leaf=2**log2leaf, max_features=features_tenths / 10, random_state=0
        )

    axes = {"model": list(models), "depth": range(1, 9), "log2leaf": range(5), "features_tenths": range(2, 10)}
    return "model:kind,depth:int,log2leaf:int,features_tenths:int", grid(make, rmse, load("diabetes"), **axes)


def boosting_rows(model, stage_loss, data, depths, quarters):
    """Every number of trees comes from one fit with the most of them."""
    x, y = data
    counts = range(1, 7)
    for log2rate, depth, quarter in itertools.product(range(-6, 1), depths, quarters):
        losses = np.zeros(len(counts))
        for train, test in splits(x, y):
            fitted = model(
                n_estimators=2 ** counts[-1],
                learning_rate=2.0**log2rate,
                max_depth=depth,
                subsample=quarter / 4,
                random_state=0,
            ).fit(x[train], y[train])
            stages = stage_loss(fitted, x[test], y[test])
            losses += [stages[2**count - 1] / FOLDS for count in counts]
        for count, loss in zip(counts, losses):
            yield [count, log2rate, depth, quarter, loss]


BOOSTING = "log2trees:int,log2rate:int,depth:int,subsample_quarters:int"


def boosting_diabetes():
    def loss(model, x, y):
        return [np.sqrt(np.mean((p - y) ** 2)) for p in model.staged_predict(x)]

    return BOOSTING, boosting_rows(GradientBoostingRegressor, loss, load("diabetes"), range(1, 5), range(2, 5))


def boosting_wine():
    def loss(model, x, y):
        return [log_loss(y, p, labels=model.classes_) for p in model.staged_predict_proba(x)]

    return BOOSTING, boosting_rows(GradientBoostingClassifier, loss, load("wine"), range(1, 4), range(3, 5))


def mlp_wine():
    def make(activation, log2width, log2rate, log10alpha):
        return standardised(
            MLPClassifier(
                (2**log2width,),
                activation=activation,
                learning_rate_init=2.0**log2rate,
                alpha=10.0**log10alpha,
                max_iter=30,
                random_state=0,
            )
        )

    axes = {
        "activation": ["relu", "tanh"],
        "log2width": range(1, 6),
        "log2rate": range(-9, -2),
        "log10alpha": range(-4, 2),
    }
    return "activation:kind,log2width:int,log2rate:int,log10alpha:int", grid(
        make, entropy, load("wine"), **axes
    )


def knn_digits():
    def make(metric, weights, neighbours, log2components):
        return make_pipeline(
            PCA(2**log2components, random_state=0),
            KNeighborsClassifier(neighbours, weights=weights, metric=metric, algorithm="brute"),
        )

    axes = {
        "metric": ["manhattan", "euclidean", "cosine"],
        "weights": ["uniform", "distance"],
        "neighbours": range(1, 13),
        "log2components": range(1, 7),
    }
    return "metric:kind,weights:kind,neighbours:int,log2components:int", grid(
        make, wrong, load("digits", 400), **axes
    )


def logistic_cancer():
    def make(scaler, penalty, balance, log2c):
        return make_pipeline(
            SCALERS[scaler](),
            LogisticRegression(
                l1_ratio={"l1": 1, "l2": 0}[penalty],
                C=2.0**log2c,
                class_weight=None if balance == "none" else "balanced",
                solver="liblinear",
                max_iter=200,
                random_state=0,
            ),
        )

    axes = {
        "scaler": list(SCALERS),
        "penalty": ["l1", "l2"],
        "balance": ["none", "balanced"],
        "log2c": range(-10, 11),
    }
    return "scaler:kind,penalty:kind,balance:kind,log2c:int", grid(make, entropy, load("breast_cancer"), **axes)


def linear_diabetes():
    data = load("diabetes")

    def error(model, degree):
        steps = [StandardScaler(), PolynomialFeatures(degree, include_bias=False), StandardScaler(), model]
        return cross_validated(lambda: make_pipeline(*steps), rmse, *data)

    def rows():
        for degree, log2alpha in itertools.product(range(1, 3), range(-14, 11)):
            alpha = 2.0**log2alpha
            yield ["ridge", degree, log2alpha, "", error(Ridge(alpha), degree)]
            for tenths in range(1, 11):
                yield ["elastic", degree, log2alpha, tenths, error(ElasticNet(alpha, l1_ratio=tenths / 10), degree)]

    return "model:kind,degree:int,log2alpha:int,l1_tenths:int?model=elastic", rows()


def models_wine():
    data = load("wine")

    def error(scaler, model):
        return cross_validated(lambda: make_pipeline(SCALERS[scaler](), model), wrong, *data)

    def rows():
        for scaler in SCALERS:
            for neighbours in range(1, 26):
                yield [scaler, "knn", neighbours, "", "", "", "", error(scaler, KNeighborsClassifier(neighbours))]
            for log2c, log2gamma in itertools.product(range(-4, 9), range(-12, 1)):
                model = SVC(C=2.0**log2c, gamma=2.0**log2gamma)
                yield [scaler, "svm", "", log2c, log2gamma, "", "", error(scaler, model)]
            for depth, leaf in itertools.product(range(1, 8), range(1, 9)):
                model = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, random_state=0)
                yield [scaler, "tree", "", "", "", depth, leaf, error(scaler, model)]

    return (
        "scaler:kind,model:kind,neighbours:int?model=knn,log2c:int?model=svm,log2gamma:int?model=svm,"
        "depth:int?model=tree,leaf:int?model=tree",
        rows(),
    )


TABLES = [
    models_wine,
    logistic_cancer,
    linear_diabetes,
    svm_cancer,
    svr_diabetes,
    knn_digits,
    boosting_wine,
    mlp_wine,
    svm_digits,
    trees_diabetes,
    forest_cancer,
    forest_digits,
    boosting_diabetes,
]


def main(names):
    warnings.filterwarnings("ignore")
    unknown = set(names) - {table.__name__ for table in TABLES}
    if unknown:
        sys.exit(f"no such table: {', '.join(sorted(unknown))}")
    for table in TABLES:
        if names and table.__name__ not in names:
            continue
        began = time.monotonic()
        heading, rows = table()
        lines = [f"{heading},error"]
        lines += [",".join([*map(str, row[:-1]), f"{row[-1]:.5g}"]) for row in rows]
        (FOLDER / f"{table.__name__}.csv").write_text("\n".join(lines) + "\n")
        print(f"{table.__name__}: {len(lines) - 1} rows, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
