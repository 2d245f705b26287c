#!/usr/bin/env python3
"""Trains a small neural network on scikit-learn's handwritten digits and reports every epoch.

The data are 1,797 real images of 8x8 pixels that come with scikit-learn, so nothing is downloaded. 600 of them are for
training, the rest for validation; the split is always the same. One run takes a second or two.

Inside a sweep the program meets its controller through the environment alone:
  SWEEP_METRICS_FILE  one JSON object is appended for each epoch (without it they go to standard output)
  SWEEP_STOP_FILE     once this file exists, training ends after the epoch
  SWEEP_SEED          seeds the initial weights and the order of the images
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import warnings

# The data are tiny: one thread is faster than many, and leaves the other cores to other trials.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

SYSTEM_PYTHON = "/usr/bin/python3"
TRAINING_IMAGES = 600
HIDDEN_UNITS = 64
BATCH_SIZE = 32
MOMENTUM = 0.9


def need_scikit_learn():
    """Goes on in the system's Python when this one lacks scikit-learn, or ends with what to install."""
    if importlib.util.find_spec("sklearn"):
        return
    probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('sklearn') is None)"
    if sys.executable != SYSTEM_PYTHON and os.path.exists(SYSTEM_PYTHON):
        if subprocess.run([SYSTEM_PYTHON, "-c", probe], check=False).returncode == 0:
            os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, __file__, *sys.argv[1:]])
    sys.exit(
        f"train.py: neither {sys.executable} nor {SYSTEM_PYTHON} has scikit-learn.\n"
        "Install it with: apt-get install python3-sklearn"
    )


def parse_arguments():
    parser = argparse.ArgumentParser(description="Trains a digit classifier.", allow_abbrev=False)
    parser.add_argument("--epochs", type=int, default=10, help="passes over the training images")
    parser.add_argument("--learning_rate", type=float, default=0.01, help="step size of gradient descent")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")
    if not arguments.learning_rate > 0:
        parser.error("--learning_rate must be above 0")
    return arguments


def load_images():
    """((training images, their digits), (validation images, their digits)); pixels in [0, 1]."""
    from sklearn.datasets import load_digits
    from sklearn.utils import shuffle

    images, digits = load_digits(return_X_y=True)
    images, digits = shuffle(images / 16.0, digits, random_state=0)
    return (
        (images[:TRAINING_IMAGES], digits[:TRAINING_IMAGES]),
        (images[TRAINING_IMAGES:], digits[TRAINING_IMAGES:]),
    )


def report(**values):
    """Appends one line; a single write, so that a reader sees the whole line or none of it."""
    line = json.dumps(values) + "\n"
    path = os.environ.get("SWEEP_METRICS_FILE")
    if not path:
        print(line, end="", flush=True)
        return
    with open(path, "a", encoding="utf-8") as metrics:
        metrics.write(line)


def stop_was_asked():
    path = os.environ.get("SWEEP_STOP_FILE")
    return bool(path) and os.path.exists(path)


def train(epochs, learning_rate, seed):
    import numpy
    from sklearn.neural_network import MLPClassifier

    (images, digits), (held_out_images, held_out_digits) = load_images()
    network = MLPClassifier(
        (HIDDEN_UNITS,),
        solver="sgd",
        learning_rate_init=learning_rate,
        momentum=MOMENTUM,
        batch_size=BATCH_SIZE,
        random_state=seed % 2**32,
    )
    classes = numpy.unique(digits)
    for epoch in range(1, epochs + 1):
        try:
            network.partial_fit(images, digits, classes=classes)
        except ValueError as error:
            sys.exit(f"train.py: training diverged in epoch {epoch} ({error}); use a smaller learning rate")
        accuracy = network.score(held_out_images, held_out_digits)
        report(step=epoch, val_acc=accuracy, loss=float(network.loss_))
        if stop_was_asked():
            print(f"stopped as asked after epoch {epoch}")
            return


def main():
    arguments = parse_arguments()
    need_scikit_learn()
    # A step size that is too large overflows; the loss that is reported says so better than numpy's warnings.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    train(arguments.epochs, arguments.learning_rate, int(os.environ.get("SWEEP_SEED", "0")))


if __name__ == "__main__":
    main()
