#!/bin/sh
# Writes tests/golden/vN.sqlite3 and vN.txt: write.sh PROGRAM N, with the built write_golden_database.
set -eu
program=$1
version=$2
golden=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$program" "$folder" > "$golden/v$version.txt"
cp "$folder/sweepd.sqlite3" "$golden/v$version.sqlite3"
