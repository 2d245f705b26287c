"""SMAC3 through ask and tell: its Gaussian process for numbers without conditions, else its random forest.

That is the choice its documentation recommends. Conditions are ConfigSpace's. With several workers it knows which trials
are running.
"""

import importlib.metadata
import logging
import pathlib
import tempfile

from ConfigSpace import Categorical, ConfigurationSpace, Constant, Float, InCondition, Integer
from ConfigSpace.conditions import AndConjunction
from smac import BlackBoxFacade, HyperparameterOptimizationFacade, Scenario
from smac.main.exceptions import ConfigurationSpaceExhaustedException
from smac.runhistory import StatusType, TrialValue

import space
from peer import Peer

VERSION = f"smac {importlib.metadata.version('smac')}"


def hyperparameter(parameter):
    if space.is_constant(parameter):
        return Constant(parameter.name, "constant")
    if space.is_categorical(parameter):
        return Categorical(parameter.name, list(range(len(parameter.law["values"]))))
    law = space.numeric(parameter)
    make = Integer if law.is_int else Float
    return make(parameter.name, (law.low, law.high), log=law.is_log)


def conditions(parameter, parameters, made):
    """What must hold for a parameter to exist, in ConfigSpace's words."""
    for parent, values in parameter.when.items():
        known = parameters[parent].law["values"]
        yield InCondition(made[parameter.name], made[parent], [known.index(value) for value in values])


class Smac(Peer):
    def __init__(self, task, seed):
        self._parameters = {p.name: p for p in space.parents_first(task)}
        configspace = ConfigurationSpace(seed=seed)
        made = {name: hyperparameter(p) for name, p in self._parameters.items()}
        configspace.add(list(made.values()))
        for parameter in self._parameters.values():
            needed = list(conditions(parameter, self._parameters, made))
            if needed:
                configspace.add(AndConjunction(*needed) if len(needed) > 1 else needed[0])
        self._worst = None
        self._crashes = []
        self._folder = tempfile.TemporaryDirectory()
        scenario = Scenario(
            configspace,
            deterministic=True,
            n_trials=task["budget"],
            seed=seed,
            output_directory=pathlib.Path(self._folder.name),
        )
        plain = all(not space.is_categorical(p) and not p.when for p in self._parameters.values())
        facade = BlackBoxFacade if plain else HyperparameterOptimizationFacade
        self._smac = facade(
            scenario,
            self._never_called,
            intensifier=facade.get_intensifier(scenario, max_config_calls=1),
            overwrite=True,
            logging_level=logging.ERROR,
        )

    @staticmethod
    def _never_called(config, seed=0):
        raise NotImplementedError("evaluations are told")

    def ask(self):
        try:
            info = self._smac.ask()
        except ConfigurationSpaceExhaustedException:
            return None
        return info, {name: self._value(self._parameters[name], v) for name, v in dict(info.config).items()}

    @staticmethod
    def _value(parameter, value):
        if space.is_constant(parameter):
            return parameter.law["value"]
        if space.is_categorical(parameter):
            return parameter.law["values"][int(value)]
        return space.value_of(parameter, value)

    def tell(self, handle, objective):
        # A cost without bound would reach the Gaussian process as NaN: a crash costs as much as the worst result. Crashes
        # before the first result are told with it.
        if objective is None:
            self._crashes.append(handle)
        else:
            self._worst = objective if self._worst is None else max(self._worst, objective)
            self._smac.tell(handle, TrialValue(cost=objective), save=False)
        if self._worst is not None:
            for crash in self._crashes:
                self._smac.tell(crash, TrialValue(cost=self._worst, status=StatusType.CRASHED), save=False)
            self._crashes = []
