#!/bin/sh
# Prints the first Python that runs, is in the range and can make virtual environments.
#   scripts/find_python.sh 3.11 3.13
# Each candidate is really run: a pyenv shim exists on PATH also for a Python that cannot start.
set -eu

least=${1:?usage: find_python.sh LEAST MOST}
most=${2:?usage: find_python.sh LEAST MOST}

fits='
import sys, venv, ensurepip
least, most = (tuple(map(int, text.split("."))) for text in sys.argv[1:])
sys.exit(not least <= sys.version_info[:2] <= most)
'

for name in ${PYTHON:-python3.12 python3.11 python3.13 python3 python}; do
    if "$name" -c "$fits" "$least" "$most" >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done

echo "No Python $least to $most with the venv module was found." \
    "Install one (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12 ..." >&2
exit 1
