// RUN: nest-opt %s --graph-fold-batch-norm | FileCheck %s
// RUN: nest-opt %s --graph-fold-batch-norm --check-semantics=4 | FileCheck %s

// CHECK-LABEL: func.func @after_conv
// CHECK-NOT: batch_normalization
// CHECK: %[[C:.*]] = graph.conv %arg0, %{{.*}}, %{{.*}} {{.*}} : (tensor<1x1x3x3xf32>, tensor<2x1x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
// CHECK-NEXT: return %[[C]]
func.func @after_conv(%x: tensor<1x1x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %w = graph.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]], [[[0.5, 0.25], [-1.0, 2.0]]]]> : tensor<2x1x2x2xf32>
  %g = graph.constant dense<[2.0, 0.5]> : tensor<2xf32>
  %b = graph.constant dense<[0.25, -1.0]> : tensor<2xf32>
  %m = graph.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %v = graph.constant dense<[4.0, 0.25]> : tensor<2xf32>
  %0 = graph.conv %x, %w {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>, tensor<2x1x2x2xf32>) -> tensor<1x2x2x2xf32>
  %1 = graph.batch_normalization %0, %g, %b, %m, %v : (tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// ((conv - c) * d + e) / f, each by channel or one number.
// CHECK-LABEL: func.func @arithmetic
// CHECK-NOT: graph.{{add|sub|mul|div}}
// CHECK: %[[C:.*]] = graph.conv
// CHECK-NEXT: return %[[C]]
func.func @arithmetic(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = graph.constant dense<[[[[2.0]]], [[[-3.0]]]]> : tensor<2x1x1x1xf32>
  %bias = graph.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %c = graph.constant dense<[[[0.5]], [[1.5]]]> : tensor<2x1x1xf32>
  %d = graph.constant dense<3.0> : tensor<f32>
  %e = graph.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf32>
  %f = graph.constant dense<4.0> : tensor<1xf32>
  %0 = graph.conv %x, %w, %bias : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %1 = graph.sub %0, %c : (tensor<1x2x2x2xf32>, tensor<2x1x1xf32>) -> tensor<1x2x2x2xf32>
  %2 = graph.mul %d, %1 : (tensor<f32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %3 = graph.add %2, %e : (tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x2x2xf32>
  %4 = graph.div %3, %f : (tensor<1x2x2x2xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %4 : tensor<1x2x2x2xf32>
}

// What is added differs along the width: no number a channel.
// CHECK-LABEL: func.func @not_by_channel
// CHECK: graph.conv
// CHECK: graph.add
func.func @not_by_channel(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = graph.constant dense<[[[[2.0]]], [[[-3.0]]]]> : tensor<2x1x1x1xf32>
  %c = graph.constant dense<[0.5, 1.5]> : tensor<2xf32>
  %0 = graph.conv %x, %w : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  %1 = graph.add %0, %c : (tensor<1x2x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  return %1 : tensor<1x2x2x2xf32>
}

// The convolution's own result is needed.
// CHECK-LABEL: func.func @two_uses
// CHECK: graph.conv
// CHECK: graph.mul
func.func @two_uses(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %w = graph.constant dense<2.0> : tensor<1x1x1x1xf32>
  %c = graph.constant dense<3.0> : tensor<f32>
  %0 = graph.conv %x, %w : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
  %1 = graph.mul %0, %c : (tensor<1x1x2x2xf32>, tensor<f32>) -> tensor<1x1x2x2xf32>
  return %0, %1 : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// A chain before and after a normalization that follows no convolution.
// CHECK-LABEL: func.func @into_batch_norm
// CHECK: %[[N:.*]] = graph.batch_normalization %arg0
// CHECK-NEXT: return %[[N]]
func.func @into_batch_norm(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %g = graph.constant dense<[2.0, 0.5]> : tensor<2xf32>
  %b = graph.constant dense<[0.25, -1.0]> : tensor<2xf32>
  %m = graph.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %v = graph.constant dense<[4.0, 0.25]> : tensor<2xf32>
  %c = graph.constant dense<[[0.5], [1.5]]> : tensor<2x1xf32>
  %0 = graph.add %x, %c : (tensor<1x2x2xf32>, tensor<2x1xf32>) -> tensor<1x2x2xf32>
  %1 = graph.batch_normalization %0, %g, %b, %m, %v : (tensor<1x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2xf32>
  %2 = graph.mul %1, %c : (tensor<1x2x2xf32>, tensor<2x1xf32>) -> tensor<1x2x2xf32>
  return %2 : tensor<1x2x2xf32>
}
