# What the native libraries must find in the environment to be fast; to be sourced before Java starts. Values that are
# set already are kept. docs/performance.md has what each gave.

# oneDNN keeps 200 prepared operations; a step of a deep network has more and would prepare them anew each time.
export DNNL_PRIMITIVE_CACHE_CAPACITY="${DNNL_PRIMITIVE_CACHE_CAPACITY:-4096}"

# GNU OpenMP's threads wait busily, which takes the processors from the rest of the program.
export GOMP_SPINCOUNT="${GOMP_SPINCOUNT:-5000}"

# The C library gives every large block back to the system, which hands out zeroed pages again a moment later.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
export MALLOC_MMAP_MAX_="${MALLOC_MMAP_MAX_:-0}"
export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-8589934592}"
export MALLOC_TOP_PAD_="${MALLOC_TOP_PAD_:-67108864}"
