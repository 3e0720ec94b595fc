// RUN: nest-opt %s | nest-opt | FileCheck %s
// RUN: nest-opt %s --mlir-print-op-generic | nest-opt | FileCheck %s

!x = !quant.uniform<i8:f32, 5.000000e-01>
!y = !quant.uniform<u8:f32, 2.500000e-01:128>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

// CHECK-LABEL: func.func @products
func.func @products(%x: tensor<1x3x4x4x!x>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!y>, %v: tensor<1x4x!x>, %m: tensor<2x4x!w>, %k: tensor<4x3x!x>) {
  // CHECK-NEXT: %[[W:.*]] = graph.constant dense<1> : tensor<2x3x3x3xi8> as tensor<2x3x3x3x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
  %w = graph.constant dense<1> : tensor<2x3x3x3xi8> as tensor<2x3x3x3x!w>
  // CHECK-NEXT: graph.quantized_conv %arg0, %[[W]] bias %arg1 residual %arg2 {clip_min = 0 : i64, pads = array<i64: 1, 1, 1, 1>, residual_shift = 2 : i64, shift = array<i64: 4, 5>}
  %0 = graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 4, 5>, residual_shift = 2, clip_min = 0, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x3x4x4x!x>, tensor<2x3x3x3x!w>, tensor<2xi32>, tensor<1x2x4x4x!y>) -> tensor<1x2x4x4x!x>
  // CHECK-NEXT: graph.quantized_conv %arg0, %[[W]] {multiplier = array<i64: 1073741824>, pads = array<i64: 1, 1, 1, 1>, shift = array<i64: 33>, strides = array<i64: 2, 2>}
  %1 = graph.quantized_conv %x, %w {shift = array<i64: 33>, multiplier = array<i64: 1073741824>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x3x4x4x!x>, tensor<2x3x3x3x!w>) -> tensor<1x2x2x2x!x>
  // CHECK-NEXT: graph.quantized_gemm %arg3, %arg4 bias %arg1 {shift = array<i64: 0>}
  %2 = graph.quantized_gemm %v, %m bias %b {shift = array<i64: 0>} : (tensor<1x4x!x>, tensor<2x4x!w>, tensor<2xi32>) -> tensor<1x2x!h>
  // CHECK-NEXT: graph.quantized_matmul %arg3, %arg5 {clip_max = 100 : i64, shift = array<i64: 3>}
  %3 = graph.quantized_matmul %v, %k {shift = array<i64: 3>, clip_max = 100} : (tensor<1x4x!x>, tensor<4x3x!x>) -> tensor<1x3x!y>
  return
}

// CHECK-LABEL: func.func @others
func.func @others(%f: tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32> {
  // CHECK-NEXT: %[[Q:.*]] = graph.quantize %arg0 : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4x!quant.uniform<i8:f32, 5.000000e-01>>
  %q = graph.quantize %f : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4x!x>
  // CHECK-NEXT: graph.quantized_add %[[Q]], %[[Q]] {shift = array<i64: 1>, shifts = array<i64: 0, 3>}
  %0 = graph.quantized_add %q, %q {shifts = array<i64: 0, 3>, shift = array<i64: 1>} : (tensor<1x3x4x4x!x>, tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  // CHECK-NEXT: graph.quantized_add %[[Q]], %{{.*}} {multipliers = array<i64: 3, 5>, shift = array<i64: 40>, shifts = array<i64: 0, 0>}
  %1 = graph.quantized_add %q, %0 {shifts = array<i64: 0, 0>, multipliers = array<i64: 3, 5>, shift = array<i64: 40>} : (tensor<1x3x4x4x!x>, tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!y>
  // CHECK-NEXT: graph.requantize %{{.*}} {left_shift = 2 : i64, shift = array<i64: 0>}
  %2 = graph.requantize %1 {shift = array<i64: 0>, left_shift = 2} : (tensor<1x3x4x4x!y>) -> tensor<1x3x4x4x!x>
  // CHECK-NEXT: graph.quantized_average_pool %{{.*}} {kernel_shape = array<i64: 2, 2>, multiplier = 1 : i64, shift = 2 : i64, strides = array<i64: 2, 2>}
  %3 = graph.quantized_average_pool %2 {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, multiplier = 1, shift = 2} : (tensor<1x3x4x4x!x>) -> tensor<1x3x2x2x!x>
  // CHECK-NEXT: graph.quantized_global_average_pool %{{.*}} {multiplier = 1 : i64, shift = 2 : i64}
  %4 = graph.quantized_global_average_pool %3 {multiplier = 1, shift = 2} : (tensor<1x3x2x2x!x>) -> tensor<1x3x1x1x!x>
  // CHECK-NEXT: graph.dequantize %{{.*}} : (tensor<1x3x4x4x!quant.uniform<i8:f32, 5.000000e-01>>) -> tensor<1x3x4x4xf32>
  %5 = graph.dequantize %2 : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4xf32>
  // CHECK-NEXT: graph.profile %{{.*}} {id = "x"} : tensor<1x3x4x4xf32>
  graph.profile %5 {id = "x"} : tensor<1x3x4x4xf32>
  return %5 : tensor<1x3x4x4xf32>
}
