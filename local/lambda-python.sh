#!/bin/sh
# Prints a Python 3.13, the version of Lambda's, that the layer is compiled with: one of this machine or, where it has
# none, one that uv fetches. The argument is the folder of uv.
set -e
if ! PYTHON='' "$(dirname "$0")/python.sh" 13 2>/dev/null; then
  UV_PYTHON_DOWNLOADS=automatic "$1/uv" python install --quiet 3.13
  "$1/uv" python find --managed-python 3.13
fi
