#!/usr/bin/env bash
# Everything that must be green before a change is merged: the format of the sources, the unit tests under
# AddressSanitizer and UndefinedBehaviorSanitizer, a minute of each fuzz target, then the release build with every test.
# The summary of the release tests is the last thing it prints.
#
#   tests/run.sh                  all of it
#   tests/run.sh PART...          some of it: format, asan, fuzz, release; or tsan, which is not part of all
#   tests/run.sh --no-install ..  without looking for missing packages
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=$(nproc)

usage() { sed -n '2,9s/^# \{0,1\}//p' tests/run.sh; }
say() { printf '\n== %s\n' "$*"; }

check_format() {
  say "format"
  find agent bench client common server tests \( -name '*.cc' -o -name '*.h' \) -print0 |
    xargs -0 clang-format-14 --dry-run -Werror
  echo "all sources are formatted"
}

build() {
  cmake --preset "$@"
  cmake --build --preset "$1" --parallel "$jobs"
}

# Without gRPC, whose Debian build is not instrumented.
test_with_sanitizers() {
  say "unit tests under ASan and UBSan"
  build asan
  ctest --preset asan --parallel "$jobs" --label-regex '^unit$' --no-tests=error
}

# The same under ThreadSanitizer; tests/support/tsan_absl.cc makes absl's locks known to it.
test_threads() {
  say "unit tests under TSan"
  build tsan
  ctest --preset tsan --parallel "$jobs" --label-regex '^unit$' --no-tests=error
}

# Each target begins with the sweep files at hand and must not find anything in a minute. What it finds lies in
# build/fuzz/found.
fuzz() {
  say "a minute of each fuzz target"
  build fuzz
  local bin=build/fuzz/tests/bin found=build/fuzz/found seeds=build/fuzz/seeds
  mkdir -p "$found" "$seeds" build/fuzz/{sweep_file,suggestion}
  cp tests/spec/{good,bad}/*.{yaml,json} tests/e2e/wandb/*.yaml tests/fuzz/regressions/* "$seeds" 2>/dev/null || true
  local options=(-max_total_time=60 -timeout=10 -rss_limit_mb=2048 -print_funcs=0 -verbosity=0 "-artifact_prefix=$found/")
  "$bin/sweep_file_fuzz" "${options[@]}" -max_len=4096 build/fuzz/sweep_file "$seeds" &
  local first=$! result=0
  "$bin/suggestion_fuzz" "${options[@]}" -max_len=512 build/fuzz/suggestion || result=$?
  wait "$first" || result=$?
  return "$result"
}

test_release() {
  say "release build and every test"
  build release -DSWEEPD_GRPC=ON
  ctest --preset release --parallel "$jobs" --no-tests=error
}

install=yes
parts=()
for argument in "$@"; do
  case $argument in
    format | asan | fuzz | tsan | release) parts+=("$argument") ;;
    --no-install) install=no ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      echo "run.sh: unknown argument $argument" >&2
      usage >&2
      exit 2
      ;;
  esac
done
((${#parts[@]})) || parts=(format asan fuzz release)
wants() { [[ " ${parts[*]} " == *" $1 "* ]]; }

if [[ $install == yes ]]; then deploy/install-deps.sh --test; fi
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi

if wants format; then check_format; fi
if wants asan; then test_with_sanitizers; fi
if wants fuzz; then fuzz; fi
if wants tsan; then test_threads; fi
if wants release; then test_release; fi
