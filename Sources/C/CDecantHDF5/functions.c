// libhdf5's functions under their own names, each of which calls the library that was loaded when HDF5 was first needed.
//
// If it were linked in the usual way, the library would add a third to the start of every program, because it brings thirty others:
// libcurl, and what that needs for authentication and encryption. Few runs read HDF5. The compiler compares each row with the
// prototype in hdf5.h.

#ifndef DECANT_HDF5_LINKED

// Hidden from the library itself, which would otherwise call its own functions through these.
#pragma GCC visibility push(hidden)
#include "library.h"

#define FORWARD(result, failure, name, parameters, arguments) \
  result name parameters { \
    static __typeof__(&name) function; \
    if (!function) function = (__typeof__(&name))decant_hdf5_symbol(#name); \
    return function ? function arguments : (result)(failure); \
  }

FORWARD(herr_t, -1, H5Aclose, (hid_t attr_id), (attr_id))
FORWARD(hid_t, -1, H5Acreate2,
        (hid_t loc_id, const char *attr_name, hid_t type_id, hid_t space_id, hid_t acpl_id, hid_t aapl_id),
        (loc_id, attr_name, type_id, space_id, acpl_id, aapl_id))
FORWARD(htri_t, -1, H5Aexists, (hid_t obj_id, const char *attr_name), (obj_id, attr_name))
FORWARD(ssize_t, -1, H5Aget_name, (hid_t attr_id, size_t buf_size, char *buf), (attr_id, buf_size, buf))
FORWARD(hid_t, -1, H5Aget_space, (hid_t attr_id), (attr_id))
FORWARD(hid_t, -1, H5Aget_type, (hid_t attr_id), (attr_id))
FORWARD(hid_t, -1, H5Aopen, (hid_t obj_id, const char *attr_name, hid_t aapl_id), (obj_id, attr_name, aapl_id))
FORWARD(hid_t, -1, H5Aopen_by_idx,
        (hid_t loc_id, const char *obj_name, H5_index_t idx_type, H5_iter_order_t order, hsize_t n, hid_t aapl_id, hid_t lapl_id),
        (loc_id, obj_name, idx_type, order, n, aapl_id, lapl_id))
FORWARD(herr_t, -1, H5Aread, (hid_t attr_id, hid_t type_id, void *buf), (attr_id, type_id, buf))
FORWARD(herr_t, -1, H5Awrite, (hid_t attr_id, hid_t type_id, const void *buf), (attr_id, type_id, buf))
FORWARD(herr_t, -1, H5Dclose, (hid_t dset_id), (dset_id))
FORWARD(hid_t, -1, H5Dcreate2,
        (hid_t loc_id, const char *name, hid_t type_id, hid_t space_id, hid_t lcpl_id, hid_t dcpl_id, hid_t dapl_id),
        (loc_id, name, type_id, space_id, lcpl_id, dcpl_id, dapl_id))
FORWARD(hid_t, -1, H5Dget_create_plist, (hid_t dset_id), (dset_id))
FORWARD(haddr_t, HADDR_UNDEF, H5Dget_offset, (hid_t dset_id), (dset_id))
FORWARD(hid_t, -1, H5Dget_space, (hid_t dset_id), (dset_id))
FORWARD(hsize_t, 0, H5Dget_storage_size, (hid_t dset_id), (dset_id))
FORWARD(hid_t, -1, H5Dget_type, (hid_t dset_id), (dset_id))
FORWARD(hid_t, -1, H5Dopen2, (hid_t loc_id, const char *name, hid_t dapl_id), (loc_id, name, dapl_id))
FORWARD(herr_t, -1, H5Dread,
        (hid_t dset_id, hid_t mem_type_id, hid_t mem_space_id, hid_t file_space_id, hid_t dxpl_id, void *buf),
        (dset_id, mem_type_id, mem_space_id, file_space_id, dxpl_id, buf))
FORWARD(herr_t, -1, H5Dvlen_reclaim, (hid_t type_id, hid_t space_id, hid_t dxpl_id, void *buf), (type_id, space_id, dxpl_id, buf))
FORWARD(herr_t, -1, H5Dwrite,
        (hid_t dset_id, hid_t mem_type_id, hid_t mem_space_id, hid_t file_space_id, hid_t dxpl_id, const void *buf),
        (dset_id, mem_type_id, mem_space_id, file_space_id, dxpl_id, buf))
FORWARD(herr_t, -1, H5Dwrite_chunk,
        (hid_t dset_id, hid_t dxpl_id, uint32_t filters, const hsize_t *offset, size_t data_size, const void *buf),
        (dset_id, dxpl_id, filters, offset, data_size, buf))
FORWARD(herr_t, -1, H5Eset_auto2, (hid_t estack_id, H5E_auto2_t func, void *client_data), (estack_id, func, client_data))
FORWARD(herr_t, -1, H5Ewalk2,
        (hid_t err_stack, H5E_direction_t direction, H5E_walk2_t func, void *client_data),
        (err_stack, direction, func, client_data))
FORWARD(herr_t, -1, H5Fclose, (hid_t file_id), (file_id))
FORWARD(hid_t, -1, H5Fcreate,
        (const char *filename, unsigned flags, hid_t fcpl_id, hid_t fapl_id),
        (filename, flags, fcpl_id, fapl_id))
FORWARD(herr_t, -1, H5Fflush, (hid_t object_id, H5F_scope_t scope), (object_id, scope))
FORWARD(hid_t, -1, H5Fopen, (const char *filename, unsigned flags, hid_t fapl_id), (filename, flags, fapl_id))
FORWARD(herr_t, -1, H5Gclose, (hid_t group_id), (group_id))
FORWARD(hid_t, -1, H5Gopen2, (hid_t loc_id, const char *name, hid_t gapl_id), (loc_id, name, gapl_id))
FORWARD(H5I_type_t, -1, H5Iget_type, (hid_t id), (id))
FORWARD(herr_t, -1, H5Oclose, (hid_t object_id), (object_id))
FORWARD(hid_t, -1, H5Oopen, (hid_t loc_id, const char *name, hid_t lapl_id), (loc_id, name, lapl_id))
FORWARD(herr_t, -1, H5PLset_loading_state, (unsigned int plugin_control_mask), (plugin_control_mask))
FORWARD(herr_t, -1, H5Pclose, (hid_t plist_id), (plist_id))
FORWARD(hid_t, -1, H5Pcreate, (hid_t cls_id), (cls_id))
FORWARD(int, -1, H5Pget_chunk, (hid_t plist_id, int max_ndims, hsize_t dim[]), (plist_id, max_ndims, dim))
FORWARD(int, -1, H5Pget_external_count, (hid_t plist_id), (plist_id))
FORWARD(H5Z_filter_t, -1, H5Pget_filter2,
        (hid_t plist_id, unsigned idx, unsigned int *flags, size_t *cd_nelmts, unsigned cd_values[],
         size_t namelen, char name[], unsigned *filter_config),
        (plist_id, idx, flags, cd_nelmts, cd_values, namelen, name, filter_config))
FORWARD(H5D_layout_t, -1, H5Pget_layout, (hid_t plist_id), (plist_id))
FORWARD(int, -1, H5Pget_nfilters, (hid_t plist_id), (plist_id))
FORWARD(herr_t, -1, H5Pset_chunk, (hid_t plist_id, int ndims, const hsize_t dim[]), (plist_id, ndims, dim))
FORWARD(herr_t, -1, H5Pset_create_intermediate_group, (hid_t plist_id, unsigned crt_intmd), (plist_id, crt_intmd))
FORWARD(herr_t, -1, H5Pset_deflate, (hid_t plist_id, unsigned level), (plist_id, level))
FORWARD(herr_t, -1, H5Pset_file_locking,
        (hid_t fapl_id, hbool_t use_file_locking, hbool_t ignore_when_disabled),
        (fapl_id, use_file_locking, ignore_when_disabled))
FORWARD(herr_t, -1, H5Pset_obj_track_times, (hid_t plist_id, hbool_t track_times), (plist_id, track_times))
FORWARD(herr_t, -1, H5Pset_shuffle, (hid_t plist_id), (plist_id))
FORWARD(herr_t, -1, H5Pset_vlen_mem_manager,
        (hid_t plist_id, H5MM_allocate_t alloc_func, void *alloc_info, H5MM_free_t free_func, void *free_info),
        (plist_id, alloc_func, alloc_info, free_func, free_info))
FORWARD(herr_t, -1, H5Sclose, (hid_t space_id), (space_id))
FORWARD(hid_t, -1, H5Screate, (H5S_class_t type), (type))
FORWARD(hid_t, -1, H5Screate_simple, (int rank, const hsize_t dims[], const hsize_t maxdims[]), (rank, dims, maxdims))
FORWARD(int, -1, H5Sget_simple_extent_dims, (hid_t space_id, hsize_t dims[], hsize_t maxdims[]), (space_id, dims, maxdims))
FORWARD(int, -1, H5Sget_simple_extent_ndims, (hid_t space_id), (space_id))
FORWARD(hssize_t, -1, H5Sget_simple_extent_npoints, (hid_t space_id), (space_id))
FORWARD(H5S_class_t, -1, H5Sget_simple_extent_type, (hid_t space_id), (space_id))
FORWARD(herr_t, -1, H5Sselect_hyperslab,
        (hid_t space_id, H5S_seloper_t op, const hsize_t start[], const hsize_t stride[],
         const hsize_t count[], const hsize_t block[]),
        (space_id, op, start, stride, count, block))
FORWARD(herr_t, -1, H5Tclose, (hid_t type_id), (type_id))
FORWARD(hid_t, -1, H5Tcopy, (hid_t type_id), (type_id))
FORWARD(hid_t, -1, H5Tcreate, (H5T_class_t type, size_t size), (type, size))
FORWARD(hid_t, -1, H5Tenum_create, (hid_t base_id), (base_id))
FORWARD(herr_t, -1, H5Tenum_insert, (hid_t type, const char *name, const void *value), (type, name, value))
FORWARD(htri_t, -1, H5Tequal, (hid_t type1_id, hid_t type2_id), (type1_id, type2_id))
FORWARD(H5T_class_t, -1, H5Tget_class, (hid_t type_id), (type_id))
FORWARD(char *, 0, H5Tget_member_name, (hid_t type_id, unsigned membno), (type_id, membno))
FORWARD(size_t, 0, H5Tget_member_offset, (hid_t type_id, unsigned membno), (type_id, membno))
FORWARD(hid_t, -1, H5Tget_member_type, (hid_t type_id, unsigned membno), (type_id, membno))
FORWARD(int, -1, H5Tget_nmembers, (hid_t type_id), (type_id))
FORWARD(size_t, 0, H5Tget_size, (hid_t type_id), (type_id))
FORWARD(H5T_str_t, -1, H5Tget_strpad, (hid_t type_id), (type_id))
FORWARD(hid_t, -1, H5Tget_super, (hid_t type), (type))
FORWARD(char *, 0, H5Tget_tag, (hid_t type), (type))
FORWARD(herr_t, -1, H5Tinsert,
        (hid_t parent_id, const char *name, size_t offset, hid_t member_id),
        (parent_id, name, offset, member_id))
FORWARD(htri_t, -1, H5Tis_variable_str, (hid_t type_id), (type_id))
FORWARD(herr_t, -1, H5Tset_cset, (hid_t type_id, H5T_cset_t cset), (type_id, cset))
FORWARD(herr_t, -1, H5Tset_ebias, (hid_t type_id, size_t ebias), (type_id, ebias))
FORWARD(herr_t, -1, H5Tset_fields,
        (hid_t type_id, size_t spos, size_t epos, size_t esize, size_t mpos, size_t msize),
        (type_id, spos, epos, esize, mpos, msize))
FORWARD(herr_t, -1, H5Tset_order, (hid_t type_id, H5T_order_t order), (type_id, order))
FORWARD(herr_t, -1, H5Tset_size, (hid_t type_id, size_t size), (type_id, size))
FORWARD(herr_t, -1, H5Tset_strpad, (hid_t type_id, H5T_str_t strpad), (type_id, strpad))
FORWARD(hid_t, -1, H5Tvlen_create, (hid_t base_id), (base_id))
FORWARD(herr_t, -1, H5free_memory, (void *mem), (mem))
FORWARD(herr_t, -1, H5open, (void), ())

// Renamed in 1.12.
#if H5_VERSION_GE(1, 12, 0)
FORWARD(herr_t, -1, H5Literate2,
        (hid_t group, H5_index_t type, H5_iter_order_t order, hsize_t *index, H5L_iterate2_t visit, void *context),
        (group, type, order, index, visit, context))
FORWARD(herr_t, -1, H5Oget_info1, (hid_t object, H5O_info1_t *info), (object, info))
#else
FORWARD(herr_t, -1, H5Literate,
        (hid_t group, H5_index_t type, H5_iter_order_t order, hsize_t *index, H5L_iterate_t visit, void *context),
        (group, type, order, index, visit, context))
FORWARD(herr_t, -1, H5Oget_info, (hid_t object, H5O_info_t *info), (object, info))
#endif

#endif
