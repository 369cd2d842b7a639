"""Hostile and damaged pickles and PyTorch files, assembled by hand: pytorch_bad.py FOLDER. Needs only Python 3.

The hostile ones would run `touch decant-was-here` in Python. Never load them with pickle.load or torch.load(weights_only=False).
"""
import io
import os
import struct
import sys
import warnings
import zipfile
import zlib

warnings.simplefilter("ignore")
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
told = []
command = "touch decant-was-here"


# Opcodes.
def S(text):
    data = text if isinstance(text, bytes) else text.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def short(text):
    return b"\x8c" + bytes([len(text)]) + text.encode()


def B(data):
    return b"B" + struct.pack("<I", len(data)) + data


def I(number):
    if -2 ** 31 <= number < 2 ** 31:
        return b"J" + struct.pack("<i", number)
    size = number.bit_length() // 8 + 1
    return b"\x8a" + bytes([size]) + number.to_bytes(size, "little", signed=True)


def G(module, name):
    return b"c%s\n%s\n" % (module.encode(), name.encode())


def T(*items):
    return b"(" + b"".join(items) + b"t"


def L(*items):
    return b"](" + b"".join(items) + b"e"


def D(*pairs):
    return b"}(" + b"".join(key + value for key, value in pairs) + b"u"


def call(function, *arguments):
    return function + T(*arguments) + b"R"


system = call(G("os", "system"), S(command))
hooks = G("collections", "OrderedDict") + b")R"
rebuild = G("torch._utils", "_rebuild_tensor_v2")


def identity(*items):
    return T(*items) + b"Q"


def storage(key="0", numel=4, kind="FloatStorage", module="torch"):
    return identity(S("storage"), G(module, kind), S(key), S("cpu"), I(numel))


def ints(values):
    return T(*[I(value) for value in values])


def tensor(source=None, offset=0, size=(4,), stride=(1,)):
    offset = offset if isinstance(offset, bytes) else I(offset)
    size = size if isinstance(size, bytes) else ints(size)
    stride = stride if isinstance(stride, bytes) else ints(stride)
    return call(rebuild, source or storage(), offset, size, stride, b"\x89", hooks)


def pickled(body, protocol=2):
    return bytes([0x80, protocol]) + body + b"."


# Files.
numbers = struct.pack("<4f", 1, 2, 3, 4)


def write(name, data, fault):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    told.append((name, fault))


def pickle(name, fault, body, protocol=2):
    write(name, pickled(body, protocol), fault)


def archive(pickles, storages=None, prefix="archive/", version=b"3\n", byteorder=b"little", deflate=()):
    data = io.BytesIO()
    storages = {"0": numbers} if storages is None else storages
    members = [("data.pkl", item) for item in pickles] + [("byteorder", byteorder)]
    members += [("data/" + key, value) for key, value in storages.items()] + [("version", version)]
    with zipfile.ZipFile(data, "w") as file:
        for member, content in members:
            if content is None:
                continue
            info = zipfile.ZipInfo(prefix + member)
            info.compress_type = zipfile.ZIP_DEFLATED if member in deflate else zipfile.ZIP_STORED
            file.writestr(info, content)
    return data.getvalue()


def pt(name, fault, body, **options):
    write(name, archive([pickled(body)], **options), fault)


def named(*pairs):
    return D(*[(key if isinstance(key, bytes) else S(key), value) for key, value in pairs])


# Code.
pickle("code-os-system.pkl", "calls os.system with REDUCE", system)
pt("code-os-system.pt", "a good tensor, and a value that calls os.system with REDUCE", named(("good", tensor()), ("bad", system)))
pickle("code-posix-system.pkl", "calls posix.system that STACK_GLOBAL names", short("posix") + short("system") + b"\x93" + T(S(command)) + b"R", 4)
pickle("code-nt-system.pkl", "calls nt.system that STACK_GLOBAL names from the memo",
       short("nt") + b"\x94" + short("system") + b"\x94" + b"00h\x00h\x01\x93" + T(S(command)) + b"R", 4)
pickle("code-eval-inst.pkl", "calls builtins.eval with INST", b"(" + S("__import__('os').system('%s')" % command) + b"ibuiltins\neval\n")
pickle("code-exec-python-2.pkl", "calls __builtin__.eval with REDUCE, in protocol 0",
       b"c__builtin__\neval\n(S\"__import__('os').system('%s')\"\ntR" % command.encode(), 0)
pickle("code-popen-obj.pkl", "makes subprocess.Popen with OBJ", b"(" + G("subprocess", "Popen") + L(S("touch"), S("decant-was-here")) + b"o")
pickle("code-popen-newobj.pkl", "makes subprocess.Popen with NEWOBJ", G("subprocess", "Popen") + T(L(S("touch"), S("decant-was-here"))) + b"\x81")
pickle("code-popen-newobj-ex.pkl", "makes subprocess.Popen with NEWOBJ_EX",
       G("subprocess", "Popen") + b")" + D((S("args"), L(S("touch"), S("decant-was-here")))) + b"\x92", 4)
pickle("code-dotted.pkl", "STACK_GLOBAL with a dotted name, which reaches os.system through the module torch",
       short("torch") + short("os.system") + b"\x93" + T(S(command)) + b"R", 4)
pickle("code-getattr.pkl", "finds os.system with builtins.getattr",
       call(call(G("builtins", "getattr"), call(G("builtins", "__import__"), S("os")), S("system")), S(command)))
pickle("code-pickle-loads.pkl", "calls _pickle.loads with a pickle that calls os.system", call(G("_pickle", "loads"), B(pickled(system))), 3)
pickle("code-extension.pkl", "EXT1, a class of the extension registry", b"\x82\x01")
pt("code-nested.pt", "calls os.system in a dict in an OrderedDict",
   G("collections", "OrderedDict") + b")R(" + S("state") + D((S("bias"), D((S("x"), system)))) + S("good") + tensor() + b"u")
pt("code-hooks.pt", "a tensor whose argument for hooks calls os.system",
   named(("weight", call(rebuild, storage(), I(0), ints([4]), ints([1]), b"\x89", system))))
pt("code-size.pt", "a tensor whose size is the result of a call of os.system",
   named(("weight", call(rebuild, storage(), I(0), system, ints([1]), b"\x89", hooks))))
pt("code-storage.pt", "a persistent id whose key is the result of a call of os.system",
   named(("weight", tensor(identity(S("storage"), G("torch", "FloatStorage"), system, S("cpu"), I(4))))))
pt("code-dropped.pt", "calls os.system and drops the result with POP; what is left is good", system + b"0" + named(("good", tensor())))
pt("code-build.pt", "BUILD gives a Linear module a __dict__ and a method of its own; forward is os.system",
   named(("good", tensor()), ("module", G("torch.nn.modules.linear", "Linear") + b")\x81" + D((S("forward"), G("os", "system"))) + b"b")))
pt("code-rebuild-from-type.pt", "torch._tensor._rebuild_from_type_v2 that is given os.system to call",
   named(("weight", call(G("torch._tensor", "_rebuild_from_type_v2"), G("os", "system"), G("torch", "Tensor"), T(S(command)), b"N"))))
pickle("code-load-from-bytes.pkl", "torch.storage._load_from_bytes of a pickle that calls os.system",
       call(G("torch.storage", "_load_from_bytes"), B(pickled(system))), 3)
inner = pickled(b"N", 3)
for _ in range(200):
    inner = pickled(call(G("torch.storage", "_load_from_bytes"), B(inner)), 3)
write("load-from-bytes-deep.pkl", inner, "200 calls of torch.storage._load_from_bytes inside each other")

# Memo, cycles and depth.
pickle("memo-undefined.pkl", "BINGET of an index that was never put", b"h\x07")
pickle("memo-undefined-long.pkl", "LONG_BINGET of 4294967295", b"j\xff\xff\xff\xff")
pickle("memo-undefined-text.pkl", "GET of 99999999999999999999999999", b"g99999999999999999999999999\n")
pickle("memo-huge-put.pkl", "LONG_BINPUT at 4294967295", b"Nr\xff\xff\xff\xff")
pickle("memo-negative-put.pkl", "PUT at -1", b"Np-1\n")
pickle("memo-empty-put.pkl", "BINPUT on an empty stack", b"q\x00N")
pickle("memo-twice.pkl", "index 0 put twice; the second counts in Python", S("first") + b"q\x000" + S("second") + b"q\x000h\x00")
pickle("cycle-list.pkl", "a list that contains itself", b"]q\x00h\x00a")
pickle("cycle-dict.pkl", "a dict that contains itself", b"}q\x00" + S("self") + b"h\x00s")
pt("cycle-dict.pt", "a dict that contains itself and a good tensor", b"}q\x00(" + S("good") + tensor() + S("self") + b"h\x00u")
pickle("cycle-tuple.pkl", "a tuple that contains itself through a list", b"]q\x00h\x00\x85q\x01ah\x01")
pickle("cycle-key.pkl", "a dict whose key is a tuple that contains the dict", b"}q\x00h\x00\x85" + S("x") + b"s")
write("deep-lists.pkl", pickled(b"]" * 4000 + b"a" * 3999), "4,000 lists inside each other")
write("deep-marks.pkl", b"\x80\x02" + b"(" * 4000 + b"t" * 4000 + b".", "4,000 MARKs, then 4,000 tuples inside each other")
for name, body in [("tuples", b")" + b"\x85" * 100000), ("lists", b"]" * 100001 + b"a" * 100000),
                   ("dicts", (b"}" + S("a")) * 100000 + b"N" + b"s" * 100000)]:
    write("deep-%s.pt" % name, archive([pickled(body)], deflate=["data.pkl"]), "100,000 %s inside each other, in a deflated data.pkl" % name)
lists, dicts = tensor() + b"q\x000", tensor() + b"q\x000"
for level in range(60):
    get, put = bytes([ord("h"), level]), bytes([ord("q"), level + 1])
    lists += b"](" + get + get + b"e" + put + (b"0" if level < 59 else b"")
    dicts += b"}(" + S("a") + get + S("b") + get + b"u" + put + (b"0" if level < 59 else b"")
pt("laughs-lists.pt", "lists of lists by the memo: 2^60 leaves, each a tensor", lists)
pt("laughs-dicts.pt", "dicts of dicts by the memo: 2^60 tensors", dicts)
pickle("laughs-dup.pkl", "DUP and TUPLE2, 60 times: 2^60 leaves", b"N" + b"2\x86" * 60)
pickle("laughs-empty.pkl", "DUP and TUPLE2, 60 times, from an empty tuple: no leaves, 2^60 visits", b")" + b"2\x86" * 60)
pt("laughs-key.pt", "a key that is a tuple of 2^60 leaves, which takes for ever to hash", D((b"N" + b"2\x86" * 60, tensor())))

# Sizes.
big, far = 2 ** 40, 2 ** 63 - 1
pt("storage-2-40.pt", "a storage of 2^40 elements in a member of 16 bytes", named(("weight", tensor(storage(numel=big), size=(big,)))))
pt("storage-absent.pt", "a storage that the archive does not have", named(("good", tensor()), ("weight", tensor(storage("1")))))
pt("storage-short.pt", "a storage of 4 elements in a member of 8 bytes", named(("weight", tensor())), storages={"0": numbers[:8]})
pt("storage-long.pt", "a storage of 4 elements in a member of 32 bytes", named(("weight", tensor())), storages={"0": numbers * 2})
pt("storage-odd.pt", "a member of 15 bytes for floats", named(("weight", tensor())), storages={"0": numbers[:15]})
pt("storage-negative.pt", "a storage of -4 elements", named(("weight", tensor(storage(numel=-4)))))
pt("storage-two-numels.pt", "one storage declared with 4 and with 2 elements", named(("a", tensor()), ("b", tensor(storage(numel=2), size=(2,)))))
pt("storage-two-types.pt", "one storage declared as floats and as integers", named(("a", tensor()), ("b", tensor(storage(kind="IntStorage")))))
pt("storage-unknown.pt", "the class torch.BananaStorage", named(("good", tensor()), ("weight", tensor(storage(kind="BananaStorage")))))
pt("storage-elsewhere.pt", "the class os.FloatStorage", named(("weight", tensor(storage(module="os")))))
pt("storage-path.pt", "a storage with the key ../../etc/passwd", named(("weight", tensor(storage("../../etc/passwd")))))
pt("storage-pickle.pt", "a storage with the key ../data.pkl", named(("weight", tensor(storage("../data.pkl")))))
pt("storage-number.pt", "a storage whose key is an integer",
   named(("weight", tensor(identity(S("storage"), G("torch", "FloatStorage"), I(0), S("cpu"), I(4))))))
pt("size-beyond.pt", "size 5 in a storage of 4", named(("weight", tensor(size=(5,)))))
pt("size-negative.pt", "size -4", named(("weight", tensor(size=(-4,)))))
pt("size-two-negatives.pt", "size -2 x -2, whose product is 4", named(("weight", tensor(size=(-2, -2), stride=(2, 1)))))
pt("size-overflow.pt", "size 2^32 x 2^32 with strides 0, whose product is 0 in 64 bits", named(("weight", tensor(size=(2 ** 32, 2 ** 32), stride=(0, 0)))))
pt("size-bytes-overflow.pt", "size 2^62 with stride 0, whose bytes are 0 in 64 bits", named(("weight", tensor(size=(2 ** 62,), stride=(0,)))))
pt("size-expanded.pt", "size 2^40 with stride 0 over one element: legal in torch", named(("weight", tensor(size=(big,), stride=(0,)))))
pt("size-huge-empty.pt", "size 2^62 x 2^62 x 0: no elements, and a product that overflows on the way",
   named(("weight", tensor(size=(2 ** 62, 2 ** 62, 0), stride=(1, 1, 1)))))
pt("size-long.pt", "size 2^64 + 4", named(("weight", tensor(size=(2 ** 64 + 4,)))))
pt("size-float.pt", "size 4.0", named(("weight", tensor(size=b"G\x40\x10\x00\x00\x00\x00\x00\x00\x85"))))
pt("size-bool.pt", "size True", named(("weight", tensor(size=b"\x88\x85"))))
pt("size-none.pt", "size None", named(("weight", tensor(size=b"N"))))
pt("size-list.pt", "the size is a list", named(("weight", tensor(size=L(I(4))))))
pt("rank-differs.pt", "one size and two strides", named(("weight", tensor(stride=(1, 1)))))
pt("rank-100.pt", "100 dimensions of 1", named(("weight", tensor(size=(1,) * 100, stride=(1,) * 100))))
pt("stride-negative.pt", "stride -1", named(("weight", tensor(offset=3, stride=(-1,)))))
pt("stride-overflow.pt", "strides of 2^63 - 1, whose sum wraps around", named(("weight", tensor(size=(3, 2), stride=(far, far)))))
pt("stride-product-overflow.pt", "stride 2^62 four times, which is 0 in 64 bits", named(("weight", tensor(size=(5,), stride=(2 ** 62,)))))
pt("stride-long.pt", "stride 2^64 + 1", named(("weight", tensor(stride=(2 ** 64 + 1,)))))
pt("offset-beyond.pt", "offset 1, size 4, in a storage of 4", named(("weight", tensor(offset=1))))
pt("offset-beyond-empty.pt", "no elements, at offset 2^40 of a storage of 4", named(("weight", tensor(offset=big, size=(0,)))))
pt("offset-negative.pt", "offset -1", named(("weight", tensor(offset=-1, size=(2,)))))
pt("offset-overflow.pt", "offset 2^63 - 1", named(("weight", tensor(offset=far))))
pt("arguments-few.pt", "_rebuild_tensor_v2 with two arguments", named(("weight", call(rebuild, storage(), I(0)))))
pt("arguments-no-storage.pt", "_rebuild_tensor_v2 with a string for a storage", named(("weight", call(rebuild, S("0"), I(0), ints([4]), ints([1]), b"\x89", hooks))))
pt("arguments-no-tuple.pt", "REDUCE with a list of arguments", named(("weight", rebuild + L(storage(), I(0), ints([4]), ints([1]), b"\x89", hooks) + b"R")))
pt("function-unknown.pt", "torch._utils._rebuild_banana", named(("good", tensor()), ("weight", call(G("torch._utils", "_rebuild_banana"), storage()))))
pt("dtype-unknown.pt", "_rebuild_tensor_v3 with torch.float9",
   named(("weight", call(G("torch._utils", "_rebuild_tensor_v3"), storage(kind="UntypedStorage", numel=16, module="torch.storage"), I(0), ints([4]), ints([1]), b"\x89", hooks,
                         G("torch", "float9")))))
pt("dtype-string.pt", "_rebuild_tensor_v3 with the string float32 for a dtype",
   named(("weight", call(G("torch._utils", "_rebuild_tensor_v3"), storage(kind="UntypedStorage", numel=16, module="torch.storage"), I(0), ints([4]), ints([1]), b"\x89", hooks,
                         S("float32")))))
qtensor = G("torch._utils", "_rebuild_qtensor")
q = storage(kind="QInt8Storage")
pt("quantizer-unknown.pt", "a quantized tensor of the scheme 7", named(("weight", call(qtensor, q, I(0), ints([4]), ints([1]), T(I(7)), b"\x89", hooks))),
   storages={"0": numbers[:4]})
pt("quantizer-axis.pt", "a tensor quantized along axis 9",
   named(("weight", call(qtensor, q, I(0), ints([4]), ints([1]), T(G("torch", "per_channel_affine"), tensor(storage("1")), tensor(storage("1")), I(9)),
                         b"\x89", hooks))), storages={"0": numbers[:4], "1": numbers})

# Opcodes.
huge = struct.pack("<Q", 2 ** 63 - 1)
write("length-binunicode8.pkl", b"\x80\x04\x8d" + huge + b"abc.", "BINUNICODE8 of 2^63 - 1 bytes")
write("length-binbytes8.pkl", b"\x80\x04\x8e" + struct.pack("<Q", 2 ** 64 - 1) + b"abc.", "BINBYTES8 of 2^64 - 1 bytes")
write("length-bytearray8.pkl", b"\x80\x05\x96" + struct.pack("<Q", 2 ** 40) + b"abc.", "BYTEARRAY8 of 2^40 bytes")
write("length-binunicode.pkl", b"\x80\x02X\xff\xff\xff\xffabc.", "BINUNICODE of 2^32 - 1 bytes")
write("length-binstring.pkl", b"\x80\x02T\xff\xff\xff\xffabc.", "BINSTRING of -1 bytes")
write("length-long4.pkl", b"\x80\x02\x8b\xff\xff\xff\x7fabc.", "LONG4 of 2^31 - 1 bytes")
write("length-long4-negative.pkl", b"\x80\x02\x8b\xff\xff\xff\xffabc.", "LONG4 of -1 bytes")
write("length-frame.pkl", b"\x80\x04\x95" + huge + b"N.", "FRAME of 2^63 - 1 bytes")
write("length-frame-short.pkl", b"\x80\x04\x95" + struct.pack("<Q", 3) + short("a longer string") + b".", "FRAME of 3 bytes, in which a longer string begins: Python reads it")
write("length-digits.pkl", b"\x80\x02L" + b"9" * 8000 + b"L\n.", "LONG with 8,000 digits")
write("truncated-empty.pkl", b"", "no bytes")
write("truncated-protocol.pkl", b"\x80", "ends in PROTO")
write("truncated-string.pkl", b"\x80\x02" + S("weight")[:-2], "ends in a string")
write("truncated-global.pkl", b"\x80\x02ccollections\nOrdered", "ends in the name of a class, without a newline")
write("truncated-integer.pkl", b"\x80\x02J\x01\x02", "ends in an integer")
write("truncated-float.pkl", b"\x80\x02G\x00\x00\x00", "ends in a float")
write("truncated-frame.pkl", b"\x80\x04\x95\x10\x00", "ends in the length of a FRAME")
write("truncated-mark.pkl", b"\x80\x02}(" + S("a"), "ends before SETITEMS")
pt("truncated-data.pt", "data.pkl ends in a tensor", named(("weight", tensor()[:-60])))
pickle("opcode-ff.pkl", "the opcode 0xFF", b"N\xff")
write("opcode-no-stop.pkl", b"\x80\x02N", "no STOP")
write("opcode-protocol-9.pkl", b"\x80\x09N.", "protocol 9")
pickle("opcode-appends.pkl", "APPENDS without a MARK", b"]Ne")
pickle("opcode-append-none.pkl", "APPEND to None", b"NNa")
pickle("opcode-setitems-odd.pkl", "SETITEMS with a key and no value", b"}(" + S("a") + b"u")
pickle("opcode-setitems-list.pkl", "SETITEMS to a list", b"](" + S("a") + b"Nu")
pickle("opcode-key-list.pkl", "a key that is a list", b"}]Ns")
pickle("opcode-pop-empty.pkl", "POP on an empty stack", b"0N")
pickle("opcode-pop-mark.pkl", "TUPLE2 across a MARK", b"N(N\x86")
pickle("opcode-underflow.pkl", "TUPLE3 with two values", b"NN\x87")
pickle("opcode-stop-empty.pkl", "STOP on an empty stack", b"")
pickle("opcode-dup-empty.pkl", "DUP on an empty stack", b"2")
pickle("opcode-reduce-none.pkl", "REDUCE of None", b"N)R")
pickle("opcode-build-none.pkl", "BUILD of None with a dict", b"N}b")
pickle("opcode-stack-global.pkl", "STACK_GLOBAL with integers", b"K\x01K\x02\x93", 4)
pickle("opcode-integer.pkl", "INT with letters", b"Iabc\n")
pickle("opcode-float.pkl", "FLOAT with letters", b"Fabc\n")
pickle("opcode-string.pkl", "STRING without quotes", b"Sabc\n")
pickle("opcode-utf8.pkl", "BINUNICODE that is not UTF-8", S(b"\xff\xfe"))
pickle("opcode-left-over.pkl", "two values on the stack at STOP: legal in Python", b"NN")
write("opcode-after-stop.pkl", pickled(named(("epoch", I(1)))) + b"garbage", "bytes after STOP: legal in Python")
pickle("opcode-persid-text.pkl", "PERSID, an identity as text", b"Pstorage\n")
pickle("opcode-next-buffer.pkl", "NEXT_BUFFER without buffers", b"\x97", 5)
pt("identity-short.pt", "a persistent id of two items", named(("weight", tensor(identity(S("storage"), G("torch", "FloatStorage"))))))
pt("identity-string.pt", "a persistent id that is a string", named(("weight", tensor(S("storage") + b"Q"))))
pt("identity-kind.pt", "a persistent id of the kind banana", named(("weight", tensor(identity(S("banana"), G("torch", "FloatStorage"), S("0"), S("cpu"), I(4))))))
pt("identity-class-string.pt", "a persistent id with the string FloatStorage for a class",
   named(("weight", tensor(identity(S("storage"), S("FloatStorage"), S("0"), S("cpu"), I(4))))))
pt("identity-numel-string.pt", "a persistent id with the string 4 for the number of elements",
   named(("weight", tensor(identity(S("storage"), G("torch", "FloatStorage"), S("0"), S("cpu"), S("4"))))))

# Names.
for name, key, fault in [
    ("nul", "a\0b", "a name with NUL"), ("newline", "a\nb\r\nc", "a name with newlines"),
    ("escape", "\x1b[31mred\x1b]0;title\x07", "a name with escape sequences of a terminal"),
    ("bidi", "\u202eabc\u2066def", "a name with marks that reverse its direction"), ("empty", "", "an empty name"),
    ("dots", "../../etc/passwd", "a name that is a path upward"), ("surrogate", b"a\xed\xa0\x80b", "a name with half a surrogate pair: legal in Python"),
    ("spaces", "  \t ", "a name of spaces"), ("normal-forms", None, "two names that differ only in their Unicode normal form"),
]:
    pairs = [("\u00e9", tensor()), ("e\u0301", tensor())] if key is None else [(key, tensor()), ("good", tensor())]
    pt("name-%s.pt" % name, fault, named(*pairs))
write("name-64k.pt", archive([pickled(named(("x" * 65536, tensor())))], deflate=["data.pkl"]), "a name of 64 KiB, in a deflated data.pkl")
pt("name-same.pt", "two tensors whose names are both a.b: {'a': {'b': ...}, 'a.b': ...}", named(("a", named(("b", tensor()))), ("a.b", tensor(size=(2,)))))
pt("name-twice.pt", "one key twice in one dict; the second counts in Python", named(("a", tensor()), ("a", tensor(size=(2,)))))
pt("name-integer.pt", "the keys 1 and '1'", named((I(1), tensor()), ("1", tensor(size=(2,)))))
pt("name-tuple.pt", "a key that is a tuple", named((T(I(1), S("a")), tensor()), ("good", tensor())))
pt("name-none.pt", "the keys None, True and 1.5", named((b"N", tensor()), (b"\x88", tensor()), (b"G" + struct.pack(">d", 1.5), tensor())))
pt("name-bytes.pt", "a key that is bytes", named((B(b"ab"), tensor()), ("good", tensor())))

# Archives.
good = pickled(named(("weight", tensor())))
write("zip-no-pickle.pt", archive([]), "no data.pkl")
write("zip-two-pickles.pt", archive([good, pickled(named(("other", tensor())))]), "two members named data.pkl")
first, second = archive([good]), archive([pickled(named(("other", tensor())))], prefix="second/")
data = io.BytesIO()
with zipfile.ZipFile(data, "w") as target:
    for part in [first, second]:
        with zipfile.ZipFile(io.BytesIO(part)) as read:
            for info in read.infolist():
                target.writestr(zipfile.ZipInfo(info.filename), read.read(info))
write("zip-two-folders.pt", data.getvalue(), "data.pkl in two folders")
write("zip-no-folder.pt", archive([good], prefix=""), "data.pkl not in a folder")
write("zip-byteorder.pt", archive([good], byteorder=b"middle"), "the byte order middle")
write("zip-byteorder-long.pt", archive([good], byteorder=b"little" * 20), "a byte order of 120 bytes")
write("zip-version.pt", archive([good], version=b"99999999999999999999\n"), "the version 99999999999999999999")
write("zip-version-none.pt", archive([good], version=None), "no version")
write("zip-cut.pt", first[:-100], "cut in the central directory")
write("zip-cut-front.pt", first[:200], "cut in the first member")
write("zip-empty.pt", b"PK\x05\x06" + bytes(18), "no members")
directory = first.index(b"PK\x01\x02")
entries = [at for at in range(directory, len(first)) if first[at:at + 4] == b"PK\x01\x02"]
storage_entry = [at for at in entries if first[at + 46:].startswith(b"archive/data/0")][0]
pickle_entry = [at for at in entries if first[at + 46:].startswith(b"archive/data.pkl")][0]


def patched(*changes):
    data = bytearray(first)
    for at, form, value in changes:
        data[at:at + struct.calcsize(form)] = struct.pack(form, value)
    return bytes(data)


offset = struct.unpack_from("<I", first, pickle_entry + 42)[0]
write("zip-overlapping.pt", patched((storage_entry + 42, "<I", offset)), "the storage lies where data.pkl does")
write("zip-size.pt", patched((storage_entry + 20, "<I", 0x7FFFFFF0), (storage_entry + 24, "<I", 0x7FFFFFF0)), "a storage of 2 GB, says the directory")
write("zip-offset.pt", patched((storage_entry + 42, "<I", 0xFFFFFF00)), "a storage that starts beyond the file")
write("zip-encrypted.pt", patched((pickle_entry + 8, "<H", 1)), "data.pkl is said to be encrypted")
write("zip-method.pt", patched((storage_entry + 10, "<H", 99)), "a storage compressed by method 99")
write("zip-checksum.pt", patched((storage_entry + 16, "<I", 0x12345678)), "a wrong checksum of the storage")
write("zip-deflate-bomb.pt", archive([pickled(b"N0" * 4000000 + b"N")], deflate=["data.pkl"]), "a deflated data.pkl of 8 MB, 1,000 times its size in the file")
write("zip-deflate-cut.pt", archive([good], deflate=["data.pkl"]).replace(zlib.compress(good)[2:6], b"\xff\xff\xff\xff", 1), "a damaged deflated data.pkl")

# Legacy layout.
magic, protocol = pickled(I(0x1950A86A20F9469CFC6C)), pickled(I(1001))
info = pickled(D((S("protocol_version"), I(1001)), (S("little_endian"), b"\x88")))


def old(key="0", numel=4, view=b"N"):
    return identity(S("storage"), G("torch", "FloatStorage"), S(key), S("cpu"), I(numel), view)


def legacy(body=None, keys=("0",), numel=4, data=numbers, magic=magic, protocol=protocol):
    body = pickled(named(("weight", tensor(old())))) if body is None else body
    parts = [magic, protocol, info, body, pickled(L(*[S(key) for key in keys]))]
    return b"".join(parts) + b"".join(struct.pack("<q", numel) + data for _ in keys)


write("legacy-system.pth", legacy(pickled(named(("weight", tensor(old())), ("bad", system)))), "a value that calls os.system with REDUCE")
write("legacy-system-first.pth", legacy(magic=pickled(system)), "the pickle of the magic number calls os.system")
write("legacy-system-keys.pth", magic + protocol + info + pickled(named(("weight", tensor(old())))) + pickled(L(system)) + struct.pack("<q", 4) + numbers,
      "the list of storages calls os.system")
write("legacy-magic.pth", legacy(magic=pickled(I(0x1950A86A20F9469CFC6D))), "a wrong magic number")
write("legacy-protocol.pth", legacy(protocol=pickled(I(1002))), "protocol version 1002")
write("legacy-cut.pth", legacy(keys=("0", "1"), body=pickled(named(("a", tensor(old())), ("b", tensor(old("1"))))))[:-20], "cut in the second storage, after 4 of its 24 bytes")
write("legacy-cut-data.pth", legacy()[:-6], "cut in the elements of the storage")
write("legacy-cut-pickle.pth", legacy()[:150], "cut in the pickle")
write("legacy-numel.pth", legacy(numel=2, data=numbers[:8]), "2 elements in a storage declared with 4")
write("legacy-numel-more.pth", legacy(numel=8, data=numbers * 2), "8 elements in a storage declared with 4")
write("legacy-numel-negative.pth", legacy(numel=-1), "-1 elements")
write("legacy-numel-huge.pth", legacy(body=pickled(named(("weight", tensor(old(numel=big), size=(big,))))), numel=big), "2^40 elements, declared and in the file, which has 16 bytes of them")
write("legacy-numel-overflow.pth", legacy(body=pickled(named(("weight", tensor(old(numel=2 ** 62))))), numel=2 ** 62), "2^62 elements, whose bytes are 0 in 64 bits")
write("legacy-key-unknown.pth", legacy(keys=("7",)), "the list names a storage that no tensor has")
write("legacy-key-missing.pth", legacy(keys=()), "the list does not name the storage of a tensor")
write("legacy-key-twice.pth", legacy(keys=("0", "0")), "the list names a storage twice")
write("legacy-keys-dict.pth", magic + protocol + info + pickled(named(("weight", tensor(old())))) + pickled(b"}") + numbers, "a dict for the list of storages")
write("legacy-view.pth", legacy(body=pickled(named(("weight", tensor(old(view=T(S("1"), I(2), I(4)))))))), "a view of 4 elements from 2 on in a storage of 4")
write("legacy-view-negative.pth", legacy(body=pickled(named(("weight", tensor(old(view=T(S("1"), I(-2), I(4)))))))), "a view from -2 on")

# numpy.
dtype = call(G("numpy", "dtype"), S("f4"), b"\x89", b"\x88") + T(I(3), S("<"), b"N", b"N", b"N", I(-1), I(-1), I(0)) + b"b"
empty = call(G("numpy.core.multiarray", "_reconstruct"), G("numpy", "ndarray"), ints([0]), B(b"b"))


def array(shape=(4,), kind=dtype, data=B(numbers), fortran=b"\x89"):
    return D((S("good"), I(1)), (S("array"), empty + T(I(1), ints(shape) if isinstance(shape, tuple) else shape, kind, fortran, data) + b"b"))


pickle("numpy-short.pkl", "an array of 5 elements with the bytes of 4", array((5,)), 3)
pickle("numpy-negative.pkl", "an array of shape -2 x -2", array((-2, -2)), 3)
pickle("numpy-huge.pkl", "an array of 2^40 elements with the bytes of 4", array((big,)), 3)
pickle("numpy-overflow.pkl", "an array of shape 2^32 x 2^32", array((2 ** 32, 2 ** 32)), 3)
pickle("numpy-objects.pkl", "an array of objects with bytes",
       array(kind=call(G("numpy", "dtype"), S("O8"), b"\x89", b"\x88") + T(I(3), S("|"), b"N", b"N", b"N", I(-1), I(-1), I(63)) + b"b"), 3)
pickle("numpy-dtype.pkl", "an array of f3", array(kind=call(G("numpy", "dtype"), S("f3"), b"\x89", b"\x88")), 3)
pickle("numpy-order.pkl", "the byte order ?", array(kind=dtype.replace(S("<"), S("?"))), 3)
pickle("numpy-state.pkl", "an array whose state has two items", D((S("array"), empty + T(I(1), ints([4])) + b"b")), 3)
pickle("numpy-string.pkl", "an array whose elements are text beyond Latin-1", array(data=S("\u4e00" * 16)), 3)
pickle("numpy-cycle.pkl", "an array of objects that contains itself",
       empty + b"q\x00" + T(I(1), ints([1]), call(G("numpy", "dtype"), S("O8"), b"\x89", b"\x88"), b"\x89", L(b"h\x00")) + b"b", 3)

with open(os.path.join(folder, "README.md"), "w") as file:
    file.write("# Hostile and damaged pickles and PyTorch files\n\n")
    file.write("`Fixtures/make/pytorch_bad.py` assembles them by hand. The files with `system` or `code` in their names run\n"
               "`touch decant-was-here` if Python loads them, so do not.\n\n| file | what is wrong |\n|---|---|\n")
    for name, fault in sorted(told):
        file.write("| `%s` | %s |\n" % (name, fault))
print(len(told), "files")
