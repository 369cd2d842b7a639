/* Decant's C interface: read, write, convert and caption with libdecant.so.
 *
 * Strings are UTF-8 and end with a zero. Options and descriptions are JSON, so that both can grow without a new function.
 *
 * Errors. Every function that can fail returns DECANT_OK or another decant_status. If `message` is not null and the function fails,
 * `*message` is what went wrong and what to do, in English, without control characters; give it back with decant_free. On failure
 * nothing else is stored. A null pointer where one is required is DECANT_USAGE.
 *
 * Ownership. What a function stores through a pointer to a pointer belongs to the caller: a source goes back with decant_close, a
 * captioner with decant_captioner_close, everything else with decant_free. What the caller passes in stays the caller's and is not
 * used after the call.
 *
 * Threads. Any function may be called from any thread, also with the same source or captioner at the same time. Only closing may not
 * overlap with other calls on the same handle. The one global state is the program of decant_set_program.
 *
 * Fork. A child process may use only what it opened itself.
 *
 * Versions. Within one DECANT_INTERFACE_VERSION, functions, fields of JSON and values of enums are added but not removed or changed.
 */
#ifndef DECANT_H
#define DECANT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. It changes when a program must be changed. */
#define DECANT_INTERFACE_VERSION 1

/* How a call ended: the exit statuses of the decant command. */
typedef int32_t decant_status;
enum {
  DECANT_OK = 0,
  DECANT_MISMATCH = 1,       /* a difference or a problem was found */
  DECANT_USAGE = 64,         /* the call makes no sense */
  DECANT_BAD_DATA = 65,      /* the data is bad */
  DECANT_NO_INPUT = 66,      /* there is no such file or tensor */
  DECANT_CANNOT_CREATE = 73, /* the output cannot be created */
  DECANT_IO = 74,            /* reading or writing failed, or there is no memory */
  DECANT_CANCELLED = 130     /* the caller's function asked to stop */
};

/* An open checkpoint or weight file. Immutable. */
typedef struct decant_source decant_source;

/* A model that captions pictures. */
typedef struct decant_captioner decant_captioner;

/* Called now and then during long work, on the calling thread; a value other than 0 asks to stop, with DECANT_CANCELLED. */
typedef int32_t (*decant_progress)(void *context);

/* One tensor to write. */
typedef struct decant_array {
  const char *name;          /* `name_length` bytes of UTF-8, which need not end with a zero and may contain one */
  size_t name_length;
  const char *dtype;         /* TensorFlow's name: "float32", "bfloat16", "string" */
  const int64_t *shape;      /* `rank` extents, none negative; may be null if `rank` is 0 */
  size_t rank;
  const void *bytes;         /* elements, row-major, little-endian, packed; of strings, the bytes of all, one after another */
  size_t byte_count;
  const uint64_t *ends;      /* of strings: for each, the offset in `bytes` after its last byte; otherwise null */
} decant_array;

/* DECANT_INTERFACE_VERSION of the library. */
int32_t decant_interface_version(void);

/* The version of Decant, such as "0.3.0". Static; do not free it. */
const char *decant_version(void);

/* Gives back what a function allocated; null is allowed. */
void decant_free(void *allocated);

/* Names the decant program, which reads HDF5 files in a confined process of its own: libdecant.so never forks. Without a call, it
 * is `decant` on PATH. Global: call it before other threads use the library. */
void decant_set_program(const char *path);

/* Opens whatever the decant command opens: TensorFlow's checkpoints and graphs, PyTorch, safetensors, HDF5, Keras, GGUF, ONNX and
 * others.
 *
 * options: a JSON object, or null. Fields: "verify" (boolean: compare checksums when reading; default true), "object_names" ("keys",
 * "paths" or "full-names"), "dequantize" (boolean: show quantized tensors of GGUF and TensorFlow Lite as float32), "ignore_code"
 * (boolean: of a pickle that would run code in Python, read the tensors without what that code returns; it never runs), and, to show
 * the tensors as a conversion would write them: "names" ("keep", "modern", "tensorflow-1.0", "tensorflow-0", "pytorch", "keras", or a
 * library that `decant models` lists, such as "transformers"), "dtype" ("float16", "bfloat16", "float32", "float64"),
 * "inference_only", "weights_only", "fold_batch_norm", "ema" (booleans), "match" and "drop" (regular expressions). */
decant_status decant_open(const char *path, const char *options, decant_source **source, char **message);

/* Closes a source; null is allowed. */
void decant_close(decant_source *source);

/* Describes a source as a JSON object: "format", "files" (objects with "path" and "bytes", which is null for a missing file),
 * "metadata" (an object of strings), "problems" (sentences), and "tensors", sorted by the UTF-8 bytes of their names: objects with
 * "name", "dtype", "shape", and "bytes" (of strings 0: their lengths are not known before they are read). */
decant_status decant_describe(const decant_source *source, char **json, char **message);

/* Reads the elements of the tensor with this index in "tensors": row-major, little-endian, packed, into `byte_count` bytes, which
 * must be exactly the tensor's. Compares checksums. After a failure, `bytes` holds nothing useful. */
decant_status decant_read(const decant_source *source, uint64_t index, void *bytes, size_t byte_count, decant_progress progress,
                          void *context, char **message);

/* Reads a tensor of strings: the bytes of all, one after another, and for each the offset after its last byte. Free both. */
decant_status decant_read_strings(const decant_source *source, uint64_t index, char **bytes, uint64_t **ends, uint64_t *count,
                                  char **message);

/* Writes arrays to a file; it appears complete or not at all.
 *
 * options: a JSON object, or null. Fields: "format" ("safetensors", "hdf5", "npz", "tensorflow", "tensorflow-v1", "pytorch", "gguf",
 * "keras", "tensorflowjs"; default: by the name), "metadata" (an object of strings), "compression" (0 to 9, HDF5), "shards"
 * (tensorflow), "max_shard_size" (safetensors; such as "5GB"), "force" (boolean: replace). */
decant_status decant_write(const char *path, const decant_array *arrays, size_t count, const char *options, decant_progress progress,
                           void *context, char **message);

/* Converts a file, as `decant convert` does.
 *
 * options: those of decant_open, those of decant_write but "metadata", and "vocab" (the path of a word_counts.txt), "rename" (the
 * path of a file of rules), "external_data" (boolean; "onnx", a format that only a conversion writes: keep the weights in a file
 * beside it), "check" (boolean: read back; default true) and "digest" (boolean: SHA-256 of the source; default true).
 * report: a JSON object as in share/decant/schemas/convert.schema.json; may be null. */
decant_status decant_convert(const char *source, const char *output, const char *options, decant_progress progress, void *context,
                             char **report, char **message);

/* Opens a Show and Tell model.
 *
 * options: a JSON object, or null. Fields: "vocab" (the path of a word_counts.txt), "threads" (a number), "precision" ("exact" or
 * "fast"). */
decant_status decant_captioner_open(const char *path, const char *options, decant_captioner **captioner, char **message);

/* Closes a captioner; null is allowed. */
void decant_captioner_close(decant_captioner *captioner);

/* Captions a picture: the JPEG or PNG file `path`, or, if `bytes` is not null, these bytes; `path` then only names them in messages.
 *
 * options: a JSON object, or null. Fields: "beams" (1 to 1000; default 3), "max_length" (default 20), "length_normalization".
 * json: an array of objects, the best first: "text", "probability", "logprob", "ids", "complete". */
decant_status decant_caption(const decant_captioner *captioner, const char *path, const void *bytes, size_t byte_count,
                             const char *options, char **json, char **message);

#ifdef __cplusplus
}
#endif

#endif
