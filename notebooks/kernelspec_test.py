"""What kernelspec.py makes of the Java kernels that are installed."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent / "kernelspec.py"

IJAVA = {
    "argv": ["java", "-jar", "/opt/ijava/ijava-1.3.0.jar", "{connection_file}"],
    "display_name": "Java",
    "language": "java",
    "env": {"IJAVA_CLASSPATH": "/own.jar"},
}
JJAVA = {
    "argv": ["java", "-jar", "{resource_dir}/jjava-launcher.jar", "{connection_file}"],
    "display_name": "Java",
    "language": "java",
}
OTHER = {"argv": ["other", "{connection_file}"], "display_name": "Other", "language": "other"}


class KernelspecTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "classpath").write_text("/a.jar\n/b.jar\n")

    def run_with(self, kernels, wanted=""):
        for name, spec in kernels.items():
            place = self.folder / "installed" / "kernels" / name
            place.mkdir(parents=True)
            (place / "kernel.json").write_text(spec if isinstance(spec, str) else json.dumps(spec))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "JUPYTER_PATH": str(self.folder / "installed"),
        }
        arguments = [str(self.folder), "--java=java", "--options=-Xmx1g", f"--kernel={wanted}"]
        return subprocess.run([sys.executable, SCRIPT, *arguments], env=environment, capture_output=True, text=True)

    def kernel(self, kernels, wanted=""):
        done = self.run_with(kernels, wanted)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.folder / "share/jupyter/kernels/isnet/kernel.json").read_text())

    def test_ijava_gets_the_class_path_in_front_of_its_own(self):
        kernel = self.kernel({"java": IJAVA}, wanted="java")
        self.assertEqual(kernel["argv"], IJAVA["argv"])
        self.assertEqual(kernel["env"]["IJAVA_CLASSPATH"], "/a.jar:/b.jar:/own.jar")
        self.assertEqual(kernel["env"]["JDK_JAVA_OPTIONS"].split()[0], "-Xmx1g")

    def jjava(self, name):
        launcher = self.folder / "installed" / "kernels" / name / "jjava-launcher.jar"
        return ["java", "-jar", str(launcher), "{connection_file}"]

    def test_jjava_gets_the_class_path(self):
        kernel = self.kernel({"jjava": JJAVA})
        self.assertEqual(kernel["argv"], self.jjava("jjava"))
        self.assertEqual(kernel["env"]["JJAVA_CLASSPATH"], "/a.jar:/b.jar")

    def test_jjava_comes_before_ijava_unless_ijava_is_wanted(self):
        self.assertEqual(self.kernel({"a": IJAVA, "b": JJAVA})["argv"], self.jjava("b"))
        self.assertEqual(self.kernel({}, wanted="a")["argv"], IJAVA["argv"])

    def test_the_kernel_that_maven_fetched_comes_after_the_class_path(self):
        argv = self.kernel({"java": IJAVA}, wanted="rapaio")["argv"]
        self.assertEqual(argv[argv.index("-cp") + 1], f"/a.jar:/b.jar:{self.folder}/kernel.jar")

    def test_a_broken_kernel_of_something_else_is_passed_over(self):
        kernel = self.kernel({"broken": "{", "java": IJAVA})
        self.assertEqual(kernel["argv"], IJAVA["argv"])

    def test_a_kernel_that_is_not_there_or_not_for_java_is_refused_in_a_sentence(self):
        missing = self.run_with({"other": OTHER}, wanted="java")
        self.assertEqual(missing.returncode, 1)
        self.assertEqual(
            missing.stderr,
            "notebooks/setup.sh: There is no kernel 'java'; jupyter kernelspec list shows those that there are.\n",
        )
        other = self.run_with({}, wanted="other")
        self.assertEqual(other.returncode, 1)
        self.assertEqual(
            other.stderr,
            "notebooks/setup.sh: The kernel 'other' is neither IJava nor JJava: it runs other.\n",
        )


unittest.main()
