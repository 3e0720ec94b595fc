// RUN: nest-opt %s --graph-simplify-quantization | FileCheck %s
// RUN: nest-opt %s --graph-simplify-quantization --check-semantics=4 | FileCheck %s

// CHECK-LABEL: func.func @there_and_back
// CHECK-NEXT: return %arg0
func.func @there_and_back(%x: tensor<4xi8>) -> tensor<4xi8> {
  %s = graph.constant dense<0.25> : tensor<f32>
  %z = graph.constant dense<3> : tensor<i8>
  %0 = graph.dequantize_linear %x, %s, %z : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
  %1 = graph.quantize_linear %0, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// Another scale rounds.
// CHECK-LABEL: func.func @rescaled
// CHECK: graph.dequantize_linear
// CHECK: graph.quantize_linear
func.func @rescaled(%x: tensor<4xi8>) -> tensor<4xi8> {
  %s = graph.constant dense<0.25> : tensor<f32>
  %t = graph.constant dense<0.5> : tensor<f32>
  %z = graph.constant dense<3> : tensor<i8>
  %0 = graph.dequantize_linear %x, %s, %z : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
  %1 = graph.quantize_linear %0, %t, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// CHECK-LABEL: func.func @padded
// CHECK: %[[D:.*]] = graph.dequantize_linear %arg0
// CHECK-NEXT: %[[P:.*]] = graph.pad %[[D]]
// CHECK-NEXT: return %[[P]]
func.func @padded(%x: tensor<4xi8>) -> tensor<6xf32> {
  %s = graph.constant dense<0.25> : tensor<f32>
  %z = graph.constant dense<3> : tensor<i8>
  %pads = graph.constant dense<1> : tensor<2xi64>
  %0 = graph.dequantize_linear %x, %s, %z : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
  %1 = graph.pad %0, %pads : (tensor<4xf32>, tensor<2xi64>) -> tensor<6xf32>
  %2 = graph.quantize_linear %1, %s, %z : (tensor<6xf32>, tensor<f32>, tensor<i8>) -> tensor<6xi8>
  %3 = graph.dequantize_linear %2, %s, %z : (tensor<6xi8>, tensor<f32>, tensor<i8>) -> tensor<6xf32>
  return %3 : tensor<6xf32>
}

// CHECK-LABEL: func.func @moved
// CHECK: %[[T:.*]] = graph.transpose %arg0 {perm = array<i64: 1, 0>} : (tensor<2x3xi8>) -> tensor<3x2xi8>
// CHECK-NEXT: %[[C:.*]] = graph.concat %arg0, %arg0 {axis = 0 : i64} : (tensor<2x3xi8>, tensor<2x3xi8>) -> tensor<4x3xi8>
// CHECK-NEXT: return %[[T]], %[[C]]
func.func @moved(%x: tensor<2x3xi8>) -> (tensor<3x2xi8>, tensor<4x3xi8>) {
  %s = graph.constant dense<0.25> : tensor<f32>
  %z = graph.constant dense<3> : tensor<i8>
  %0 = graph.dequantize_linear %x, %s, %z : (tensor<2x3xi8>, tensor<f32>, tensor<i8>) -> tensor<2x3xf32>
  %1 = graph.transpose %0 {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %2 = graph.quantize_linear %1, %s, %z : (tensor<3x2xf32>, tensor<f32>, tensor<i8>) -> tensor<3x2xi8>
  %3 = graph.concat %0, %0 {axis = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  %4 = graph.quantize_linear %3, %s, %z : (tensor<4x3xf32>, tensor<f32>, tensor<i8>) -> tensor<4x3xi8>
  return %2, %4 : tensor<3x2xi8>, tensor<4x3xi8>
}

// A zero point that is the least number quantizes what is negative to it anyway; at 6.0 the clip is beyond the greatest, 255 * 0.0125.
// CHECK-LABEL: func.func @limited
// CHECK-NOT: graph.relu
// CHECK: %[[A:.*]] = graph.quantize_linear %arg0
// CHECK-NEXT: %[[B:.*]] = graph.quantize_linear %arg0
// CHECK-NEXT: return %[[A]], %[[B]]
func.func @limited(%x: tensor<4xf32>) -> (tensor<4xi8>, tensor<4xi8>) {
  %s = graph.constant dense<0.0125> : tensor<f32>
  %z = graph.constant dense<-128> : tensor<i8>
  %zero = graph.constant dense<0.0> : tensor<f32>
  %six = graph.constant dense<6.0> : tensor<f32>
  %0 = graph.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = graph.quantize_linear %0, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  %2 = graph.clip %x, %zero, %six : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %3 = graph.quantize_linear %2, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %1, %3 : tensor<4xi8>, tensor<4xi8>
}

// CHECK-LABEL: func.func @still_limited
// CHECK: graph.relu
func.func @still_limited(%x: tensor<4xf32>) -> tensor<4xi8> {
  %s = graph.constant dense<0.0125> : tensor<f32>
  %z = graph.constant dense<-13> : tensor<i8>
  %0 = graph.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = graph.quantize_linear %0, %s, %z : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}
