#!/bin/sh
# Tests what setup.sh makes of the kernels that are installed, and executes the notebooks from top to bottom without a
# browser, each twice in one kernel. It fails when a cell fails, when the outputs in a file belong to other code, or when
# the second run takes more memory than the first.
#
#   notebooks/test.sh                    tests all notebooks
#   notebooks/test.sh a.ipynb b.ipynb    tests some
#   notebooks/test.sh --write [FILE…]    runs them once and keeps the outputs in the files

set -eu

here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd -P)
mode=--twice
if [ "${1:-}" = --write ]; then
  mode=--write
  shift
fi
[ $# -gt 0 ] || set -- "$here"/*.ipynb

"$here/setup.sh" --no-install
JUPYTER_PATH=$here/target/share/jupyter${JUPYTER_PATH:+:$JUPYTER_PATH}
export JUPYTER_PATH
python=$(cat "$here/target/python")
[ "$mode" = --write ] || "$python" "$here/kernelspec_test.py"
exec "$python" "$here/run.py" "$mode" "$@"
