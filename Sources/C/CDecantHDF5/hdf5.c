#include "CDecantHDF5.h"
#include "library.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

// The header's names of standard types and classes are macros over globals of the library.
#define GLOBAL(name) (H5open() < 0 ? -1 : value_of(DECANT_HDF5_GLOBAL(name)))
static hid_t value_of(const hid_t *global) { return global ? *global : -1; }

int decant_hdf5_start(void) {
#ifdef DECANT_HDF5_LINKED
  // Asked of a loaded library when it is loaded.
  if (H5dont_atexit() < 0) return -1;
#endif
  if (H5open() < 0) return -1;
  // Refused only if the environment has already disabled plug-ins.
  (void)H5PLset_loading_state(0);
  return 0;
}

hid_t decant_hdf5_type(char kind, int byte_count) {
  switch (kind * 100 + byte_count) {
    case 'f' * 100 + 4: return GLOBAL(H5T_IEEE_F32LE_g);
    case 'f' * 100 + 8: return GLOBAL(H5T_IEEE_F64LE_g);
    case 'i' * 100 + 1: return GLOBAL(H5T_STD_I8LE_g);
    case 'i' * 100 + 2: return GLOBAL(H5T_STD_I16LE_g);
    case 'i' * 100 + 4: return GLOBAL(H5T_STD_I32LE_g);
    case 'i' * 100 + 8: return GLOBAL(H5T_STD_I64LE_g);
    case 'u' * 100 + 1: return GLOBAL(H5T_STD_U8LE_g);
    case 'u' * 100 + 2: return GLOBAL(H5T_STD_U16LE_g);
    case 'u' * 100 + 4: return GLOBAL(H5T_STD_U32LE_g);
    case 'u' * 100 + 8: return GLOBAL(H5T_STD_U64LE_g);
    default: return -1;
  }
}

hid_t decant_hdf5_file_create_class(void) { return GLOBAL(H5P_CLS_FILE_CREATE_ID_g); }
hid_t decant_hdf5_file_access_class(void) { return GLOBAL(H5P_CLS_FILE_ACCESS_ID_g); }
hid_t decant_hdf5_dataset_create_class(void) { return GLOBAL(H5P_CLS_DATASET_CREATE_ID_g); }
hid_t decant_hdf5_dataset_access_class(void) { return GLOBAL(H5P_CLS_DATASET_ACCESS_ID_g); }
hid_t decant_hdf5_dataset_transfer_class(void) { return GLOBAL(H5P_CLS_DATASET_XFER_ID_g); }
hid_t decant_hdf5_link_create_class(void) { return GLOBAL(H5P_CLS_LINK_CREATE_ID_g); }

hid_t decant_hdf5_string_type(int is_utf8) {
  hid_t type = H5Tcopy(GLOBAL(H5T_C_S1_g));
  if (type < 0) return type;
  if (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, is_utf8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

hid_t decant_hdf5_fixed_string_type(size_t byte_count) {
  hid_t type = H5Tcopy(GLOBAL(H5T_C_S1_g));
  if (type < 0) return type;
  if (H5Tset_size(type, byte_count) < 0 || H5Tset_strpad(type, H5T_STR_NULLPAD) < 0 ||
      H5Tset_cset(type, H5T_CSET_UTF8) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

hid_t decant_hdf5_bytes_type(void) { return H5Tvlen_create(GLOBAL(H5T_STD_U8LE_g)); }

static _Thread_local char last_error[512];

// From the innermost function outward: the first entry says what really happened.
static herr_t take_first(unsigned index, const H5E_error2_t *error, void *context) {
  (void)context;
  if (index == 0 && error->desc) snprintf(last_error, sizeof last_error, "%s", error->desc);
  return index == 0 ? 1 : 0;
}

// Called when a call fails, because the next call of any kind clears the stack.
static herr_t remember(hid_t stack, void *context) {
  (void)context;
  last_error[0] = 0;
  return H5Ewalk2(stack, H5E_WALK_UPWARD, take_first, NULL) < 0 ? -1 : 0;
}

void decant_hdf5_enter(void) { H5Eset_auto2(H5E_DEFAULT, remember, NULL); }

const char *decant_hdf5_error(void) {
  const char *load_error = decant_hdf5_load_error();
  return load_error ? load_error : last_error;
}

int decant_hdf5_object_info(hid_t object, uint64_t *address, uint64_t *attribute_count) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info1_t info;
  if (H5Oget_info1(object, &info) < 0) return -1;
#else
  H5O_info_t info;
  if (H5Oget_info(object, &info) < 0) return -1;
#endif
  *address = info.addr;
  *attribute_count = info.num_attrs;
  return 0;
}

typedef struct {
  void *context;
  int (*visit)(void *, const char *, int);
} link_visit;

#if H5_VERSION_GE(1, 12, 0)
typedef H5L_info2_t link_info;
#define ITERATE H5Literate2
#else
typedef H5L_info_t link_info;
#define ITERATE H5Literate
#endif

static herr_t visit_link(hid_t group, const char *name, const link_info *info, void *context) {
  (void)group;
  link_visit *target = context;
  int kind = info->type == H5L_TYPE_HARD   ? DECANT_HDF5_HARD_LINK
             : info->type == H5L_TYPE_SOFT ? DECANT_HDF5_SOFT_LINK
                                           : DECANT_HDF5_OTHER_LINK;
  return target->visit(target->context, name, kind);
}

int decant_hdf5_visit_links(hid_t group, void *context, int (*visit)(void *, const char *, int)) {
  link_visit target = {context, visit};
  hsize_t index = 0;
  return ITERATE(group, H5_INDEX_NAME, H5_ITER_INC, &index, visit_link, &target);
}

static void *limited_malloc(size_t byte_count, void *context) {
  size_t *budget = context;
  if (byte_count > *budget) return NULL;
  *budget -= byte_count;
  return malloc(byte_count);
}

static void limited_free(void *bytes, void *context) {
  (void)context;
  free(bytes);
}

int decant_hdf5_limit_memory(hid_t transfer, size_t *budget) {
  return H5Pset_vlen_mem_manager(transfer, limited_malloc, budget, limited_free, budget);
}
