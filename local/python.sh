#!/bin/sh
# Prints the path of the Python to use: $PYTHON if it is set, else 3.13, which the functions run on, else another from
# 3.11 to 3.14. Arguments limit the search to some minor versions.
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
echo "${PYTHON:+PYTHON=$PYTHON does not work. }Python 3.11 to 3.14 with its venv module is required." >&2
echo "Name one: make up PYTHON=/path/to/python3.13" >&2
exit 1
