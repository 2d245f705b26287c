"""The pipe to `quality`, which defines and evaluates every task."""

import json
import subprocess


class Quality:
    """The tasks of the program, and a server of evaluations that runs as long as this object."""

    def __init__(self, program):
        self._program = program
        self._server = subprocess.Popen(
            [program, "evaluate"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def tasks(self, suites, half, names):
        command = [self._program, "tasks", "--json", "--half", half]
        if suites:
            command += ["--suite", suites]
        if names:
            command += ["--task", names]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return [json.loads(line) for line in listed.splitlines()]

    def evaluate(self, task, seed, trial, assignment):
        """{"objective", "truth", "duration", "optimum"} of one trial."""
        request = {"task": task["name"], "seed": seed, "trial": trial, "assignment": assignment}
        self._server.stdin.write(json.dumps(request) + "\n")
        answer = json.loads(self._server.stdout.readline())
        if "error" in answer:
            raise ValueError(f"{task['name']}: {answer['error']}: {assignment}")
        return answer

    def close(self):
        self._server.stdin.close()
        self._server.wait()
