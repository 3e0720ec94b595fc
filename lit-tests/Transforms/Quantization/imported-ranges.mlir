// RUN: nest-opt %s --quantize-for-npu | FileCheck %s

// Integers are moved between being rounded and being used: the reals that they stand for are moved instead, so that the sums on both sides are layers.
// CHECK-LABEL: func.func @moved
// CHECK-NOT:   linear
// CHECK:       %[[A:.*]] = graph.quantized_global_average_pool
// CHECK:       %[[R:.*]] = graph.reshape %[[A]]
// CHECK:       %[[G:.*]] = graph.quantized_gemm %[[R]]
// CHECK:       %[[D:.*]] = graph.dequantize %[[G]]
// CHECK-NEXT:  return %[[D]]
func.func @moved(%x: tensor<1x2x4x4xi8>) -> tensor<1x3xf32> {
  %s = graph.constant dense<0.5> : tensor<f32>
  %z = graph.constant dense<0> : tensor<i8>
  %w = graph.constant dense<[[0.5, -0.25], [1.0, 0.75], [-0.5, 0.125]]> : tensor<3x2xf32>
  %n = graph.constant dense<[1, 2]> : tensor<2xi64>
  %0 = graph.dequantize_linear %x, %s, %z : (tensor<1x2x4x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xf32>
  %1 = graph.global_average_pool %0 : (tensor<1x2x4x4xf32>) -> tensor<1x2x1x1xf32>
  %2 = graph.quantize_linear %1, %s, %z : (tensor<1x2x1x1xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x1x1xi8>
  %3 = graph.reshape %2, %n : (tensor<1x2x1x1xi8>, tensor<2xi64>) -> tensor<1x2xi8>
  %4 = graph.dequantize_linear %3, %s, %z : (tensor<1x2xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2xf32>
  %5 = graph.gemm %4, %w {transB = 1 : i64} : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32>
  %6 = graph.quantize_linear %5, %s, %z : (tensor<1x3xf32>, tensor<f32>, tensor<i8>) -> tensor<1x3xi8>
  %7 = graph.dequantize_linear %6, %s, %z : (tensor<1x3xi8>, tensor<f32>, tensor<i8>) -> tensor<1x3xf32>
  %8 = graph.identity %7 : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return %8 : tensor<1x3xf32>
}

// A limit of a value that is rounded has a range although it is not rounded itself. What nothing is known of stays in floats.
// CHECK-LABEL: func.func @unknown
// CHECK:       graph.requantize %{{.*}} {{.*}}clip_min = 0
// CHECK:       graph.gemm
// CHECK-NOT:   quantized_gemm
func.func @unknown(%x: tensor<1x2xi8>) -> (tensor<1x2xf32>, tensor<1x3xf32>) {
  %s = graph.constant dense<0.5> : tensor<f32>
  %z = graph.constant dense<0> : tensor<i8>
  %w = graph.constant dense<[[0.5, -0.25], [1.0, 0.75], [-0.5, 0.125]]> : tensor<3x2xf32>
  %0 = graph.dequantize_linear %x, %s, %z : (tensor<1x2xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2xf32>
  %1 = graph.relu %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = graph.gemm %0, %w {transB = 1 : i64} : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32>
  return %1, %2 : tensor<1x2xf32>, tensor<1x3xf32>
}
