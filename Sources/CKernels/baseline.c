// Four floats at a time: SSE2 on x86-64, NEON on AArch64.
#define LANES 4
#define VARIANT ck_table_baseline
#if defined(__aarch64__)
#define TILE_ROWS 6
#else
#define TILE_ROWS 3
#endif
#define TILE_PANELS 1
#include "variant.h"
