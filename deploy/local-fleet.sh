# shellcheck shell=bash
# A controller and agents on this machine that live as long as the script that sources this file.
#
#   find_binaries            sets sweepd, sweep_agent and sweepctl
#   start_controller         sets SWEEPD_CONTROLLER; its state is a fresh folder
#   start_agent NAME ARGS..  an agent of that controller in the current directory
#   wait_for_agents          until all of them have ended; fails when one failed
#
# What is started gets a session of its own, so that Ctrl-C reaches the script alone, which then ends everything in order.
# Whatever ends the script, everything that was started is stopped and the folder `scratch` is removed. `repository` is
# the root of the checkout.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
controller_pid=
agent_pids=()
helper_pids=()

trap 'stop_everything' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }

die() {
  echo "error: $*" >&2
  local log
  for log in "$scratch"/*.log; do
    [[ -s $log ]] || continue
    echo "--- the end of $(basename "$log"):" >&2
    tail -n 15 "$log" >&2
  done
  exit 1
}

is_running() { kill -0 "$1" 2>/dev/null; }

# Asks the processes to end, and makes them after the given seconds.
end_processes() {
  local patience=$1 pid
  shift
  for pid in "$@"; do kill -TERM "$pid" 2>/dev/null || true; done
  local deadline=$((SECONDS + patience))
  for pid in "$@"; do
    while is_running "$pid" && ((SECONDS < deadline)); do sleep 0.05; done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}

# Agents before the controller, so that they can give their trials back.
stop_everything() {
  local status=$?
  trap - EXIT
  trap '' HUP INT TERM
  end_processes 2 "${helper_pids[@]}"
  end_processes 30 "${agent_pids[@]}"
  if [[ $controller_pid ]]; then end_processes 10 "$controller_pid"; fi
  rm -rf "$scratch"
  exit "$status"
}

# The build of this repository, or else what is installed.
find_binaries() {
  local search=$repository/build/release/bin:$PATH
  sweepd=$(find_binary sweepd "$search")
  sweep_agent=$(find_binary sweep-agent "$search")
  # shellcheck disable=SC2034  # for the scripts that source this file
  sweepctl=$(find_binary sweepctl "$search")
}

find_binary() {
  PATH=$2 type -P "$1" || die "there is no $1 in build/release/bin or in PATH; deploy/quickstart.sh builds it"
}

start_controller() {
  local address_file=$scratch/address deadline=$((SECONDS + 15))
  setsid "$sweepd" --data-dir "$scratch/data" --listen 127.0.0.1:0 --address-file "$address_file" \
    >"$scratch/sweepd.log" 2>&1 &
  controller_pid=$!
  until [[ -s $address_file ]]; do
    is_running "$controller_pid" || die "the controller ended while it started"
    ((SECONDS < deadline)) || die "the controller did not start within 15 s"
    sleep 0.05
  done
  SWEEPD_CONTROLLER=$(<"$address_file")
  export SWEEPD_CONTROLLER
}

start_agent() {
  local name=$1
  shift
  setsid "$sweep_agent" --controller "$SWEEPD_CONTROLLER" --name "$name" --work-dir "$scratch/$name" "$@" \
    >"$scratch/$name.log" 2>&1 &
  agent_pids+=($!)
}

wait_for_agents() {
  local pid
  for pid in "${agent_pids[@]}"; do
    while is_running "$pid"; do
      # Agents wait for a controller that went away, which here will not come back.
      [[ -z $controller_pid ]] || is_running "$controller_pid" || die "the controller ended too early"
      sleep 0.1
    done
    wait "$pid" || die "an agent gave up"
  done
  agent_pids=()
}
