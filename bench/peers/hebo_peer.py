"""HEBO with its default options. It knows no conditions: parameters that do not exist are given values and left out."""

import importlib.metadata

import numpy as np
import pandas as pd
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO

import space
from peer import Peer

VERSION = f"hebo {importlib.metadata.version('HEBO')}"


def description(parameter):
    if space.is_categorical(parameter):
        indices = [str(i) for i in range(len(parameter.law["values"]))]
        return {"name": parameter.name, "type": "cat", "categories": indices}
    law = space.numeric(parameter)
    kind = {
        (False, False): "num",
        (False, True): "pow",
        (True, False): "int",
        (True, True): "pow_int",
    }[law.is_int, law.is_log]
    return {"name": parameter.name, "type": kind, "lb": law.low, "ub": law.high}


class Hebo(Peer):
    def __init__(self, task, seed):
        self._parameters = space.parents_first(task)
        searched = [description(p) for p in self._parameters if not space.is_constant(p)]
        np.random.seed(seed)
        self._optimizer = HEBO(DesignSpace().parse(searched), scramble_seed=seed)

    def ask(self):
        row = self._optimizer.suggest(n_suggestions=1)
        values = row.iloc[0].to_dict()
        assignment = space.assignment_of(self._parameters, values)
        return row, assignment

    def tell(self, handle, objective):
        # HEBO leaves out what is not finite.
        self._optimizer.observe(pd.DataFrame(handle), np.array([[np.nan if objective is None else objective]]))
