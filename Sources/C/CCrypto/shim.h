// The plain functions of SHA-256. libcrypto recommends its EVP interface instead, which links or loads all of its algorithms.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
