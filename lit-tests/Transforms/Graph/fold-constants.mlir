// RUN: nest-opt %s --graph-fold-constants="max-bytes=32" --graph-infer-shapes | FileCheck %s
// RUN: nest-opt %s --graph-fold-constants="max-bytes=32" --graph-infer-shapes --check-semantics=4 | FileCheck %s

// What replaces a constant of its size is made, whatever the limit; what would make more of little is not.
// CHECK-LABEL: func.func @limit
// CHECK-DAG: graph.constant dense<{{\[\[}}1.000000e+00, 4.000000e+00], [2.000000e+00, 5.000000e+00], [3.000000e+00, 6.000000e+00]]>
// CHECK: %[[BIG:.*]] = graph.constant_of_shape
// CHECK: return %{{.*}}, %[[BIG]]
func.func @limit() -> (tensor<3x2xf32>, tensor<100xf32>) {
  %w = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %n = graph.constant dense<100> : tensor<1xi64>
  %0 = graph.transpose %w : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = graph.constant_of_shape %n {value = dense<1.0> : tensor<1xf32>} : (tensor<1xi64>) -> tensor<100xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<100xf32>
}

// Quantized weights stay so.
// CHECK-LABEL: func.func @quantized
// CHECK: graph.dequantize_linear
func.func @quantized() -> tensor<2xf32> {
  %w = graph.constant dense<[1, 2]> : tensor<2xi8>
  %s = graph.constant dense<0.5> : tensor<f32>
  %0 = graph.dequantize_linear %w, %s : (tensor<2xi8>, tensor<f32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Padding that is known now makes shapes known.
// CHECK-LABEL: func.func @shapes
// CHECK: %[[P:.*]] = graph.pad %arg0, %{{.*}} -> tensor<4xf32>
// CHECK: %[[R:.*]] = graph.relu %[[P]] : (tensor<4xf32>) -> tensor<*xf32>
// CHECK: return %[[R]] : tensor<*xf32>
func.func @shapes(%x: tensor<2xf32>) -> tensor<*xf32> {
  %a = graph.constant dense<1> : tensor<1xi64>
  %0 = graph.concat %a, %a {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %1 = graph.pad %x, %0 : (tensor<2xf32>, tensor<2xi64>) -> tensor<*xf32>
  %2 = graph.relu %1 : (tensor<*xf32>) -> tensor<*xf32>
  return %2 : tensor<*xf32>
}
