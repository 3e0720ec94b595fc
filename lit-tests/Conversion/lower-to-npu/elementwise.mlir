// RUN: nest-opt %s --lower-to-npu='fail-on-fallback=true quiet=true' | FileCheck %s
// RUN: nest-opt %s --check-semantics --lower-to-npu='explain-placement=true' -o /dev/null 2>&1 | FileCheck %s --check-prefix=PLACED '--implicit-check-not={{^..host}}' --implicit-check-not=error: --implicit-check-not=warning:

// What goes element by element, with odd sizes.
// PLACED-COUNT-4: npu: 1 of 1 ops
// What the programs compute in the simulator is what the graph means, bit for bit, and its checker finds nothing.

!q = !quant.uniform<i8:f32, 0.5>

// Addends of different scales.
// CHECK-LABEL: func.func @sum(
// CHECK:         npu.launch @sum_npu0
// CHECK-NOT:     graph.quantized_add
func.func @sum(%a: tensor<1x21x7x5x!q>, %b: tensor<1x21x7x5x!q>) -> tensor<1x21x7x5x!q> {
  %y = graph.quantized_add %a, %b {shifts = array<i64: 2, 0>, shift = array<i64: 2>, clip_min = -100 : i64} : (tensor<1x21x7x5x!q>, tensor<1x21x7x5x!q>) -> tensor<1x21x7x5x!q>
  return %y : tensor<1x21x7x5x!q>
}

// Another scale, by shifts.
// CHECK-LABEL: func.func @requantization(
// CHECK:         npu.launch @requantization_npu0
// CHECK-NOT:     graph.requantize
func.func @requantization(%x: tensor<1x19x5x3x!q>) -> tensor<1x19x5x3x!q> {
  %y = graph.requantize %x {shift = array<i64: 2>, left_shift = 1 : i64} : (tensor<1x19x5x3x!q>) -> tensor<1x19x5x3x!q>
  return %y : tensor<1x19x5x3x!q>
}

// Nothing negative.
// CHECK-LABEL: func.func @relu(
// CHECK:         npu.launch @relu_npu0
// CHECK-NOT:     graph.relu
func.func @relu(%x: tensor<1x5x5x7x!q>) -> tensor<1x5x5x7x!q> {
  %y = graph.relu %x : (tensor<1x5x5x7x!q>) -> tensor<1x5x5x7x!q>
  return %y : tensor<1x5x5x7x!q>
}

// Limits of stored values.
// CHECK-LABEL: func.func @clip(
// CHECK:         npu.launch @clip_npu0
// CHECK-NOT:     graph.clip
func.func @clip(%x: tensor<3x21x!q>) -> tensor<3x21x!q> {
  %l = graph.constant dense<-20> : tensor<i8> as tensor<!q>
  %h = graph.constant dense<90> : tensor<i8> as tensor<!q>
  %y = graph.clip %x, %l, %h : (tensor<3x21x!q>, tensor<!q>, tensor<!q>) -> tensor<3x21x!q>
  return %y : tensor<3x21x!q>
}
