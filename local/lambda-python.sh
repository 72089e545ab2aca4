#!/bin/sh
# Prints the path of a Python 3.13, Lambda's version, to compile the layer with: this machine's, or one that uv
# downloads. The argument is the folder of uv.
set -e
if ! PYTHON='' "$(dirname "$0")/python.sh" 13 2>/dev/null; then
  UV_PYTHON_DOWNLOADS=automatic "$1/uv" python install --quiet 3.13
  "$1/uv" python find --managed-python 3.13
fi
