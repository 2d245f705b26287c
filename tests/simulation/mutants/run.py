#!/usr/bin/env python3
"""Proof that the simulation sees: applies each seeded fault of this folder to a copy of the tree and runs the
simulation on it, which must fail.

    tests/simulation/mutants/run.py [--seconds N] [--jobs N] [--build-jobs N] [NAME...]

A fault is NAME.patch, a unified diff against the product's code whose first line says what is wrong. Ends with 0 when
the tree itself passes and every fault is caught; a patch that does not apply or does not compile is an error.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

MUTANTS = pathlib.Path(__file__).resolve().parent
ROOT = MUTANTS.parents[2]

# Worlds of every scenario, those with every fault at once, and crashes at every operation of the disk.
SUITE = (
    ("--seeds", "1..1000000"),
    ("--seeds", "1..1000000", "--scenario", "storm"),
    ("--seeds", "1..1000000", "--scenario", "disk"),
    ("--crash-every-op",),
)

# How long one command may take beyond its own budget before it counts as hanging.
PATIENCE_SECONDS = 600


class Unusable(Exception):
    """A patch that proves nothing: it does not apply, or the result does not build."""


def copy_tree(target):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True,
                            capture_output=True).stdout
    for name in listed.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


def run(command, where, what):
    # The same objects serve every copy of the tree.
    environment = dict(os.environ, CCACHE_BASEDIR=str(where), CCACHE_NOHASHDIR="1")
    done = subprocess.run(command, cwd=where, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode != 0:
        raise Unusable(f"{what}:\n{done.stdout[-2000:]}")


def configure(tree):
    command = ["cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
               "-DCMAKE_CXX_FLAGS_RELEASE=-O1", "-DCMAKE_CXX_FLAGS=-Wno-error", "-DSWEEPD_GRPC=OFF",
               "-DSWEEPD_BENCH=OFF"]
    if shutil.which("ccache"):
        command.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    run(command, tree, "the tree cannot be configured")


def build(tree, jobs, target):
    run(["ninja", "-C", "build", "-j", str(jobs), "simulation"], tree, "it does not build")
    shutil.copy2(tree / "build/tests/bin/simulation", target)


def apply_patch(tree, patch, *options):
    run(["patch", "-p1", "--silent", "--no-backup-if-mismatch", *options, "-i", str(patch)], tree,
        "the patch does not apply")


def first_complaint(output):
    for line in output.splitlines():
        if line.startswith(("VIOLATION:", "never happened:")):
            return line[:110]
    return output.strip().splitlines()[-1][:110] if output.strip() else "no output"


def test(program, seconds):
    """How the simulation found the fault, or None."""
    for arguments in SUITE:
        command = [str(program), *arguments, "--seconds", str(seconds)]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                                  timeout=seconds + PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            return "it hangs"
        if done.returncode != 0:
            return first_complaint(done.stdout)
    return None


def parse_arguments():
    parser = argparse.ArgumentParser(description="Checks that the simulation catches every seeded fault.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these faults")
    parser.add_argument("--seconds", type=int, default=30, help="budget of each part of the suite for one fault")
    parser.add_argument("--jobs", type=int, default=1, help="faults tested at the same time")
    parser.add_argument("--build-jobs", type=int, default=os.cpu_count(), help="compilers at the same time")
    parser.add_argument("--programs", type=pathlib.Path, help="only build, and leave the programs in this folder")
    return parser.parse_args()


def find_patches(names):
    patches = sorted(MUTANTS.glob("*.patch"))
    unknown = set(names) - {patch.stem for patch in patches}
    if unknown:
        sys.exit(f"there is no fault {', '.join(sorted(unknown))} in {MUTANTS}")
    return [patch for patch in patches if not names or patch.stem in names]


def build_programs(tree, patches, jobs, folder):
    """Yields (name, program or None, complaint)."""
    configure(tree)
    build(tree, jobs, folder / "unchanged")
    yield "unchanged", folder / "unchanged", ""
    for patch in patches:
        program = folder / patch.stem
        try:
            apply_patch(tree, patch, "--dry-run")
            apply_patch(tree, patch)
            try:
                build(tree, jobs, program)
            finally:
                apply_patch(tree, patch, "--reverse")
            yield patch.stem, program, ""
        except Unusable as error:
            yield patch.stem, None, str(error)


def report(name, result, seconds):
    print(f"{name:32} {seconds:6.0f} s  {result}", flush=True)


def judge(name, program, seconds):
    start = time.monotonic()
    found = test(program, seconds)
    wanted = (found is None) == (name == "unchanged")
    verdict = found or ("clean" if name == "unchanged" else "SURVIVES")
    report(name, verdict, time.monotonic() - start)
    return wanted


def main():
    options = parse_arguments()
    patches = find_patches(options.names)
    failures = 0
    with tempfile.TemporaryDirectory(prefix="sweepd-mutants-") as temporary, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tree = pathlib.Path(temporary) / "tree"
        folder = options.programs or pathlib.Path(temporary) / "programs"
        folder.mkdir(parents=True, exist_ok=True)
        copy_tree(tree)
        verdicts = []
        for name, program, complaint in build_programs(tree, patches, options.build_jobs, folder):
            if program is None:
                report(name, f"UNUSABLE: {complaint}", 0)
                failures += 1
            elif options.programs is None:
                verdicts.append(pool.submit(judge, name, program, options.seconds))
        failures += sum(not verdict.result() for verdict in verdicts)
    print(f"{len(patches)} faults, {failures} not caught or unusable")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
