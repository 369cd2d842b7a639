"""TensorFlow's dtypes and numpy's. Nothing here casts."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from ._errors import DTypeError

Values = np.ndarray[Any, Any]

#: numpy's dtypes for TensorFlow's; elements of files are little-endian.
NATIVE: Dict[str, str] = {
    "float16": "<f2",
    "float32": "<f4",
    "float64": "<f8",
    "int8": "|i1",
    "int16": "<i2",
    "int32": "<i4",
    "int64": "<i8",
    "uint8": "|u1",
    "uint16": "<u2",
    "uint32": "<u4",
    "uint64": "<u8",
    "bool": "|b1",
    "complex64": "<c8",
    "complex128": "<c16",
}

#: Quantized dtypes: integers whose scale is elsewhere.
QUANTIZED: Dict[str, str] = {"qint8": "|i1", "qint16": "<i2", "qint32": "<i4", "quint8": "|u1", "quint16": "<u2"}

#: Dtypes that numpy lacks and `ml_dtypes` has, with the integers of their bits. Narrow ones have a byte for each element.
EXTENDED: Dict[str, str] = {
    "bfloat16": "<u2",
    "float8_e5m2": "|u1",
    "float8_e4m3fn": "|u1",
    "float8_e4m3fnuz": "|u1",
    "float8_e4m3b11fnuz": "|u1",
    "float8_e5m2fnuz": "|u1",
    "int4": "|u1",
    "uint4": "|u1",
    "int2": "|u1",
    "uint2": "|u1",
    "float4_e2m1fn": "|u1",
}

_NAMES: Dict[str, str] = {text: name for name, text in NATIVE.items()}


def for_reading(name: str, path: str, tensor: str) -> np.dtype[Any]:
    """The numpy dtype that holds this dtype's elements."""
    text = NATIVE.get(name) or QUANTIZED.get(name)
    if text is not None:
        return np.dtype(text)
    if name not in EXTENDED:
        raise DTypeError(f"{path}: tensor {tensor!r} has dtype {name}, which has no values in a file", path, tensor)
    try:
        import ml_dtypes
    except ImportError:
        why = "numpy lacks it. Install ml_dtypes"
    else:
        kind = getattr(ml_dtypes, name, None)
        if kind is not None:
            extended: np.dtype[Any] = np.dtype(kind)
            return extended
        why = f"ml_dtypes {ml_dtypes.__version__} lacks it. Update ml_dtypes"
    raise DTypeError(
        f"{path}: tensor {tensor!r} has dtype {name}; {why}, or read its bits with raw({tensor!r})", path, tensor
    )


def of_bits(name: str, path: str, tensor: str) -> np.dtype[Any]:
    """The unsigned integers of a dtype's bits, or numpy's own dtype where it has one."""
    text = EXTENDED.get(name)
    return np.dtype(text) if text is not None else for_reading(name, path, tensor)


def is_string(dtype: np.dtype[Any]) -> bool:
    """Whether an array's elements are written as strings, if they are bytes or text."""
    return dtype.kind in "OSUT"


def for_writing(dtype: np.dtype[Any], wanted: Optional[str], path: str, tensor: str) -> str:
    """TensorFlow's name for an array's dtype; ``wanted`` is what the caller says that the elements are."""
    if is_string(dtype):
        name: Optional[str] = "string"
    elif dtype.name in EXTENDED and dtype.fields is None:
        name = dtype.name
    else:
        name = _NAMES.get(dtype.newbyteorder("<").str)
    if name is None:
        raise DTypeError(
            f"{path}: tensor {tensor!r} has dtype {dtype}, which no weight file holds. Cast it with astype",
            path,
            tensor,
        )
    if wanted is None or wanted == name:
        return name
    # The same bits under another name: qint8 for int8, bfloat16 for uint16.
    if name in NATIVE and NATIVE[name] == (QUANTIZED.get(wanted) or EXTENDED.get(wanted)):
        return wanted
    raise DTypeError(
        f"{path}: tensor {tensor!r} has dtype {name}, and 'dtypes' says {wanted}. Cast it with astype", path, tensor
    )


def packed_strings(array: Values, path: str, tensor: str) -> Tuple[bytes, np.ndarray[Any, np.dtype[np.uint64]]]:
    """The bytes of all strings, one after another, and where each ends."""
    strings: List[bytes] = []
    for index, element in enumerate(array.ravel().tolist()):
        if isinstance(element, str):
            try:
                element = element.encode()
            except UnicodeEncodeError as error:
                raise DTypeError(
                    f"{path}: tensor {tensor!r}: element {index} is not text: {error}", path, tensor
                ) from None
        elif not isinstance(element, bytes):
            raise DTypeError(
                f"{path}: tensor {tensor!r}: element {index} is of type {type(element).__name__}; an array of objects "
                "may contain only bytes and str",
                path,
                tensor,
            )
        strings.append(element)
    ends = np.cumsum([len(string) for string in strings], dtype=np.uint64)
    return b"".join(strings), ends


def packed(array: Values) -> Values:
    """The elements row-major and little-endian; the array itself if they are already."""
    contiguous = np.ascontiguousarray(array)
    return contiguous if array.dtype.isnative else contiguous.byteswap()
