// Sixteen floats at a time: AVX-512.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define LANES 16
#define VARIANT ck_table_avx512
#define TILE_ROWS 12
#define TILE_PANELS 2
#include "variant.h"
#pragma clang attribute pop
#endif
