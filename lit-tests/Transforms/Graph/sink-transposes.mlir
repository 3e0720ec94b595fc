// RUN: nest-opt %s --graph-sink-transposes | FileCheck %s
// RUN: nest-opt %s --graph-sink-transposes --check-semantics=4 | FileCheck %s

// There and back, around what works element by element and along one dimension.
// CHECK-LABEL: func.func @cancel
// CHECK-NOT: graph.transpose
// CHECK: %[[C:.*]] = graph.constant dense<{{\[\[\[}}1.000000e+00], [2.000000e+00], [3.000000e+00]]]> : tensor<1x3x1xf32>
// CHECK: %[[R:.*]] = graph.relu %arg0
// CHECK: %[[A:.*]] = graph.add %[[R]], %[[C]]
// CHECK: %[[S:.*]] = graph.softmax %[[A]] {axis = 1 : i64}
// CHECK-NEXT: return %[[S]]
func.func @cancel(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %c = graph.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = graph.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<2x3x4xf32>) -> tensor<2x4x3xf32>
  %1 = graph.relu %0 : (tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  %2 = graph.add %1, %c : (tensor<2x4x3xf32>, tensor<3xf32>) -> tensor<2x4x3xf32>
  %3 = graph.softmax %2 : (tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  %4 = graph.transpose %3 {perm = array<i64: 0, 2, 1>} : (tensor<2x4x3xf32>) -> tensor<2x3x4xf32>
  return %4 : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @both
// CHECK: %[[S:.*]] = graph.mul %arg0, %arg1
// CHECK-NEXT: %[[T:.*]] = graph.transpose %[[S]] {perm = array<i64: 1, 0>}
// CHECK-NEXT: return %[[T]]
func.func @both(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<3x2xf32> {
  %0 = graph.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = graph.transpose %y {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %2 = graph.mul %0, %1 : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// CHECK-LABEL: func.func @join_and_sum
// CHECK: %[[AXES:.*]] = graph.constant dense<2>
// CHECK: %[[J:.*]] = graph.concat %arg0, %arg1 {axis = 2 : i64}
// CHECK: %[[S:.*]] = graph.reduce_sum %[[J]], %[[AXES]]
// CHECK: %[[T:.*]] = graph.reshape %[[S]]
// CHECK-NEXT: return %[[T]]
func.func @join_and_sum(%x: tensor<2x3x4xf32>, %y: tensor<2x3x5xf32>) -> tensor<2x1x3xf32> {
  %axes = graph.constant dense<1> : tensor<1xi64>
  %0 = graph.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<2x3x4xf32>) -> tensor<2x4x3xf32>
  %1 = graph.transpose %y {perm = array<i64: 0, 2, 1>} : (tensor<2x3x5xf32>) -> tensor<2x5x3xf32>
  %2 = graph.concat %0, %1 {axis = 1 : i64} : (tensor<2x4x3xf32>, tensor<2x5x3xf32>) -> tensor<2x9x3xf32>
  %3 = graph.reduce_sum %2, %axes : (tensor<2x9x3xf32>, tensor<1xi64>) -> tensor<2x1x3xf32>
  return %3 : tensor<2x1x3xf32>
}

// CHECK-LABEL: func.func @reshapes
// CHECK: %[[R:.*]] = graph.relu %arg0
// CHECK-NEXT: return %[[R]]
func.func @reshapes(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %flat = graph.constant dense<6> : tensor<1xi64>
  %back = graph.constant dense<[2, 3]> : tensor<2xi64>
  %0 = graph.reshape %x, %flat : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<6xf32>
  %1 = graph.relu %0 : (tensor<6xf32>) -> tensor<6xf32>
  %2 = graph.reshape %1, %back : (tensor<6xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

// Somebody else needs the transposed tensor: nothing is gained.
// CHECK-LABEL: func.func @two_uses
// CHECK: graph.transpose
// CHECK: graph.relu
func.func @two_uses(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %0 = graph.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = graph.relu %0 : (tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
}
