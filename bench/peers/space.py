"""The spaces that `quality tasks --json` describes, as the adapters read them."""

import dataclasses
import math


@dataclasses.dataclass(frozen=True)
class Parameter:
    """One parameter: its law in the words of the sweep file, and the values of others under which it exists."""

    name: str
    law: dict
    when: dict  # parent -> the values under which this parameter exists

    @property
    def kind(self):
        return self.law["distribution"]

    def is_active(self, assignment):
        return all(parent in assignment and assignment[parent] in values for parent, values in self.when.items())

    # A stepped value is a multiple of q. Adapters search the multiples, so that every library sees exact steps.

    @property
    def multiples(self):
        """The least and the greatest k with k q inside the bounds."""
        q = self.law["q"]
        return math.ceil(self.law["min"] / q - 1e-9), math.floor(self.law["max"] / q + 1e-9)

    def at_multiple(self, k):
        return int(k * self.law["q"]) if self.law.get("integral") else k * self.law["q"]


@dataclasses.dataclass(frozen=True)
class Numeric:
    """A number's range as a library sees it, and the way back to the value of the task."""

    low: float
    high: float
    is_int: bool
    is_log: bool


def numeric(parameter):
    """The range of a parameter that is a number; for a stepped one that of its multiples."""
    law = parameter.law
    if parameter.kind == "uniform":
        return Numeric(law["min"], law["max"], False, False)
    if parameter.kind == "log_uniform_values":
        return Numeric(law["min"], law["max"], False, True)
    if parameter.kind == "int_uniform":
        return Numeric(law["min"], law["max"], True, False)
    if parameter.kind in ("q_uniform", "q_log_uniform_values"):
        low, high = parameter.multiples
        return Numeric(low, high, True, parameter.kind == "q_log_uniform_values")
    raise ValueError(f"no range for the law {parameter.kind} of {parameter.name}")


def value_of(parameter, number):
    """The value of the task at a number of that range."""
    if parameter.kind.startswith("q_"):
        return parameter.at_multiple(int(number))
    if parameter.kind == "int_uniform":
        return int(number)
    # Libraries that work in logs may come back a rounding error outside.
    return min(max(float(number), parameter.law["min"]), parameter.law["max"])


def is_categorical(parameter):
    return parameter.kind == "categorical"


def is_constant(parameter):
    return parameter.kind == "constant"


def parents_first(task):
    """The parameters of a task, each after those that it depends on."""
    waiting = [
        Parameter(name, {k: v for k, v in law.items() if k != "when"}, law.get("when", {}))
        for name, law in task["parameters"].items()
    ]
    ordered = []
    while waiting:
        known = {p.name for p in ordered}
        ready = [p for p in waiting if set(p.when) <= known]
        if not ready:
            raise ValueError(f"the conditions of {task['name']} go in a circle")
        ordered += ready
        waiting = [p for p in waiting if p not in ready]
    return ordered


def only_active(parameters, values):
    """An assignment from a value for every parameter: those that do not exist are left out."""
    assignment = {}
    for parameter in parameters:
        if parameter.is_active(assignment):
            assignment[parameter.name] = values[parameter.name]
    return assignment


def assignment_of(parameters, answer):
    """An assignment from what a library answered: the index of each category, the number in each `numeric` range."""

    def value(parameter):
        if is_constant(parameter):
            return parameter.law["value"]
        if is_categorical(parameter):
            return parameter.law["values"][int(answer[parameter.name])]
        return value_of(parameter, answer[parameter.name])

    return only_active(parameters, {parameter.name: value(parameter) for parameter in parameters})
