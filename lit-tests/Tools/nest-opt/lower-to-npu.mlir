// RUN: nest-opt %s --lower-to-npu --explain-placement 2>&1 | FileCheck %s
// RUN: not nest-opt %s --lower-to-npu --fail-on-fallback 2>&1 | FileCheck %s --check-prefix=GATE
// RUN: nest-opt %s --lower-to-npu --progress -o %t 2>&1 | FileCheck %s --check-prefix=PROGRESS

// CHECK:      npu: 1 of 2 ops, 100.0 % of the multiply-accumulates; on the host: 1 x graph.quantized_lookup
// CHECK:      npu  graph.quantized_conv
// CHECK:      host graph.quantized_lookup{{.*}}NEST6101: the operation must be one that the NPU has, got graph.quantized_lookup (wanted convolution
// CHECK:      npu.program @main_npu0
// CHECK:      func.func @main
// CHECK:      npu.launch @main_npu0
// CHECK:      graph.quantized_lookup
// PROGRESS:      npu-place
// PROGRESS:      npu-tile: 1 of 1
// PROGRESS:      convert-tensor-to-npu: 1 of 1
// GATE:       error: stays on the host: the operation must be one that the NPU has, got graph.quantized_lookup
!q = !quant.uniform<i8:f32, 0.5>
func.func @main(%x: tensor<1x16x4x4x!q>) -> tensor<1x16x4x4x!q> {
  %w = graph.constant dense<1> : tensor<16x16x1x1xi8> as tensor<16x16x1x1x!q>
  %c = graph.quantized_conv %x, %w {shift = array<i64: 4>} : (tensor<1x16x4x4x!q>, tensor<16x16x1x1x!q>) -> tensor<1x16x4x4x!q>
  %y = graph.quantized_lookup %c {table = array<i64: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>} : (tensor<1x16x4x4x!q>) -> tensor<1x16x4x4x!q>
  return %y : tensor<1x16x4x4x!q>
}
