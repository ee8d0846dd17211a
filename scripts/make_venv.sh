#!/usr/bin/env bash
# Makes a fresh virtual environment from a lock file, naming each package as it comes, so that no minute is silent.
#   scripts/make_venv.sh .venv requirements/dev.txt 3.11 3.13
set -euo pipefail

venv=$1 lock=$2 least=$3 most=$4
python=$("$(dirname "$0")/find_python.sh" "$least" "$most")

echo "==> $venv: $("$python" -V), $(grep -c '==' "$lock") packages from $lock"
"$python" -m venv --clear "$venv"
# pip warns of each configured location that lacks a package, once a package; its errors stay visible.
"$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off --require-hashes --no-deps -r "$lock" \
    2> >(grep -v '^WARNING: Location' >&2) |
    awk '/^Collecting |^Obtaining dependency information for / {
             name = $1 == "Collecting" ? $2 : $5; sub(/==.*/, "", name); printf "%s ", name }
         /^Installing / { printf "\n==> %s: unpacking\n", venv }
         { fflush() }' venv="$venv"
"$venv/bin/python" -m pip check
