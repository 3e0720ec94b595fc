// RUN: nest-opt %s --graph-fuse-products | FileCheck %s --check-prefixes=CHECK,MERGE
// RUN: nest-opt %s --graph-fuse-products --check-semantics=4 | FileCheck %s --check-prefixes=CHECK,MERGE
// RUN: nest-opt %s --graph-fuse-products="merge=false" | FileCheck %s --check-prefixes=CHECK,APART

// CHECK-LABEL: func.func @gemm
// CHECK: %[[G:.*]] = graph.gemm %arg0, %arg1, %{{.*}} {transA = 1 : i64, transB = 1 : i64} : (tensor<3x2xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: return %[[G]]
func.func @gemm(%a: tensor<3x2xf32>, %b: tensor<4x3xf32>) -> tensor<2x4xf32> {
  %c = graph.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %0 = graph.transpose %a {perm = array<i64: 1, 0>} : (tensor<3x2xf32>) -> tensor<2x3xf32>
  %1 = graph.transpose %b : (tensor<4x3xf32>) -> tensor<3x4xf32>
  %2 = graph.matmul %0, %1 : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %3 = graph.add %2, %c : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %3 : tensor<2x4xf32>
}

// CHECK-LABEL: func.func @more_bias
// CHECK: %[[C:.*]] = graph.constant dense<[3.000000e+00, 5.000000e+00]>
// CHECK: %[[G:.*]] = graph.gemm %arg0, %arg1, %[[C]] : (
// CHECK-NEXT: return %[[G]]
func.func @more_bias(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) -> tensor<2x2xf32> {
  %c = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %d = graph.constant dense<1.0> : tensor<f32>
  %0 = graph.gemm %a, %b, %c {beta = 2.0 : f32} : (tensor<2x3xf32>, tensor<3x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %1 = graph.add %0, %d : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// CHECK-LABEL: func.func @scaled
// CHECK: graph.gemm %arg0, %arg1 {alpha = 5.000000e-01 : f32}
// CHECK-NEXT: return
func.func @scaled(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) -> tensor<2x2xf32> {
  %c = graph.constant dense<2.0> : tensor<f32>
  %0 = graph.gemm %a, %b : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  %1 = graph.div %0, %c : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// Batches are no matrices.
// CHECK-LABEL: func.func @batched
// CHECK: graph.matmul
// CHECK: graph.add
func.func @batched(%a: tensor<2x2x3xf32>, %b: tensor<3x2xf32>, %c: tensor<2xf32>) -> tensor<2x2x2xf32> {
  %0 = graph.matmul %a, %b : (tensor<2x2x3xf32>, tensor<3x2xf32>) -> tensor<2x2x2xf32>
  %1 = graph.add %0, %c : (tensor<2x2x2xf32>, tensor<2xf32>) -> tensor<2x2x2xf32>
  return %1 : tensor<2x2x2xf32>
}

// CHECK-LABEL: func.func @shared
// MERGE: %[[M:.*]] = graph.matmul %arg0, %{{.*}} : (tensor<1x2x2xf32>, tensor<2x5xf32>) -> tensor<1x2x5xf32>
// MERGE: %[[S:.*]] = graph.add %[[M]], %{{.*}} : (tensor<1x2x5xf32>, tensor<5xf32>) -> tensor<1x2x5xf32>
// MERGE: %[[P:.*]]:2 = graph.split %[[S]], %{{.*}} {axis = 2 : i64} : (tensor<1x2x5xf32>, tensor<2xi64>) -> (tensor<1x2x2xf32>, tensor<1x2x3xf32>)
// MERGE-NEXT: return %[[P]]#0, %[[P]]#1
// APART: graph.matmul
// APART: graph.matmul
func.func @shared(%x: tensor<1x2x2xf32>) -> (tensor<1x2x2xf32>, tensor<1x2x3xf32>) {
  %u = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %v = graph.constant dense<[[5.0, 6.0, 7.0], [8.0, 9.0, 10.0]]> : tensor<2x3xf32>
  %c = graph.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %d = graph.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = graph.matmul %x, %u : (tensor<1x2x2xf32>, tensor<2x2xf32>) -> tensor<1x2x2xf32>
  %1 = graph.add %0, %c : (tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x2x2xf32>
  %2 = graph.matmul %x, %v : (tensor<1x2x2xf32>, tensor<2x3xf32>) -> tensor<1x2x3xf32>
  %3 = graph.add %2, %d : (tensor<1x2x3xf32>, tensor<3xf32>) -> tensor<1x2x3xf32>
  return %1, %3 : tensor<1x2x2xf32>, tensor<1x2x3xf32>
}
