#include "CModelPacks.h"

// Clang has #embed in every version of C.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define PACK(name) {name, sizeof name}

static const char bert[] = {
#embed "packs/bert.json"
};

static const char albert[] = {
#embed "packs/albert.json"
};

static const char electra[] = {
#embed "packs/electra.json"
};

static const char gpt2[] = {
#embed "packs/gpt2.json"
};

static const char t5[] = {
#embed "packs/t5.json"
};

static const char t5_v1_1[] = {
#embed "packs/t5_v1_1.json"
};

static const char inception_v1[] = {
#embed "packs/inception_v1.json"
};

static const char inception_v2[] = {
#embed "packs/inception_v2.json"
};

static const char inception_v3[] = {
#embed "packs/inception_v3.json"
};

static const char inception_v4[] = {
#embed "packs/inception_v4.json"
};

static const char inception_resnet_v2[] = {
#embed "packs/inception_resnet_v2.json"
};

static const char resnet_v1[] = {
#embed "packs/resnet_v1.json"
};

static const char resnet_v2[] = {
#embed "packs/resnet_v2.json"
};

static const char vgg[] = {
#embed "packs/vgg.json"
};

static const char mobilenet_v1[] = {
#embed "packs/mobilenet_v1.json"
};

static const char mobilenet_v2[] = {
#embed "packs/mobilenet_v2.json"
};

static const char efficientnet[] = {
#embed "packs/efficientnet.json"
};

static const decant_model_pack_text packs[] = {
  PACK(bert),
  PACK(albert),
  PACK(electra),
  PACK(gpt2),
  PACK(t5),
  PACK(t5_v1_1),
  PACK(inception_v1),
  PACK(inception_v2),
  PACK(inception_v3),
  PACK(inception_v4),
  PACK(inception_resnet_v2),
  PACK(resnet_v1),
  PACK(resnet_v2),
  PACK(vgg),
  PACK(mobilenet_v1),
  PACK(mobilenet_v2),
  PACK(efficientnet),
};

enum { pack_count = sizeof packs / sizeof packs[0] };

int decant_model_pack_count(void) { return pack_count; }

decant_model_pack_text decant_model_pack(int index) {
  return index >= 0 && index < pack_count ? packs[index] : (decant_model_pack_text){0, 0};
}
