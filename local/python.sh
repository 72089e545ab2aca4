#!/bin/sh
# Prints the Python to use: $PYTHON where it is given, else 3.13, the version that the functions run on, else the newest
# from 3.11 on. Arguments narrow the search to some minor versions.
fits() { # a program and the minor version it must have
  "$1" -c "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, $2))" 2>/dev/null
}

for version in ${*:-13 14 12 11}; do
  for candidate in ${PYTHON:-"python3.$version" "$HOME"/.pyenv/versions/3."$version".*/bin/python3 python3}; do
    if fits "$candidate" "$version"; then
      "$candidate" -c 'import sys; print(sys.executable)'
      exit 0
    fi
  done
done
echo "${PYTHON:+PYTHON=$PYTHON is none that runs here. }Python 3.11 to 3.14 is needed, with its venv module." >&2
echo "Name one that this machine has: make up PYTHON=/path/to/python3.13" >&2
exit 1
