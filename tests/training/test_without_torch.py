"""A machine without the training extra tests everything else."""

import subprocess
import sys

WITHOUT_TORCH = """
import sys


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")


sys.meta_path.insert(0, Absent())
import pytest
sys.exit(pytest.main(["--collect-only", "-q", "tests/training"]))
"""


def test_tests_of_training_are_skipped_where_torch_is_absent(pytestconfig) -> None:
    collected = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH],
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        check=False,
    )
    assert collected.returncode == 0, collected.stdout
