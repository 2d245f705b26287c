#!/usr/bin/env bash
# Installs the Debian packages that building, running and testing sweepd needs. Does nothing when all are there.
#
#   deploy/install-deps.sh          what the build and the example need
#   deploy/install-deps.sh --test   and what tests/run.sh needs
#   deploy/install-deps.sh --dev    and what the presets dev and tidy need
set -euo pipefail

build_packages=(
  g++ cmake ninja-build
  libgrpc++-dev protobuf-compiler-grpc protobuf-compiler libprotobuf-dev libabsl-dev
  libsqlite3-dev libssl-dev libeigen3-dev libboost-dev libyaml-cpp-dev nlohmann-json3-dev libspdlog-dev libcli11-dev
  libre2-dev
  libgtest-dev libgmock-dev
)
example_packages=(python3 python3-sklearn)
test_packages=(clang-14 clang-format-14 libclang-rt-14-dev strace)
dev_packages=(clang-tidy-14)

usage() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }

packages=("${build_packages[@]}" "${example_packages[@]}")
for argument in "$@"; do
  case $argument in
    --test) packages+=("${test_packages[@]}") ;;
    --dev) packages+=("${test_packages[@]}" "${dev_packages[@]}") ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      echo "install-deps.sh: unknown option $argument" >&2
      usage >&2
      exit 2
      ;;
  esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "install-deps.sh: this is not a Debian system; install the equivalents of: ${packages[*]}" >&2
  exit 1
fi

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing=()
for package in "${packages[@]}"; do
  is_installed "$package" || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || {
    echo "install-deps.sh: run it as root, or install sudo; missing: ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q "$@"; }
install_missing() { apt install -y --no-install-recommends "${missing[@]}"; }

echo "installing: ${missing[*]}"
# The package lists are fetched only when the ones at hand, if any, do not serve.
install_missing || { apt update && install_missing; }
