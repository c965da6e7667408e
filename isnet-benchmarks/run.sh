#!/bin/sh
# Measures on this machine and prints name, ratio and limit; exit code 1 when a limit is exceeded.
#   isnet-benchmarks/run.sh [NAME ...] [--profile] [--json FILE]     (a wrong name prints them all)
# --profile also prints the times of a step by operation; without a name it runs those that have them.
set -eu
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd -P)
(cd "$here/.." && mvn -q -B -Dmaven.test.skip=true -pl isnet-benchmarks -am package >&2)
classes=$here/target/classes:$here/../isnet-dl4j/target/classes:$here/../isnet-data/target/classes
. "$here/../isnet-backend/environment.sh"
exec java -Xmx2g -Dorg.bytedeco.javacpp.maxbytes=4g -Dorg.bytedeco.javacpp.maxphysicalbytes=7g \
  -cp "$classes:$(cat "$here/target/classpath")" dev.isnet.benchmarks.Benchmarks "$@"
