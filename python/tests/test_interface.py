"""What other programs may rely on: a change here is a change for them."""

import ctypes
import importlib.metadata
import inspect
import os
import re
import shutil
import subprocess

import golden
import pytest

import decant
from decant import _library

HEADER = os.path.join(golden.ROOT, "Sources", "Library", "CDecant", "include", "decant.h")

MODULE = {
    "AccessError": "(message, path=None, tensor=None)",
    "Caption": "(text, probability, logprob, ids, complete)",
    "Captioner": "(path, vocab=None, threads=None, precision='exact')",
    "Checkpoint": "(path, options)",
    "DTypeError": "(message, path=None, tensor=None)",
    "DataError": "(message, path=None, tensor=None)",
    "Error": "(message, path=None, tensor=None)",
    "File": "(path, byte_count)",
    "MissingFileError": "(message, path=None, tensor=None)",
    "MissingTensorError": "(message, path=None, tensor=None)",
    "NotFoundError": "(message, path=None, tensor=None)",
    "OutputError": "(message, path=None, tensor=None)",
    "UsageError": "(message, path=None, tensor=None)",
    "convert": "(source, output, *, names='modern', format=None, vocab=None, rename=None, dtype=None, "
    "inference_only=False, weights_only=False, fold_batch_norm=False, ema=False, match=None, drop=None, "
    "object_names=None, dequantize=False, ignore_code=False, verify=True, check=True, digest=True, compression=None, "
    "shards=None, max_shard_size=None, external_data=False, force=False)",
    "load": "(path, *, names=None, **options)",
    "open": "(path, *, verify=True, object_names=None, dequantize=False, ignore_code=False, names=None, dtype=None, "
    "inference_only=False, weights_only=False, fold_batch_norm=False, ema=False, match=None, drop=None)",
    "save": "(arrays, path, *, metadata=None, format=None, force=False, dtypes=None, compression=None, shards=None, "
    "max_shard_size=None)",
}

MEMBERS = {
    "Checkpoint": [
        "close", "closed", "dtypes", "files", "format", "get", "items", "keys", "metadata", "path", "problems", "raw",
        "shapes", "values",
    ],
    "Captioner": ["caption", "close", "closed", "path"],
    "Error": ["add_note", "args", "with_traceback"],
}  # fmt: skip

BASES = {
    "DataError": ["Error"],
    "UsageError": ["Error", "ValueError"],
    "DTypeError": ["Error", "TypeError"],
    "NotFoundError": ["Error"],
    "MissingFileError": ["NotFoundError", "FileNotFoundError"],
    "MissingTensorError": ["NotFoundError", "KeyError"],
    "AccessError": ["Error", "OSError"],
    "OutputError": ["AccessError"],
}


def test_names():
    assert decant.__all__ == sorted(MODULE)
    public = {name for name in vars(decant) if not name.startswith("_")}
    assert public == set(MODULE)


def test_signatures():
    for name, wanted in MODULE.items():
        signature = inspect.signature(getattr(decant, name))
        parameters = [
            parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()
        ]
        plain = signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)
        assert str(plain) == wanted, name


def test_members():
    for name, wanted in MEMBERS.items():
        members = [member for member in dir(getattr(decant, name)) if not member.startswith("_")]
        # Python 3.11 gave exceptions a method more.
        assert [m for m in members if m != "add_note"] == [m for m in wanted if m != "add_note"]


def test_exceptions():
    for name, bases in BASES.items():
        assert [base.__name__ for base in getattr(decant, name).__bases__] == bases
        assert getattr(decant, name).__module__ == "decant"


def test_everything_is_documented():
    for name in decant.__all__:
        thing = getattr(decant, name)
        assert inspect.getdoc(thing), name
        for member, value in inspect.getmembers(thing) if inspect.isclass(thing) else ():
            if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                assert inspect.getdoc(value), f"{name}.{member}"


def header():
    with open(HEADER) as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)


def functions_of_header():
    """name -> the types of its parameters, without their names."""
    functions = {}
    for result, name, parameters in re.findall(r"([\w ]+?[ *]+)(decant_\w+)\(([^;{)]*)\);", header()):
        functions[name] = (result.strip(), [p.strip() for p in parameters.split(",") if p.strip() != "void"])
    return functions


def test_the_header_and_the_binding_have_the_same_functions():
    functions = functions_of_header()
    assert sorted(functions) == sorted(_library.FUNCTIONS)
    for name, (result, parameters) in functions.items():
        bound_result, bound = _library.FUNCTIONS[name]
        assert len(bound) == len(parameters), name
        for declared, used in zip(parameters, bound):
            if re.fullmatch(r"uint64_t \w+", declared):
                assert used is ctypes.c_uint64
            elif re.fullmatch(r"size_t \w+", declared):
                assert used is ctypes.c_size_t
            elif declared.startswith("const char *"):
                assert used is ctypes.c_char_p
            elif declared.startswith("decant_progress"):
                assert used is _library.Progress
            else:
                assert "*" in declared and used in (
                    ctypes.c_void_p,
                    ctypes.POINTER(ctypes.c_void_p),
                    ctypes.POINTER(ctypes.c_uint64),
                    ctypes.POINTER(_library.Array),
                )
        kinds = {
            "void": None,
            "const char *": ctypes.c_char_p,
            "decant_status": ctypes.c_int32,
            "int32_t": ctypes.c_int32,
        }
        assert bound_result is kinds[result]


def test_the_header_and_the_binding_have_the_same_structure():
    body = re.search(r"typedef struct decant_array \{(.*?)\}", header(), re.DOTALL).group(1)
    fields = [re.search(r"(\w+)$", field.strip()).group(1) for field in body.split(";") if field.strip()]
    assert fields == [field for field, _ in _library.Array._fields_]
    assert ctypes.sizeof(_library.Array) == 8 * len(fields)


def test_the_header_and_the_binding_have_the_same_statuses():
    statuses = {name: int(value) for name, value in re.findall(r"(DECANT_[A-Z_]+) = (\d+)", header())}
    assert statuses.pop("DECANT_OK") == _library.OK
    assert statuses.pop("DECANT_CANCELLED") == _library.CANCELLED
    assert sorted(statuses.values()) == sorted(_library.EXCEPTIONS)
    assert int(re.search(r"INTERFACE_VERSION (\d+)", header()).group(1)) == _library.INTERFACE_VERSION


@pytest.mark.skipif(shutil.which("nm") is None, reason="needs nm of binutils")
def test_the_library_exports_the_header_and_nothing_else():
    library = os.path.join(_library.PACKAGE, "libdecant.so")
    listing = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True)
    # Lower case letters are symbols that nothing outside can use.
    symbols = [line.split()[-1].split("@")[0] for line in listing.stdout.splitlines() if line.split()[-2].isupper()]
    assert sorted(symbols) == sorted(functions_of_header())


def test_versions():
    assert decant.__version__ == importlib.metadata.version("decant-weights")
    assert decant.__version__ == _library.library.decant_version().decode()


def test_types_are_declared():
    assert os.path.exists(os.path.join(_library.PACKAGE, "py.typed"))


def test_the_program_is_in_the_wheel():
    assert _library.program is not None
    result = subprocess.run([_library.program, "--version"], capture_output=True, text=True, check=True)
    assert decant.__version__ in result.stdout


def test_the_command(tmp_path):
    import sysconfig

    command = os.path.join(sysconfig.get_path("scripts"), "decant")
    result = subprocess.run([command, "--version"], capture_output=True, text=True)
    assert decant.__version__ in result.stdout
    result = subprocess.run([command, "inspect", "nothing"], capture_output=True, text=True)
    assert result.returncode == 66 and "nothing" in result.stderr
