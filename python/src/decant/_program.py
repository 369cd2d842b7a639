"""The decant program, which writes HDF5: libdecant.so has no libhdf5."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

from . import _library
from ._errors import AccessError

#: The command's names of dtypes to cast to.
_CASTS = {"float16": "f16", "bfloat16": "bf16", "float32": "f32", "float64": "f64"}


def is_hdf5(output: str, format: Optional[str]) -> bool:
    """Whether an output of this name and format is HDF5."""
    return format == "hdf5" or format is None and output.lower().endswith((".h5", ".hdf5"))


def convert(source: str, output: str, options: Dict[str, Any]) -> Dict[str, Any]:
    """Runs ``decant convert``, with the options of `decant_convert`, and returns its report."""
    arguments: List[str] = ["convert", "--json"]
    options = dict(options)
    options["dtype"] = _CASTS.get(options.get("dtype") or "", options.get("dtype"))
    options["to"] = options.pop("format", None)
    for name, value in options.items():
        option = name.replace("_", "-")
        if name in ("verify", "check", "digest"):
            if value is False:
                arguments.append(f"--no-{option}")
        elif value is True:
            arguments.append(f"--{option}")
        elif value is not None and value is not False:
            arguments.append(f"--{option}={value}")
    report: Dict[str, Any] = json.loads(_run([*arguments, f"--output={output}", "--", source], source))
    return report


def _run(arguments: List[str], path: str) -> str:
    # Not above: most programs only read, and importing these takes longer than opening a file.
    import shutil
    import signal
    import subprocess

    program = _library.program or shutil.which("decant")
    if program is None:
        raise AccessError("there is no decant program, which writes HDF5. Install the wheel of decant-weights again.")
    try:
        process = subprocess.Popen(
            [program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except OSError as error:
        raise AccessError(f"{program}: {error.strerror}. Install the wheel of decant-weights again.") from None
    with process:
        try:
            output, errors = process.communicate()
        except BaseException:
            # The program then removes what it has written; it must have done so when the caller goes on.
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        message = errors.decode("utf-8", "replace").strip()
        status = _library.CANCELLED if process.returncode == -signal.SIGINT else process.returncode
        raise _library.failure(status, message[7:] if message.startswith("Error: ") else message, path)
    return output.decode("utf-8", "replace")
