// Eight floats at a time: AVX2 with fused multiply-add.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define VARIANT ck_table_avx2
#define TILE_ROWS 6
#define TILE_PANELS 1
#include "variant.h"
#pragma clang attribute pop
#endif
