"""Sweep files as people have them from W&B run unchanged, and programs get the command lines that they expect."""

import json
import pathlib
import re
import shutil
import unittest

from cluster import BIN, ClusterTest

FILES = pathlib.Path(__file__).resolve().parent / "wandb"

FLOAT = r"\d+(\.\d+)?(e-?\d+)?"
SMALL = r"(0\.\d+|[0-9.]+e-\d+)"

# File -> the elements of the command line behind the program, each a regular expression for the whole element.
COMMAND_LINES = {
    "grid.yaml": [r"--batch_size=(32|64)", r"--epochs=5", r"--optimizer=(adam|sgd)"],
    "random_search.yaml": [r"--batch_size=(32|40|48|56|64|72|80|88|96|1\d\d|2\d\d)", r"--dropout=0\.[345]", r"--epochs=1",
                           r"--fc_layer_size=(128|256|512)", rf"--learning_rate={SMALL}", r"--optimizer=(adam|sgd)"],
    "bayes_hyperband.yaml": [rf"--learning_rate={SMALL}", r"--optimizer=(adam|sgd)"],
    "hyperband_brackets.yaml": [rf"--lr={SMALL}", rf"--weight_decay={SMALL}"],
    "hydra.yaml": [r"model\.hidden_size=(64|128|256)", rf"optimizer\.lr={SMALL}", r"trainer\.max_epochs=10"],
    "hydra_override.yaml": [r"hydra\.run\.dir=outputs", r"\+\+experiment=ablation", r"\+\+seed=[12]"],
    "nested.yaml": [r'--model=\{"encoder":\{"dropout":0\.\d+,"kind":"gru"\},"layers":[248]\}',
                    r'--optimizer=\{"learning_rate":0\.\d+,"name":"(adam|sgd)"\}'],
    "custom_command.yaml": [r"--data=/data/imagenet", r"--workers", r"4", r"--lr=0\.1", r"(--use_amp)?"],
    "shell_launcher.yaml": [r"--layers", r"[1-4]", r"--lr", SMALL],
    "distributions.yaml": [rf"--a_normal={FLOAT}", rf"--b_log_normal={FLOAT}", rf"--c_beta={SMALL}",
                           r"--d_q_uniform=(10|\d)\.[05]", r"--e_q_normal=-?\d*[05](\.0)?", r"--f_q_log_normal=\d+(\.0)?",
                           r"--g_q_beta=(0|1|0\.0|1\.0|0\.25|0\.5|0\.75)", rf"--h_inv_log_uniform_values={FLOAT}",
                           r"--i_int=[1-9]", r"--j_float=[1-9]\.\d+", r"--k_constant=fixed"],
    "weighted_categories.yaml": [r"--augment=(None|light|heavy)", r"--backbone=(resnet18|resnet50|vit)",
                                 r"--kernel=\[(3,3|5,5)\]"],
    "old_log_uniform.yaml": [r'\{"learning_rate":[0-9.e-]+,"units":\d+(\.0)?\}'],
}


class SweepFilesOfWandb(ClusterTest):
    def setUp(self):
        super().setUp()
        self.record = self.folder / "argv"
        for program in ("train.py", "main.py"):
            shutil.copy(FILES / "recorder.py", self.folder / program)
        (self.folder / "run.sh").write_text('exec python3 train.py "$@"\n')

    def test_run_unchanged(self):
        self.assertEqual(sorted(COMMAND_LINES), sorted(path.name for path in FILES.glob("*.yaml")))
        for name in COMMAND_LINES:
            with self.subTest(name):
                self.run_file(name)

    def run_file(self, name):
        self.record.unlink(missing_ok=True)
        sweep = self.ctl("create", FILES / name, "-o", "id").strip()
        agent = self.spawn(name, "env", f"RECORDED_ARGV={self.record}", BIN / "sweep-agent", "--controller",
                           self.address, "--name", name, "--count", "2", sweep)
        self.assert_exits(agent, 0, name)
        trials = self.trials(sweep)
        self.assertEqual([trial["state"] for trial in trials[:2]], ["SUCCEEDED"] * 2, trials)
        lines = [json.loads(line) for line in self.record.read_text().splitlines()]
        self.assertEqual(len(lines), 2)
        for line in lines:
            self.assert_matches(line[1:], COMMAND_LINES[name])

    def assert_matches(self, arguments, patterns):
        given = list(arguments)
        for pattern in patterns:
            if given and re.fullmatch(pattern, given[0]):
                given.pop(0)
            elif not re.fullmatch(pattern, ""):
                self.fail(f"{arguments}: no {pattern} at {given[:1]}")
        self.assertEqual(given, [], arguments)


if __name__ == "__main__":
    unittest.main(verbosity=2)
