// RUN: nest-opt %s --lower-to-npu='fail-on-fallback=true quiet=true' | FileCheck %s
// RUN: nest-opt %s --check-semantics --lower-to-npu='explain-placement=true' -o /dev/null 2>&1 | FileCheck %s --check-prefix=PLACED '--implicit-check-not={{^..host}}' --implicit-check-not=error: --implicit-check-not=warning:

// What copies elements, with odd sizes.
// PLACED-COUNT-6: npu: 1 of 1 ops
// What the programs compute in the simulator is what the graph means, bit for bit, and its checker finds nothing.

!q = !quant.uniform<i8:f32, 0.5>

// Across blocks.
// CHECK-LABEL: func.func @concat(
// CHECK:         npu.launch @concat_npu0
// CHECK-NOT:     graph.concat
func.func @concat(%a: tensor<1x21x3x5x!q>, %b: tensor<1x6x3x5x!q>, %c: tensor<1x18x3x5x!q>) -> tensor<1x45x3x5x!q> {
  %y = graph.concat %a, %b, %c {axis = 1 : i64} : (tensor<1x21x3x5x!q>, tensor<1x6x3x5x!q>, tensor<1x18x3x5x!q>) -> tensor<1x45x3x5x!q>
  return %y : tensor<1x45x3x5x!q>
}

// Operands that start blocks are copied to where the result is.
// CHECK-LABEL: func.func @concat_blocks(
// CHECK:         npu.launch @concat_blocks_npu0
// CHECK-NOT:     graph.concat
func.func @concat_blocks(%a: tensor<1x32x3x5x!q>, %b: tensor<1x7x3x5x!q>) -> tensor<1x39x3x5x!q> {
  %y = graph.concat %a, %b {axis = 1 : i64} : (tensor<1x32x3x5x!q>, tensor<1x7x3x5x!q>) -> tensor<1x39x3x5x!q>
  return %y : tensor<1x39x3x5x!q>
}

// Rows twice, columns three times, by copies.
// CHECK-LABEL: func.func @upsample(
// CHECK:         npu.launch @upsample_npu0
// CHECK-NOT:     graph.resize
func.func @upsample(%x: tensor<1x19x5x7x!q>) -> tensor<1x19x10x21x!q> {
  %s = graph.constant dense<[1, 19, 10, 21]> : tensor<4xi64>
  %y = graph.resize %x sizes %s {mode = "nearest"} : (tensor<1x19x5x7x!q>, tensor<4xi64>) -> tensor<1x19x10x21x!q>
  return %y : tensor<1x19x10x21x!q>
}

// By scales.
// CHECK-LABEL: func.func @upsample_asymmetric(
// CHECK:         npu.launch @upsample_asymmetric_npu0
// CHECK-NOT:     graph.resize
func.func @upsample_asymmetric(%x: tensor<1x5x3x3x!q>) -> tensor<1x5x6x6x!q> {
  %s = graph.constant dense<[1.0, 1.0, 2.0, 2.0]> : tensor<4xf32>
  %y = graph.resize %x scales %s {mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"} : (tensor<1x5x3x3x!q>, tensor<4xf32>) -> tensor<1x5x6x6x!q>
  return %y : tensor<1x5x6x6x!q>
}

// Some channels, every second row from the first on, columns from the third on.
// CHECK-LABEL: func.func @slice(
// CHECK:         npu.launch @slice_npu0
// CHECK-NOT:     graph.slice
func.func @slice(%x: tensor<1x37x9x7x!q>) -> tensor<1x18x4x4x!q> {
  %s = graph.constant dense<[5, 1, 3]> : tensor<3xi64>
  %e = graph.constant dense<[23, 9, 7]> : tensor<3xi64>
  %a = graph.constant dense<[1, 2, 3]> : tensor<3xi64>
  %t = graph.constant dense<[1, 2, 1]> : tensor<3xi64>
  %y = graph.slice %x, %s, %e, %a, %t : (tensor<1x37x9x7x!q>, tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, tensor<3xi64>) -> tensor<1x18x4x4x!q>
  return %y : tensor<1x18x4x4x!q>
}

// Zeros around channels, rows and columns.
// CHECK-LABEL: func.func @pad(
// CHECK:         npu.launch @pad_npu0
// CHECK-NOT:     graph.pad
func.func @pad(%x: tensor<1x17x5x3x!q>) -> tensor<1x26x6x6x!q> {
  %p = graph.constant dense<[0, 5, 1, 0, 0, 4, 0, 3]> : tensor<8xi64>
  %y = graph.pad %x, %p : (tensor<1x17x5x3x!q>, tensor<8xi64>) -> tensor<1x26x6x6x!q>
  return %y : tensor<1x26x6x6x!q>
}
