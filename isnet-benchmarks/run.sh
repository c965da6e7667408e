#!/bin/sh
# Measures on this machine and prints name, ratio and limit; exit code 1 when a limit is exceeded.
#   isnet-benchmarks/run.sh [isnet-step|plain-step|inference|memory-growth|phantoms|loader ...] [--profile] [--json FILE]
set -eu
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd -P)
(cd "$here/.." && mvn -q -B -Dmaven.test.skip=true -pl isnet-benchmarks -am package >&2)
classes=$here/target/classes:$here/../isnet-dl4j/target/classes:$here/../isnet-data/target/classes
exec java -Xmx1g -Dorg.bytedeco.javacpp.maxbytes=2g -Dorg.bytedeco.javacpp.maxphysicalbytes=4g \
  -cp "$classes:$(cat "$here/target/classpath")" dev.isnet.benchmarks.Benchmarks "$@"
