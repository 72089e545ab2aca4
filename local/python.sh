#!/bin/sh
# Prints the Python to use: 3.13, the version the functions run on, where one runs; else the newest from 3.11 on.
for version in 13 14 12 11; do
  for candidate in "python3.$version" "$HOME"/.pyenv/versions/3."$version".*/bin/python3 python3; do
    if "$candidate" -c "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, $version))" 2>/dev/null; then
      "$candidate" -c 'import sys; print(sys.executable)'
      exit 0
    fi
  done
done
echo "Python 3.11 or newer is needed, with its venv module." >&2
exit 1
