// RUN: nest-opt %s --graph-raise | FileCheck %s
// RUN: nest-opt %s --graph-raise --check-semantics=4 | FileCheck %s

// CHECK-LABEL: func.func @layer_norm
// CHECK-DAG: %[[SCALE:.*]] = graph.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]>
// CHECK-DAG: %[[BIAS:.*]] = graph.constant dense<[5.000000e-01, 2.500000e-01, 1.250000e-01]> : tensor<3xf32>
// CHECK: %[[N:.*]] = graph.layer_normalization %arg0, %[[SCALE]], %[[BIAS]]
// CHECK-NEXT: return %[[N]]
func.func @layer_norm(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %axes = graph.constant dense<-1> : tensor<1xi64>
  %two = graph.constant dense<2.0> : tensor<f32>
  %eps = graph.constant dense<1.0e-5> : tensor<f32>
  %scale = graph.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %bias = graph.constant dense<[[0.5, 0.25, 0.125]]> : tensor<1x3xf32>
  %0 = graph.reduce_mean %x, %axes : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  %1 = graph.sub %x, %0 : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %2 = graph.pow %1, %two : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %3 = graph.reduce_mean %2, %axes : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  %4 = graph.add %3, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %5 = graph.sqrt %4 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %6 = graph.div %1, %5 : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %7 = graph.mul %6, %scale : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %8 = graph.add %7, %bias : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %8 : tensor<2x3xf32>
}

// The first dimension is normalized: no last ones.
// CHECK-LABEL: func.func @not_layer_norm
// CHECK: graph.div
func.func @not_layer_norm(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %axes = graph.constant dense<0> : tensor<1xi64>
  %eps = graph.constant dense<1.0e-5> : tensor<f32>
  %0 = graph.reduce_mean %x, %axes : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<1x3xf32>
  %1 = graph.sub %x, %0 : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  %2 = graph.mul %1, %1 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %3 = graph.reduce_mean %2, %axes : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<1x3xf32>
  %4 = graph.add %3, %eps : (tensor<1x3xf32>, tensor<f32>) -> tensor<1x3xf32>
  %5 = graph.sqrt %4 : (tensor<1x3xf32>) -> tensor<1x3xf32>
  %6 = graph.div %1, %5 : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %6 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @gelu
// CHECK: %[[A:.*]] = graph.gelu %arg0 : (tensor<4xf32>) -> tensor<4xf32>
// CHECK: %[[B:.*]] = graph.gelu %arg0 : (tensor<4xf32>) -> tensor<4xf32>
// CHECK: %[[C:.*]] = graph.gelu %arg0 {approximate = "tanh"}
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]]
func.func @gelu(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %half = graph.constant dense<0.5> : tensor<f32>
  %one = graph.constant dense<1.0> : tensor<f32>
  %root = graph.constant dense<1.41421354> : tensor<f32>
  %inverse = graph.constant dense<0.707106769> : tensor<f32>
  %three = graph.constant dense<3.0> : tensor<f32>
  %c = graph.constant dense<0.044715> : tensor<f32>
  %d = graph.constant dense<0.797884583> : tensor<f32>
  %0 = graph.div %x, %root : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = graph.erf %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = graph.add %1, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = graph.mul %x, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = graph.mul %3, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = graph.mul %x, %inverse : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %6 = graph.erf %5 : (tensor<4xf32>) -> tensor<4xf32>
  %7 = graph.add %one, %6 : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = graph.mul %half, %x : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  %9 = graph.mul %8, %7 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %10 = graph.pow %x, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %11 = graph.mul %10, %c : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %12 = graph.add %x, %11 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %13 = graph.mul %12, %d : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %14 = graph.tanh %13 : (tensor<4xf32>) -> tensor<4xf32>
  %15 = graph.add %14, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %16 = graph.mul %x, %15 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %17 = graph.mul %16, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %4, %9, %17 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @softmax
// CHECK-NOT: graph.exp
// CHECK: graph.softmax %arg0 {axis = 0 : i64}
// CHECK-NEXT: graph.softmax %arg0 {axis = 1 : i64}
func.func @softmax(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %first = graph.constant dense<0> : tensor<1xi64>
  %last = graph.constant dense<-1> : tensor<1xi64>
  %0 = graph.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = graph.reduce_sum %0, %first : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<1x3xf32>
  %2 = graph.div %0, %1 : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  %3 = graph.reduce_max %x, %last : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  %4 = graph.sub %x, %3 : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %5 = graph.exp %4 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %6 = graph.reduce_sum %5, %last : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  %7 = graph.div %5, %6 : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  return %2, %7 : tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: func.func @activations
// CHECK: %[[S:.*]] = graph.hard_swish %arg0
// CHECK: %[[L:.*]] = graph.leaky_relu %arg0 {alpha = 2.500000e-01 : f32}
// CHECK: return %[[S]], %[[L]]
func.func @activations(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %three = graph.constant dense<3.0> : tensor<f32>
  %six = graph.constant dense<6.0> : tensor<f32>
  %slope = graph.constant dense<0.25> : tensor<f32>
  %0 = graph.add %x, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = graph.clip %0, %zero, %six : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %2 = graph.div %1, %six : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = graph.mul %x, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = graph.mul %x, %slope : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = graph.max %x, %4 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3, %5 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @depth_to_space
// CHECK: graph.depth_to_space %arg0 {blocksize = 2 : i64, mode = "CRD"}
// CHECK-NEXT: graph.depth_to_space %arg0 {blocksize = 2 : i64}
func.func @depth_to_space(%x: tensor<1x8x1x3xf32>) -> (tensor<1x2x2x6xf32>, tensor<1x2x2x6xf32>) {
  %crd = graph.constant dense<[1, 2, 2, 2, 1, 3]> : tensor<6xi64>
  %dcr = graph.constant dense<[1, 2, 2, 2, 1, 3]> : tensor<6xi64>
  %to = graph.constant dense<[1, 2, 2, 6]> : tensor<4xi64>
  %0 = graph.reshape %x, %crd : (tensor<1x8x1x3xf32>, tensor<6xi64>) -> tensor<1x2x2x2x1x3xf32>
  %1 = graph.transpose %0 {perm = array<i64: 0, 1, 4, 2, 5, 3>} : (tensor<1x2x2x2x1x3xf32>) -> tensor<1x2x1x2x3x2xf32>
  %2 = graph.reshape %1, %to : (tensor<1x2x1x2x3x2xf32>, tensor<4xi64>) -> tensor<1x2x2x6xf32>
  %3 = graph.reshape %x, %dcr : (tensor<1x8x1x3xf32>, tensor<6xi64>) -> tensor<1x2x2x2x1x3xf32>
  %4 = graph.transpose %3 {perm = array<i64: 0, 3, 4, 1, 5, 2>} : (tensor<1x2x2x2x1x3xf32>) -> tensor<1x2x1x2x3x2xf32>
  %5 = graph.reshape %4, %to : (tensor<1x2x1x2x3x2xf32>, tensor<4xi64>) -> tensor<1x2x2x6xf32>
  return %2, %5 : tensor<1x2x2x6xf32>, tensor<1x2x2x6xf32>
}
