"""Writes the Jupyter kernel "isnet": an installed JJava or IJava, or else the Rapaio kernel, with the project's class
path, memory limits and environment."""

import argparse
import json
import os
import pathlib
import sys

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager, NoSuchKernel

NAME = "isnet"

# What the native libraries must find (isnet-backend/environment.sh, which setup.sh has read).
ENVIRONMENT = [
    "DNNL_PRIMITIVE_CACHE_CAPACITY",
    "GOMP_SPINCOUNT",
    "MALLOC_ARENA_MAX",
    "MALLOC_MMAP_MAX_",
    "MALLOC_TRIM_THRESHOLD_",
    "MALLOC_TOP_PAD_",
]


def manager_of_kernels():
    """All kernels but Python's own, which takes a second and some warnings to look at."""
    return KernelSpecManager(ensure_native_kernel=False)


def family(spec):
    """Which of the kernels a kernelspec starts: "jjava", "ijava", or "" for another one."""
    words = " ".join(spec.argv).lower()
    return "jjava" if "jjava" in words else "ijava" if "ijava" in words else ""


def installed(wanted):
    """The kernelspec of the wanted kernel, or of the first JJava or IJava that is installed; None for the stand-in."""
    if wanted == "rapaio":
        return None
    manager = manager_of_kernels()
    if wanted:
        try:
            spec = manager.get_kernel_spec(wanted)
        except NoSuchKernel:
            sys.exit(f"notebooks/setup.sh: There is no kernel '{wanted}'; jupyter kernelspec list shows those that there are.")
        if not family(spec):
            sys.exit(f"notebooks/setup.sh: The kernel '{wanted}' is neither IJava nor JJava: it runs {spec.argv[0]}.")
        return spec
    names = sorted(set(manager.find_kernel_specs()) - {NAME, NATIVE_KERNEL_NAME})
    specs = [spec for spec in (readable(manager, name) for name in names) if spec and family(spec)]
    return max(specs, key=family) if specs else None


def readable(manager, name):
    """A kernelspec; None, and a sentence, for one whose kernel.json is broken."""
    try:
        return manager.get_kernel_spec(name)
    except (ValueError, OSError) as e:
        print(f"notebooks/setup.sh: The kernel '{name}' is passed over, its kernel.json cannot be read: {e}.", file=sys.stderr)
        return None


def kernel(target, java, options, wanted):
    """The contents of kernel.json, and the name of the kernel behind it."""
    jars = (target / "classpath").read_text().split("\n")[:-1]
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    spec = installed(wanted)
    options = options.split() + ["-Djava.awt.headless=true", "-Dorg.deeplearning4j.crash.reporting.enabled=false"]
    if spec is None:
        # In front of the kernel, which brings old versions of some libraries.
        path = os.pathsep.join(jars + [str(target / "kernel.jar")])
        argv = [java, *options, "-cp", path, "org.rapaio.jupyter.kernel.MainApp", "{connection_file}"]
        name = "the Rapaio kernel"
    else:
        # The isnet kernel has a folder of its own, without the launcher that may lie beside the other's kernel.json.
        argv = [word.replace("{resource_dir}", spec.resource_dir) for word in spec.argv]
        path = os.pathsep.join(jars)
        # These kernels start Java in several ways; each Java reads this variable.
        environment = {**spec.env, **environment, "JDK_JAVA_OPTIONS": " ".join(options)}
        for variable in ("IJAVA_CLASSPATH", "JJAVA_CLASSPATH"):
            own = spec.env.get(variable)
            environment[variable] = path + os.pathsep + own if own else path
        name = {"jjava": "JJava", "ijava": "IJava"}[family(spec)]
    return {
        "argv": argv,
        "display_name": "Java (isnet)",
        "language": "java",
        "interrupt_mode": spec.interrupt_mode if spec else "message",
        "env": environment,
    }, name


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=pathlib.Path)
    parser.add_argument("--java", required=True)
    parser.add_argument("--options", required=True)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--install", action="store_true")
    arguments = parser.parse_args()
    contents, name = kernel(arguments.target, arguments.java, arguments.options, arguments.kernel)
    folder = arguments.target / "share" / "jupyter" / "kernels" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kernel.json").write_text(json.dumps(contents, indent=1) + "\n")
    if arguments.install:
        manager_of_kernels().install_kernel_spec(str(folder), NAME, user=True)
        print(f"notebooks/setup.sh: The kernel \"Java (isnet)\" is installed; it is {name}. Now: jupyter notebook {arguments.target.parent}")
    else:
        print(f"notebooks/setup.sh: The kernel is in {folder}; it is {name}.")


main()
