// Kernels that OpenBLAS lacks, chosen at run time for the CPU at hand.
#ifndef BEATD_CKERNELS_H
#define BEATD_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#endif
