"""Ax, which drives BoTorch, with its default strategy. Parameters that do not exist are given values and left out."""

import logging

import ax
import botorch
from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

import space
from peer import Peer

for name in ("ax", "ax.api.client"):
    logging.getLogger(name).setLevel(logging.ERROR)

VERSION = f"ax {ax.__version__}, botorch {botorch.__version__}"


def config(parameter):
    if space.is_categorical(parameter):
        # By index, so that values may be of any type.
        indices = [str(i) for i in range(len(parameter.law["values"]))]
        return ChoiceParameterConfig(parameter.name, indices, "str", is_ordered=False)
    law = space.numeric(parameter)
    return RangeParameterConfig(
        parameter.name,
        (law.low, law.high),
        "int" if law.is_int else "float",
        scaling="log" if law.is_log else "linear",
    )


class Ax(Peer):
    def __init__(self, task, seed):
        self._parameters = space.parents_first(task)
        self._searched = [p for p in self._parameters if not space.is_constant(p)]
        self._client = Client(random_seed=seed)
        self._client.configure_experiment([config(p) for p in self._searched])
        self._client.configure_optimization("-loss")

    def ask(self):
        ((trial, values),) = self._client.get_next_trials(1).items()
        return trial, space.assignment_of(self._parameters, values)

    def tell(self, handle, objective):
        if objective is None:
            self._client.mark_trial_failed(handle)
        else:
            self._client.complete_trial(handle, {"loss": objective})
