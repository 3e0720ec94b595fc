// RUN: nest-opt %s --lower-to-npu='fail-on-fallback=true quiet=true' | FileCheck %s
// RUN: nest-opt %s --check-semantics --lower-to-npu='explain-placement=true' -o /dev/null 2>&1 | FileCheck %s --check-prefix=PLACED '--implicit-check-not={{^..host}}' --implicit-check-not=error: --implicit-check-not=warning:

// Pools of odd sizes.
// PLACED-COUNT-9: npu: 1 of 1 ops
// What the programs compute in the simulator is what the graph means, bit for bit, and its checker finds nothing.

!q = !quant.uniform<i8:f32, 0.5>

// Overlapping windows with padding, which is never the greatest.
// CHECK-LABEL: func.func @maximum(
// CHECK:         npu.launch @maximum_npu0
// CHECK-NOT:     graph.max_pool
func.func @maximum(%x: tensor<1x20x13x11x!q>) -> tensor<1x20x7x6x!q> {
  %y = graph.max_pool %x {kernel_shape = array<i64: 3, 2>, strides = array<i64: 2, 2>, pads = array<i64: 1, 0, 1, 1>} : (tensor<1x20x13x11x!q>) -> tensor<1x20x7x6x!q>
  return %y : tensor<1x20x7x6x!q>
}

// The last window hangs over.
// CHECK-LABEL: func.func @maximum_ceil(
// CHECK:         npu.launch @maximum_ceil_npu0
// CHECK-NOT:     graph.max_pool
func.func @maximum_ceil(%x: tensor<2x7x8x6x!q>) -> tensor<2x7x4x3x!q> {
  %y = graph.max_pool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, ceil_mode = 1 : i64} : (tensor<2x7x8x6x!q>) -> tensor<2x7x4x3x!q>
  return %y : tensor<2x7x4x3x!q>
}

// Dilation.
// CHECK-LABEL: func.func @maximum_dilated(
// CHECK:         npu.launch @maximum_dilated_npu0
// CHECK-NOT:     graph.max_pool
func.func @maximum_dilated(%x: tensor<1x18x9x10x!q>) -> tensor<1x18x6x8x!q> {
  %y = graph.max_pool %x {kernel_shape = array<i64: 2, 2>, dilations = array<i64: 3, 2>} : (tensor<1x18x9x10x!q>) -> tensor<1x18x6x8x!q>
  return %y : tensor<1x18x6x8x!q>
}

// All of a channel.
// CHECK-LABEL: func.func @maximum_of_all(
// CHECK:         npu.launch @maximum_of_all_npu0
// CHECK-NOT:     graph.global_max_pool
func.func @maximum_of_all(%x: tensor<1x21x5x7x!q>) -> tensor<1x21x1x1x!q> {
  %y = graph.global_max_pool %x : (tensor<1x21x5x7x!q>) -> tensor<1x21x1x1x!q>
  return %y : tensor<1x21x1x1x!q>
}

// Windows without padding.
// CHECK-LABEL: func.func @mean(
// CHECK:         npu.launch @mean_npu0
// CHECK-NOT:     graph.quantized_average_pool
func.func @mean(%x: tensor<1x19x7x9x!q>) -> tensor<1x19x3x4x!q> {
  %y = graph.quantized_average_pool %x {kernel_shape = array<i64: 2, 3>, strides = array<i64: 2, 2>, multiplier = 85 : i64, shift = 9 : i64} : (tensor<1x19x7x9x!q>) -> tensor<1x19x3x4x!q>
  return %y : tensor<1x19x3x4x!q>
}

// Padding counts.
// CHECK-LABEL: func.func @mean_padded(
// CHECK:         npu.launch @mean_padded_npu0
// CHECK-NOT:     graph.quantized_average_pool
func.func @mean_padded(%x: tensor<1x5x7x7x!q>) -> tensor<1x5x7x7x!q> {
  %y = graph.quantized_average_pool %x {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = 1 : i64, multiplier = 57 : i64, shift = 9 : i64} : (tensor<1x5x7x7x!q>) -> tensor<1x5x7x7x!q>
  return %y : tensor<1x5x7x7x!q>
}

// All of a channel.
// CHECK-LABEL: func.func @mean_of_all(
// CHECK:         npu.launch @mean_of_all_npu0
// CHECK-NOT:     graph.quantized_global_average_pool
func.func @mean_of_all(%x: tensor<1x37x7x5x!q>) -> tensor<1x37x1x1x!q> {
  %y = graph.quantized_global_average_pool %x {multiplier = 117 : i64, shift = 12 : i64} : (tensor<1x37x7x5x!q>) -> tensor<1x37x1x1x!q>
  return %y : tensor<1x37x1x1x!q>
}

// Padding does not count: corners and edges have multipliers of their own.
// CHECK-LABEL: func.func @mean_of_what_is_there(
// CHECK:         npu.launch @mean_of_what_is_there_npu0
// CHECK-NOT:     graph.quantized_average_pool
func.func @mean_of_what_is_there(%x: tensor<1x19x7x9x!q>) -> tensor<1x19x7x5x!q> {
  %y = graph.quantized_average_pool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 2>, pads = array<i64: 1, 1, 1, 1>, multiplier = 28 : i64, shift = 8 : i64} : (tensor<1x19x7x9x!q>) -> tensor<1x19x7x5x!q>
  return %y : tensor<1x19x7x5x!q>
}

// The last window hangs over.
// CHECK-LABEL: func.func @mean_ceil(
// CHECK:         npu.launch @mean_ceil_npu0
// CHECK-NOT:     graph.quantized_average_pool
func.func @mean_ceil(%x: tensor<1x5x8x6x!q>) -> tensor<1x5x4x3x!q> {
  %y = graph.quantized_average_pool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, ceil_mode = 1 : i64, multiplier = 28 : i64, shift = 8 : i64} : (tensor<1x5x8x6x!q>) -> tensor<1x5x4x3x!q>
  return %y : tensor<1x5x4x3x!q>
}
