"""What an adapter of another project's optimiser does."""

import abc


class Peer(abc.ABC):
    """One study. Every task is minimised. As many trials are open at a time as the task has workers."""

    @abc.abstractmethod
    def __init__(self, task, seed):
        """`task` is an object of `quality tasks --json`."""

    @abc.abstractmethod
    def ask(self):
        """(handle, assignment): what `tell` gets back, and the parameters that exist with their values.

        None when the library says that the space holds no further point."""

    @abc.abstractmethod
    def tell(self, handle, objective):
        """The result; None when the trial failed."""
