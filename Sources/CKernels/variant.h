// One variant of all kernels: included once per instruction set, with LANES floats in a vector.
#include "CKernels.h"

#include <math.h>
#include <string.h>

#include "vector.h"

#include "gemm.h"

#include "depthwise.h"

#include "pooling.h"

#include "columns.h"

#include "elements.h"

const ck_table VARIANT = {
    .gemm = gemm,
    .depthwise = depthwise,
    .depthwise_backward_input = depthwise_backward_input,
    .depthwise_backward_weights = depthwise_backward_weights,
    .max_pool = max_pool,
    .max_pool_backward = max_pool_backward,
    .average_pool = average_pool,
    .average_pool_backward = average_pool_backward,
    .column_sum = column_sum,
    .column_squares = column_squares,
    .column_dot = column_dot,
    .affine = affine,
    .affine2 = affine2,
    .column_max = column_max,
    .row_mean_max = row_mean_max,
    .scale_rows = scale_rows,
    .activate = activate,
    .activate_backward = activate_backward,
    .exp = exponential,
    .add = add,
    .multiply = multiply,
    .axpy = axpy,
    .squares = squares,
    .magnitude = magnitude,
    .complex_scale = complex_scale,
    .complex_scale_add = complex_scale_add,
    .adamw = adamw,
};
