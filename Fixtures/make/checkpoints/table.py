"""TensorFlow's checkpoint formats in pure Python: just enough of a writer to make what TensorFlow no longer makes,
and just enough of a reader to damage a good file at a chosen place. Standard library only, Python 3.

The layout, bottom up: varints and CRC-32C, protobuf messages, Snappy, blocks, the table, V1 records, V2 bundles.
"""
import struct

MAGIC = 0xDB4775248B80FB57
TRAILER = 5
FOOTER = 48

DTYPES = {name: number for number, name in enumerate(
    "invalid float32 float64 int32 uint8 int16 int8 string complex64 int64 bool qint8 quint8 qint32 bfloat16 qint16 "
    "quint16 uint16 complex128 float16 resource variant uint32 uint64 float8_e5m2 float8_e4m3fn float8_e4m3fnuz "
    "float8_e4m3b11fnuz float8_e5m2fnuz int4 uint4 int2 uint2".split())}
FORMS = {"float32": "f", "float64": "d", "int32": "i", "uint8": "B", "int16": "h", "int8": "b", "int64": "q",
         "bool": "B", "qint8": "b", "quint8": "B", "qint32": "i", "bfloat16": "H", "qint16": "h", "quint16": "H",
         "uint16": "H", "float16": "H", "uint32": "I", "uint64": "Q", "complex64": "f", "complex128": "d"}

# ---------------------------------------------------------------------------------------------------------------
# Varints and checksums


def varint(number):
    number &= (1 << 64) - 1  # negative numbers are sign-extended to 64 bits
    output = bytearray()
    while number >= 0x80:
        output.append(number & 0x7F | 0x80)
        number >>= 7
    output.append(number)
    return bytes(output)


def read_varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, at


def _crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_CRC = _crc_table()


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def masked(crc):
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283 and masked(0) == 0xA282EAD8

# ---------------------------------------------------------------------------------------------------------------
# Protobuf


def field(number, value):
    """A varint for an int, a length-delimited field for bytes. Zero is written too; `optional` leaves it out."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def optional(number, value):
    return field(number, value) if value else b""


def fixed32(number, value):
    return varint(number << 3 | 5) + struct.pack("<I", value)


def fields(message):
    """The top level of a message: (number, value), where a value is a number or bytes."""
    output, at = [], 0
    while at < len(message):
        tag, at = read_varint(message, at)
        if tag & 7 == 0:
            value, at = read_varint(message, at)
        else:
            width, at = (8, at) if tag & 7 == 1 else (4, at) if tag & 7 == 5 else read_varint(message, at)
            value = message[at:at + width]
            at += width
        output.append((tag >> 3, value))
    return output


def shape_message(shape):
    return b"".join(field(2, optional(1, extent)) for extent in shape)


def slice_message(extents):
    """`None` is a dimension taken whole; `(start, length)` a range, whose length is always written."""
    return b"".join(field(1, b"" if e is None else optional(1, e[0]) + field(2, e[1])) for e in extents)


# ---------------------------------------------------------------------------------------------------------------
# Ordered code: the keys of slices


def ordered_unsigned(number):
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes([len(body)]) + body


def ordered_string(text):
    return b"".join({0: b"\x00\xff", 255: b"\xff\x00"}.get(byte, bytes([byte])) for byte in text) + b"\x00\x01"


def ordered_signed(number):
    magnitude = number if number >= 0 else ~number
    length = 1
    while magnitude >= 1 << (7 * length - 1):
        length += 1
    mask = ((1 << length) - 1) << (7 * length)
    return ((number & (1 << 8 * length) - 1) ^ mask).to_bytes(length, "big")


def slice_key(name, extents):
    return b"".join([ordered_unsigned(0), ordered_string(name), ordered_unsigned(len(extents))]
                    + [ordered_signed(start) + ordered_signed(length)
                       for start, length in (e or (0, -1) for e in extents)])


assert slice_key(b"foo", [None, None, (1, 3), (4, 5)]).hex() == "00666f6f00010104807f807f81838485"
assert ordered_signed(-2048).hex() == "3800" and ordered_signed(8192).hex() == "e02000"

# ---------------------------------------------------------------------------------------------------------------
# Snappy


def snappy(data):
    """A small compressor that uses every kind of element: copies with 1, 2 and 4 bytes of offset (the last where two
    would do, once in sixteen, because real compressors rarely emit it), overlapping copies, short and long literals."""
    output = bytearray(varint(len(data)))
    seen, at, literal, copies = {}, 0, 0, 0

    def put_literal(chunk):
        length = len(chunk) - 1
        if length < 60:
            output.append(length << 2)
        else:
            width = (length.bit_length() + 7) // 8
            output.append((59 + width) << 2)
            output.extend(length.to_bytes(width, "little"))
        output.extend(chunk)

    while at < len(data):
        word = data[at:at + 4]
        start = seen.get(word) if len(word) == 4 else None
        seen[word] = at
        if start is None:
            at += 1
            continue
        length = 4
        while at + length < len(data) and data[start + length] == data[at + length]:
            length += 1
        if at > literal:
            put_literal(data[literal:at])
        offset = at - start
        at += length
        literal = at
        while length:
            copies += 1
            if 4 <= length <= 11 and offset < 2048 and copies % 16 != 7:
                output.append(1 | length - 4 << 2 | offset >> 8 << 5)
                output.append(offset & 0xFF)
                break
            part = min(length, 64)
            if offset < 65536 and copies % 16 != 7:
                output.append(2 | part - 1 << 2)
                output.extend(offset.to_bytes(2, "little"))
            else:
                output.append(3 | part - 1 << 2)
                output.extend(offset.to_bytes(4, "little"))
            length -= part
    if len(data) > literal:
        put_literal(data[literal:])
    return bytes(output)


def unsnappy(data):
    """The inverse, used to check the compressor and to read tables. Returns the bytes and a count per element kind."""
    length, at = read_varint(data, 0)
    output, kinds = bytearray(), [0, 0, 0, 0]
    while at < len(data):
        tag = data[at]
        at += 1
        kinds[tag & 3] += 1
        if tag & 3 == 0:
            size = tag >> 2
            if size >= 60:
                width = size - 59
                size = int.from_bytes(data[at:at + width], "little")
                at += width
            output += data[at:at + size + 1]
            at += size + 1
            continue
        if tag & 3 == 1:
            size, offset = 4 + (tag >> 2 & 7), tag >> 5 << 8 | data[at]
            at += 1
        else:
            width = 2 if tag & 3 == 2 else 4
            size, offset = (tag >> 2) + 1, int.from_bytes(data[at:at + width], "little")
            at += width
        assert 0 < offset <= len(output)
        for _ in range(size):
            output.append(output[-offset])
    assert len(output) == length
    return bytes(output), kinds


# ---------------------------------------------------------------------------------------------------------------
# Blocks and the table


def block(entries, interval, restart_count=None):
    """Prefix-compressed entries and their restart array. `restart_count` overrides the count, to damage it."""
    output, restarts, last = bytearray(), [], b""
    for number, (key, value) in enumerate(entries):
        shared = 0
        if number % interval == 0:
            restarts.append(len(output))
        else:
            while shared < min(len(key), len(last)) and key[shared] == last[shared]:
                shared += 1
        output += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    restarts = restarts or [0]
    output += struct.pack("<%dI" % len(restarts), *restarts)
    return bytes(output) + struct.pack("<I", len(restarts) if restart_count is None else restart_count)


def handle(offset, size):
    return varint(offset) + varint(size)


def trailer(stored, kind):
    return bytes([kind]) + struct.pack("<I", masked(crc32c(stored + bytes([kind]))))


def footer(metaindex, index, magic=MAGIC):
    return (metaindex + index).ljust(40, b"\0") + struct.pack("<Q", magic)


def table(entries, compress=False, block_size=262144, handles=None, restart_count=None, index_keys=None):
    """The file with the entries given, in the order given: sorting is the caller's, so that it can be got wrong.

    `handles(list)` may change the (offset, size) pairs put into the index block; `restart_count` damages data blocks.
    """
    output = bytearray()

    def put(contents):
        stored, kind = (snappy(contents), 1) if compress else (contents, 0)
        place = (len(output), len(stored))
        output.extend(stored + trailer(stored, kind))
        return place

    groups, size = [[]], 0
    for key, value in entries:
        if groups[-1] and size + len(key) + len(value) > block_size:
            groups.append([])
            size = 0
        groups[-1].append((key, value))
        size += len(key) + len(value)
    places = [put(block(group, 16, restart_count)) for group in groups]
    metaindex = put(block([], 1))
    if handles:
        places = handles(places)
    index = put(block([(group[-1][0], handle(*place)) for group, place in zip(groups, places)], 1))
    return bytes(output) + footer(handle(*metaindex), handle(*index))


class Table:
    """A good table taken apart: blocks in file order and all entries."""

    def __init__(self, data):
        self.data = data
        assert struct.unpack("<Q", data[-8:])[0] == MAGIC
        at = len(data) - FOOTER
        offset, at = read_varint(data, at)
        size, at = read_varint(data, at)
        self.metaindex = (offset, size)
        offset, at = read_varint(data, at)
        size, at = read_varint(data, at)
        self.index = (offset, size)
        self.blocks, self.kinds, self.entries = [], [], []
        for _, value in self.read_block(*self.index):
            offset, at = read_varint(value, 0)
            size, at = read_varint(value, at)
            self.blocks.append((offset, size))
            self.kinds.append(data[offset + size])
            self.entries += self.read_block(offset, size)

    def read_block(self, offset, size):
        stored, end = self.data[offset:offset + size], self.data[offset + size:offset + size + TRAILER]
        assert end == trailer(stored, end[0]), "block checksum"
        contents = unsnappy(stored)[0] if end[0] else stored
        restarts = struct.unpack("<I", contents[-4:])[0]
        limit, at, key, output = len(contents) - 4 - 4 * restarts, 0, b"", []
        while at < limit:
            shared, at = read_varint(contents, at)
            unshared, at = read_varint(contents, at)
            length, at = read_varint(contents, at)
            key = key[:shared] + contents[at:at + unshared]
            at += unshared
            output.append((key, contents[at:at + length]))
            at += length
        return output


# ---------------------------------------------------------------------------------------------------------------
# V1


def value_numbers(dtype, data):
    return struct.unpack("<%d%s" % (len(data) // struct.calcsize(FORMS[dtype]), FORMS[dtype]), data)


def tensor_proto(dtype, data, unpacked=False, chunks=1):
    """The value list of one slice: packed in one or several runs, or one tag for each value."""
    if dtype == "string":
        return b"".join(field(8, item) for item in data)
    number = {"float32": 5, "float64": 6, "complex64": 9, "complex128": 12, "int64": 10, "bool": 11, "float16": 13}.get(
        dtype, 7)
    if number in (5, 6, 9, 12):
        width = 4 if number in (5, 9) else 8
        values = [data[at:at + width] for at in range(0, len(data), width)]
        kind = 5 if width == 4 else 1
    else:
        values = [varint(value) for value in value_numbers(dtype, data)]
        kind = 0
    if unpacked:
        return b"".join(varint(number << 3 | kind) + value for value in values)
    size = -(-len(values) // chunks) or 1
    return b"".join(field(number, b"".join(values[at:at + size])) for at in range(0, len(values), size))


def v1_record(name, extents, proto):
    return slice_key(name, extents), field(2, field(1, name) + field(2, slice_message(extents)) + field(3, proto))


def v1_meta(tensors, versions=field(1, 1)):
    """`tensors`: (name, shape, dtype number, slices)."""
    return b"", field(1, b"".join(
        field(1, field(1, name) + field(2, shape_message(shape)) + field(3, dtype)
              + b"".join(field(4, slice_message(extents)) for extents in slices))
        for name, shape, dtype, slices in tensors) + field(2, versions))


# ---------------------------------------------------------------------------------------------------------------
# V2


def string_payload(items, big=False):
    """The bytes of a string tensor and its (unmasked) checksum."""
    end = ">" if big else "<"
    crc = 0
    for item in items:
        crc = crc32c(struct.pack(end + "I", len(item)), crc)
    stored = struct.pack(end + "I", masked(crc))
    text = b"".join(items)
    crc = crc32c(text, crc32c(stored, crc))
    return (b"".join(varint(len(item)) for item in items) + stored + text if items else b""), crc if items else 0


def swapped(dtype, data):
    width = struct.calcsize(FORMS[dtype])
    return b"".join(data[at:at + width][::-1] for at in range(0, len(data), width))


def bundle_header(shards=1, endianness=0, versions=field(1, 1)):
    return b"", optional(1, shards) + optional(2, endianness) + field(3, versions)


def bundle_entry(dtype, shape, shard, offset, size, crc):
    """`dtype` is a number, so that an unknown one can be written."""
    return (field(1, dtype) + field(2, shape_message(shape)) + optional(3, shard) + optional(4, offset)
            + optional(5, size) + fixed32(6, masked(crc)))


def sliced_entry(dtype, shape, slices):
    return field(1, dtype) + field(2, shape_message(shape)) + b"".join(field(7, slice_message(e)) for e in slices)


class Bundle:
    """A V2 bundle under construction: `add` appends payloads to shards, `entries` collects the index."""

    def __init__(self, shards=1, big=False):
        self.shards = [bytearray() for _ in range(shards)]
        self.big = big
        self.entries = []

    def add(self, key, dtype, shape, data, shard=0, gap=b""):
        self.shards[shard] += gap
        offset = len(self.shards[shard])
        if dtype == "string":
            payload, crc = string_payload(data, self.big)
        else:
            payload = swapped(dtype, data) if self.big else data
            crc = crc32c(payload)
        self.shards[shard] += payload
        self.entries.append((key, bundle_entry(DTYPES[dtype], shape, shard, offset, len(payload), crc)))

    def index(self, header=None, **options):
        first = header or bundle_header(len(self.shards), int(self.big))
        return table([first] + sorted(self.entries), **options)


def data_name(prefix, shard, count):
    return "%s.data-%05d-of-%05d" % (prefix, shard, count)
