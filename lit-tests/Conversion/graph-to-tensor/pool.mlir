// RUN: nest-opt %s --npu-place --convert-graph-to-tensor --check-semantics=3 | FileCheck %s
// RUN: nest-run %s --entry apart --input random --output %t.graph | FileCheck %s --check-prefix=RESULT
// RUN: nest-opt %s --lower-to-npu -o %t.npu.mlir
// RUN: nest-run %t.npu.mlir --entry apart --input random --expect %t.graph/output_0.npy --rtol 0 --atol-of-max 0 | FileCheck %s --check-prefix=EQUAL

// RESULT: output 0: 1x24x4x3 i8
// EQUAL: output 0: equal within tolerance, greatest difference 0

!q = !quant.uniform<i8:f32, 0.5>

// The greatest of windows that do not overlap is taken where the sums are; the last row and column of sums, which no window has, are not computed.
// CHECK-LABEL: func.func @apart
// CHECK:         %[[Y:.*]] = tensor.packed_conv {{.*}} pads [1, 1, 1, 1] shift [8] clip [0, 127] pool [2, 3] : {{.*}} -> tensor<1x2x4x3x16x
// CHECK-NEXT:    tensor.unpack_channels %[[Y]]
func.func @apart(%x: tensor<1x20x9x10x!q>) -> tensor<1x24x4x3x!q> {
  %w = graph.constant dense<3> : tensor<24x20x3x3xi8> as tensor<24x20x3x3x!q>
  %c = graph.quantized_conv %x, %w {shift = array<i64: 8>, pads = array<i64: 1, 1, 1, 1>, clip_min = 0 : i64} : (tensor<1x20x9x10x!q>, tensor<24x20x3x3x!q>) -> tensor<1x24x9x10x!q>
  %y = graph.max_pool %c {kernel_shape = array<i64: 2, 3>, strides = array<i64: 2, 3>} : (tensor<1x24x9x10x!q>) -> tensor<1x24x4x3x!q>
  return %y : tensor<1x24x4x3x!q>
}

// Overlapping windows, padded ones and sums that another operation reads stay apart.
// CHECK-LABEL: func.func @others
// CHECK-COUNT-2: tensor.packed_max_pool
// CHECK-NOT:     pool [
func.func @others(%x: tensor<1x20x8x8x!q>) -> (tensor<1x24x4x4x!q>, tensor<1x24x8x8x!q>, tensor<1x24x4x4x!q>) {
  %w = graph.constant dense<3> : tensor<24x20x1x1xi8> as tensor<24x20x1x1x!q>
  %c = graph.quantized_conv %x, %w {shift = array<i64: 8>} : (tensor<1x20x8x8x!q>, tensor<24x20x1x1x!q>) -> tensor<1x24x8x8x!q>
  %y = graph.max_pool %c {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x24x8x8x!q>) -> tensor<1x24x4x4x!q>
  %d = graph.quantized_conv %x, %w {shift = array<i64: 7>} : (tensor<1x20x8x8x!q>, tensor<24x20x1x1x!q>) -> tensor<1x24x8x8x!q>
  %z = graph.max_pool %d {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>} : (tensor<1x24x8x8x!q>) -> tensor<1x24x4x4x!q>
  return %y, %c, %z : tensor<1x24x4x4x!q>, tensor<1x24x8x8x!q>, tensor<1x24x4x4x!q>
}
