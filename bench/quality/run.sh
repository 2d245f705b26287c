#!/bin/bash
# Measures our methods and those of other projects on the tasks of `quality`, and writes docs/benchmarks.
#
#     bench/quality/run.sh [--results DIR] [--build DIR] [--steps ours,peers,slow,report] [--seeds N] [--few N] [--slow N]
#
# Everything that a results file holds already is skipped, so that an interrupted run goes on where it stopped; to
# measure a method anew, remove its file. One process at a time, each with one thread.
#
#   ours    bayes, random and sobol on suites A to D, and bayes that ignores pending trials on D: --seeds (20)
#   peers   Optuna's TPE on all suites and its GPSampler on A: --seeds; GPSampler on B and C: --few (5)
#   slow    SMAC, Ax and HEBO on the seven functions of A, C and B, Vizier on the seven: --slow (2); up to minutes each
#   report  docs/benchmarks from the results
set -euo pipefail

cd "$(dirname "$0")/../.."
RESULTS=build/quality-results
BUILD=build/release
STEPS=ours,peers,slow,report
SEEDS=20
FEW=5
SLOW=2
while [ $# -gt 0 ]; do
  case $1 in
    --results) RESULTS=$2 ;;
    --build) BUILD=$2 ;;
    --steps) STEPS=$2 ;;
    --seeds) SEEDS=$2 ;;
    --few) FEW=$2 ;;
    --slow) SLOW=$2 ;;
    *)
      sed -n '2,15s/^# \{0,1\}//p' "$0" >&2
      exit 2
      ;;
  esac
  shift 2
done
mkdir -p "$RESULTS"
QUALITY=$BUILD/bin/quality
SEVEN=branin2,hartmann6,ackley5,levy6,rosen4,michal5,styb8

has_step() { [[ ,$STEPS, == *,$1,* ]]; }

ours() { # METHOD SUITES
  "$QUALITY" run --method "$1" --suite "$2" --seeds "$SEEDS" --out "$RESULTS/$1.jsonl"
}

# A peer that is not installed, or that a task breaks, is named and does not keep the others from running.
peer() { # ENVIRONMENT NAME SUITES SEEDS [ARGUMENT...]
  local environment=$1 name=$2 suites=$3 seeds=$4
  shift 4
  "build/peers/$environment/bin/python" bench/peers/run_peer.py --quality "$QUALITY" --peer "$name" --suite "$suites" \
    --seeds "$seeds" --out "$RESULTS/$name.jsonl" "$@" || echo "run.sh: $name on $suites did not finish" >&2
}

if has_step ours; then
  ours bayes A,B,C,D
  ours random A,B,C,D
  ours sobol A,B,C
  ours bayes-ignoring-pending D
fi

if has_step peers; then
  peer main optuna-tpe A,B,C,D "$SEEDS"
  peer main optuna-gp A "$SEEDS"
  peer main optuna-gp B,C "$FEW"
fi

if has_step slow; then
  # Seed by seed, so that what there is when it is stopped is even.
  for ((seeds = 1; seeds <= SLOW; ++seeds)); do
    peer smac smac A "$seeds" --task "$SEVEN"
    peer smac smac C,B "$seeds"
    peer main ax A "$seeds" --task "$SEVEN"
    peer hebo hebo A "$seeds" --task "$SEVEN"
    peer vizier vizier-gp A "$seeds" --task "$SEVEN"
    peer main ax C,B "$seeds"
    peer hebo hebo C,B "$seeds"
  done
fi

if has_step report; then
  build/peers/main/bin/python bench/quality/report.py --out docs/benchmarks "$RESULTS"/*.jsonl
fi
