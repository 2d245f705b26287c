"""OSS Vizier's default algorithm, the Gaussian-process bandit GP-UCB-PE, with its default options.

It knows no conditions: parameters that do not exist are given values and left out.
"""

import importlib.metadata
import os
import pathlib
import sys

# One thread. What was compiled is kept beside the virtual environment, or compiling would be most of the time.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
from vizier import algorithms, pyvizier
from vizier._src.algorithms.designers.gp_ucb_pe import VizierGPUCBPEBandit

import space
from peer import Peer

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_compilation_cache_dir", str(pathlib.Path(sys.prefix) / "compiled"))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.1)

VERSION = f"google-vizier {importlib.metadata.version('google-vizier')}, jax {jax.__version__}"


def add(root, parameter):
    if space.is_categorical(parameter):
        root.add_categorical_param(parameter.name, [str(i) for i in range(len(parameter.law["values"]))])
        return
    law = space.numeric(parameter)
    scale = pyvizier.ScaleType.LOG if law.is_log else pyvizier.ScaleType.LINEAR
    make = root.add_int_param if law.is_int else root.add_float_param
    make(parameter.name, law.low, law.high, scale_type=scale)


class Vizier(Peer):
    def __init__(self, task, seed):
        self._parameters = space.parents_first(task)
        problem = pyvizier.ProblemStatement()
        for parameter in self._parameters:
            if not space.is_constant(parameter):
                add(problem.search_space.root, parameter)
        problem.metric_information.append(
            pyvizier.MetricInformation(name="loss", goal=pyvizier.ObjectiveMetricGoal.MINIMIZE)
        )
        self._designer = VizierGPUCBPEBandit(problem, rng=jax.random.PRNGKey(seed))
        self._asked = 0
        self._open = {}
        self._ended = []

    def ask(self):
        if self._asked > 0:
            self._designer.update(
                algorithms.CompletedTrials(self._ended), algorithms.ActiveTrials(list(self._open.values()))
            )
            self._ended = []
        (suggestion,) = self._designer.suggest(1)
        self._asked += 1
        trial = suggestion.to_trial(self._asked)
        self._open[trial.id] = trial
        values = trial.parameters.as_dict()
        return trial, space.assignment_of(self._parameters, values)

    def tell(self, handle, objective):
        del self._open[handle.id]
        if objective is None:
            handle.complete(pyvizier.Measurement(), infeasibility_reason="failed")
        else:
            handle.complete(pyvizier.Measurement(metrics={"loss": objective}))
        self._ended.append(handle)
