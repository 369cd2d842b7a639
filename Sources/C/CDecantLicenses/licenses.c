#include "CDecantLicenses.h"

#include <string.h>

// Clang has #embed in every version of C.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char components[] = {
#embed "../../../packaging/components.json"
  , 0
};

static const char apache_2_0[] = {
#embed "../../../packaging/licenses/apache-2.0.txt"
  , 0
};

static const char bzip2[] = {
#embed "../../../packaging/licenses/bzip2.txt"
  , 0
};

static const char gcc[] = {
#embed "../../../packaging/licenses/gcc.txt"
  , 0
};

static const char glibc[] = {
#embed "../../../packaging/licenses/glibc.txt"
  , 0
};

static const char hdf5[] = {
#embed "../../../packaging/licenses/hdf5.txt"
  , 0
};

static const char lgpl_2_1[] = {
#embed "../../../packaging/licenses/lgpl-2.1.txt"
  , 0
};

static const char libaec[] = {
#embed "../../../packaging/licenses/libaec.txt"
  , 0
};

static const char libjpeg_turbo[] = {
#embed "../../../packaging/licenses/libjpeg-turbo.txt"
  , 0
};

static const char libpng[] = {
#embed "../../../packaging/licenses/libpng.txt"
  , 0
};

static const char openssl[] = {
#embed "../../../packaging/licenses/openssl.txt"
  , 0
};

static const char protobuf_c[] = {
#embed "../../../packaging/licenses/protobuf-c.txt"
  , 0
};

static const char swift[] = {
#embed "../../../packaging/licenses/swift.txt"
  , 0
};

static const char swift_nio[] = {
#embed "../../../packaging/licenses/swift-nio.txt"
  , 0
};

static const char xz[] = {
#embed "../../../packaging/licenses/xz.txt"
  , 0
};

static const char zlib[] = {
#embed "../../../packaging/licenses/zlib.txt"
  , 0
};

static const char zstd[] = {
#embed "../../../packaging/licenses/zstd.txt"
  , 0
};

static const struct {
  const char *name, *text;
} texts[] = {
  {"apache-2.0", apache_2_0},
  {"bzip2", bzip2},
  {"gcc", gcc},
  {"glibc", glibc},
  {"hdf5", hdf5},
  {"lgpl-2.1", lgpl_2_1},
  {"libaec", libaec},
  {"libjpeg-turbo", libjpeg_turbo},
  {"libpng", libpng},
  {"openssl", openssl},
  {"protobuf-c", protobuf_c},
  {"swift", swift},
  {"swift-nio", swift_nio},
  {"xz", xz},
  {"zlib", zlib},
  {"zstd", zstd},
};

const char *decant_license_text(const char *name) {
  for (size_t index = 0; index < sizeof texts / sizeof *texts; index++) {
    if (strcmp(texts[index].name, name) == 0) return texts[index].text;
  }
  return NULL;
}

const char *decant_components(void) { return components; }
