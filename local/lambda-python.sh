#!/bin/sh
# Prints a Python 3.13, the version of Lambda's, that the layer is compiled with: that of the folder of tools, the
# argument, or one that uv fetches.
set -e
tools=$1
if "$tools/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))'; then
  echo "$tools/python"
else
  UV_PYTHON_DOWNLOADS=automatic "$tools/uv" python install --quiet 3.13
  "$tools/uv" python find --managed-python 3.13
fi
