#!/usr/bin/env bash
# Asks grid, random and bayes the same question and shows what each of them found, and when.
#
#   examples/digits/compare.sh [METHOD...]      default: grid random bayes
#
# Uses the controller at $SWEEPD_CONTROLLER; without it, one is started and stopped again. Two agents run the trials.
set -euo pipefail

example=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
methods=("$@")
((${#methods[@]})) || methods=(grid random bayes)
for method in "${methods[@]}"; do
  if [[ ! -r $example/$method.yaml ]]; then
    echo "compare.sh: there is no $example/$method.yaml" >&2
    exit 2
  fi
done

# shellcheck source=deploy/local-fleet.sh
source "$example/../../deploy/local-fleet.sh"
find_binaries
[[ ${SWEEPD_CONTROLLER:-} ]] || start_controller
export SWEEPD_CONTROLLER
# The sweep files name train.py relative to their folder.
cd "$example"

results=()
for method in "${methods[@]}"; do
  sweep=$("$sweepctl" create -o id "$method.yaml") || die "the $method sweep was not created"
  echo "$method: sweep $sweep is running ..." >&2
  start_agent "compare-$method-1" "$sweep"
  start_agent "compare-$method-2" "$sweep"
  wait_for_agents
  "$sweepctl" trials "$sweep" -o jsonl >"$scratch/$method.jsonl" || die "cannot list the trials of $sweep"
  results+=("$scratch/$method.jsonl")
done
echo >&2
python3 summarize.py "${results[@]}"
