#!/usr/bin/env bash
# From a clean checkout to a finished sweep: installs what is missing, builds, starts a controller and two agents on
# this machine, and lets them search good hyperparameters for a digit classifier. Nothing stays behind but the build.
#
#   deploy/quickstart.sh [SWEEP_FILE]      default: examples/digits/random.yaml, which keeps both agents busy
set -euo pipefail

deploy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sweep_file=${1:-$deploy/../examples/digits/random.yaml}
if [[ ! -r $sweep_file ]]; then
  echo "quickstart.sh: cannot read $sweep_file" >&2
  exit 2
fi
sweep_file=$(realpath "$sweep_file")

# shellcheck source=deploy/local-fleet.sh
source "$deploy/local-fleet.sh"

say "1. Packages"
"$repository/deploy/install-deps.sh"
echo "all there"

say "2. Build (minutes the first time, seconds afterwards)"
cd "$repository"
cmake --preset release -DSWEEPD_GRPC=ON >"$scratch/cmake.log" 2>&1 || die "CMake failed"
rm "$scratch/cmake.log"
cmake --build --preset release --parallel "$(nproc)" --target sweepd sweep-agent sweepctl
find_binaries

say "3. A controller"
start_controller
echo "sweepd serves at $SWEEPD_CONTROLLER"

say "4. A sweep and two agents"
# An agent runs the sweep's command in the folder that it was started in.
cd "$(dirname "$sweep_file")"
sweep=$("$sweepctl" create -o id "$(basename "$sweep_file")") || die "the sweep was not created"
echo "created sweep $sweep from ${sweep_file#"$repository"/}"
start_agent agent-1 "$sweep"
start_agent agent-2 "$sweep"

# Ends with the sweep.
"$sweepctl" watch "$sweep" &
watch_pid=$!
helper_pids+=("$watch_pid")
wait_for_agents
wait "$watch_pid" || die "the sweep did not end well"
helper_pids=()

say "5. What came out of it"
"$sweepctl" trials "$sweep"
echo
"$sweepctl" best "$sweep"
echo
"$sweepctl" agents

say "Done. To go on"
cat <<EOF
compare grid, random and bayes:   examples/digits/compare.sh
your own controller:              build/release/bin/sweepd --data-dir ~/sweepd --listen 0.0.0.0:7077
                                  (there is no login: only inside a network that you trust)
your own sweep:                   build/release/bin/sweepctl create my-sweep.yaml    (docs/sweep-file.md)
on each worker machine:           sweep-agent --controller HOST:7077 SWEEP_ID
EOF
