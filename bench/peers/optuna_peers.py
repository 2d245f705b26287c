"""Optuna's samplers with their default options, through its define-by-run interface, which knows conditions."""

import warnings

import optuna

import space
from peer import Peer

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)

VERSION = f"optuna {optuna.__version__}"


def suggest(trial, parameter):
    if space.is_constant(parameter):
        return parameter.law["value"]
    if space.is_categorical(parameter):
        return trial.suggest_categorical(parameter.name, parameter.law["values"])
    law = space.numeric(parameter)
    draw = trial.suggest_int if law.is_int else trial.suggest_float
    return space.value_of(parameter, draw(parameter.name, law.low, law.high, log=law.is_log))


class OptunaPeer(Peer):
    def __init__(self, task, sampler):
        self._parameters = space.parents_first(task)
        self._study = optuna.create_study(sampler=sampler)

    def ask(self):
        trial = self._study.ask()
        assignment = {}
        for parameter in self._parameters:
            if parameter.is_active(assignment):
                assignment[parameter.name] = suggest(trial, parameter)
        return trial, assignment

    def tell(self, handle, objective):
        if objective is None:
            self._study.tell(handle, state=optuna.trial.TrialState.FAIL)
        else:
            self._study.tell(handle, objective)


class Tpe(OptunaPeer):
    def __init__(self, task, seed):
        # What its documentation recommends for parallel trials.
        parallel = {"constant_liar": True} if task["workers"] > 1 else {}
        super().__init__(task, optuna.samplers.TPESampler(seed=seed, **parallel))


class Gp(OptunaPeer):
    def __init__(self, task, seed):
        super().__init__(task, optuna.samplers.GPSampler(seed=seed))
