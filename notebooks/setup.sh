#!/bin/sh
# Sets up everything that the notebooks need: builds the class path and installs the Jupyter kernel "isnet" for the user.
# It may be called again at any time; after changes of the sources it must be.
#
#   notebooks/setup.sh              builds, and installs the kernel for the user
#   notebooks/setup.sh --no-install builds, and leaves the kernel in notebooks/target/share/jupyter
#
#   ISNET_JAVA_OPTS   replaces the default memory limits of the kernel's JVM
#   ISNET_KERNEL      the installed kernel to build on (as "jupyter kernelspec list" names it), or rapaio; without it
#                     JJava or IJava is taken where one is installed, else the Rapaio kernel from Maven Central
#   PYTHON            the Python that has Jupyter, where it is neither python3 nor /usr/bin/python3

set -eu

fail() {
  echo "notebooks/setup.sh: $1" >&2
  exit 1
}

install=--install
case ${1:-} in
  '') ;;
  --no-install) install= ;;
  *)
    echo "notebooks/setup.sh: '$1' is not an option; there is only --no-install." >&2
    exit 2
    ;;
esac

here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd -P)
root=$(dirname "$here")
target=$here/target
mkdir -p "$target" 2>/dev/null || fail "The folder $target cannot be written."

# A Python with all that Jupyter needs to run notebooks.
python=
for candidate in "${PYTHON:-python3}" "${PYTHON:-/usr/bin/python3}"; do
  command -v "$candidate" >/dev/null || continue
  if "$candidate" -c 'import jupyter_client, nbclient, nbconvert, nbformat' 2>/dev/null; then
    python=$(command -v "$candidate")
    break
  fi
done
[ -n "$python" ] || fail "No Python with Jupyter is here; install it (Debian: apt install python3 jupyter-nbconvert \
jupyter-client python3-ipykernel jupyter-notebook; elsewhere: pip install notebook) or let PYTHON name the one that has it."

jdk="install a JDK 17 or newer (Debian: apt install openjdk-17-jdk-headless)"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null || fail "Java is missing; $jdk."
version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
[ "${version:-0}" -ge 17 ] || fail "Java ${version:-?} is too old; $jdk."
command -v "${java}c" >/dev/null || fail "Java is here, but not its compiler javac; $jdk."
command -v mvn >/dev/null || fail "Maven is missing; install Maven 3.8 or newer (Debian: apt install maven)."

log=$target/build.log
echo "notebooks/setup.sh: building (the first time Maven fetches about 260 MB; later about 20 seconds)" >&2
(cd "$root" && mvn -q -B -Pkernel -Disnet.launcher -Dmaven.test.skip=true \
  -pl isnet-notebook -am package) >"$log" 2>&1 ||
  fail "The build failed ($(sed -n 's/^\[ERROR\] *//p' "$log" | head -n 1 | cut -c 1-200)); all that Maven said is in $log."

# A kernel that runs keeps its own copy of the jars, whatever is built meanwhile.
lib=$target/lib
rm -rf "${lib:?}"
mkdir -p "$lib"
# Of several versions of a jar, the one that came last.
# shellcheck disable=SC2012 # Versions are plain words.
newest() {
  ls -t "$@" | head -n 1
}
cp "$(newest "$root"/isnet-notebook/target/kernel/*.jar)" "$target/kernel.jar"
cp "$(newest "$root"/isnet-notebook/target/isnet-notebook-*.jar)" "$lib"
tr ':' '\n' <"$root/isnet-notebook/target/classpath" | grep '\.jar$' >"$target/jars"
grep '/isnet-[a-z0-9]*/target/' "$target/jars" | while read -r jar; do
  cp "$jar" "$lib"
done
{
  ls "$lib"/*.jar
  grep -v '/isnet-[a-z0-9]*/target/' "$target/jars"
} >"$target/classpath"

limits=${ISNET_JAVA_OPTS:--Xmx1g -Dorg.bytedeco.javacpp.maxbytes=2g -Dorg.bytedeco.javacpp.maxphysicalbytes=3500m}

# shellcheck source=isnet-backend/environment.sh disable=SC1091
. "$root/isnet-backend/environment.sh"

printf '%s\n' "$python" >"$target/python"
# shellcheck disable=SC2086 # No --install is no argument.
"$python" "$here/kernelspec.py" $install --java "$java" "--options=$limits" "--kernel=${ISNET_KERNEL:-}" "$target"
