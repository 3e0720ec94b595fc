// RUN: nest-opt %s --canonicalize | FileCheck %s
// RUN: nest-opt %s --canonicalize --check-semantics=4 | FileCheck %s

// CHECK-LABEL: func.func @nothing_to_do
// CHECK-NEXT: return %arg0
func.func @nothing_to_do(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %one = graph.constant dense<1.0> : tensor<1xf32>
  %none = graph.constant dense<0> : tensor<4xi64>
  %same = graph.constant dense<[2, 3]> : tensor<2xi64>
  %ones = graph.constant dense<1> : tensor<2xi64>
  %0 = graph.identity %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = graph.dropout %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = graph.add %1, %zero : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %3 = graph.mul %one, %2 : (tensor<1xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %4 = graph.sub %3, %zero : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %5 = graph.div %4, %one : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  %6 = graph.pow %5, %one : (tensor<2x3xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  %7 = graph.pad %6, %none : (tensor<2x3xf32>, tensor<4xi64>) -> tensor<2x3xf32>
  %8 = graph.reshape %7, %same : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %9 = graph.cast %8 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %10 = graph.transpose %9 {perm = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %11 = graph.expand %10, %same : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %12 = graph.tile %11, %ones : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %13 = graph.concat %12 {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %14 = graph.neg %13 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %15 = graph.neg %14 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %16 = graph.flatten %15 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %17 = graph.max %16 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %17 : tensor<2x3xf32>
}

// A function may not change what it returns, and broadcasting is not nothing.
// CHECK-LABEL: func.func @something_to_do
// CHECK: graph.add
// CHECK: graph.reshape
func.func @something_to_do(%x: tensor<3xf32>) -> tensor<3x1xf32> {
  %zeros = graph.constant dense<0.0> : tensor<1x3xf32>
  %column = graph.constant dense<[3, 1]> : tensor<2xi64>
  %0 = graph.add %x, %zeros : (tensor<3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
  %1 = graph.reshape %0, %column : (tensor<1x3xf32>, tensor<2xi64>) -> tensor<3x1xf32>
  return %1 : tensor<3x1xf32>
}

// CHECK-LABEL: func.func @known
// CHECK-DAG: %[[SHAPE:.*]] = graph.constant dense<[2, 3]> : tensor<2xi64>
// CHECK-DAG: %[[SIZE:.*]] = graph.constant dense<6> : tensor<i64>
// CHECK-DAG: %[[SUM:.*]] = graph.constant dense<[4.000000e+00, 6.000000e+00]> : tensor<2xf32>
// CHECK: return %[[SHAPE]], %[[SIZE]], %[[SUM]]
func.func @known(%x: tensor<2x3xf32>) -> (tensor<2xi64>, tensor<i64>, tensor<2xf32>) {
  %a = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = graph.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %0 = graph.shape %x : (tensor<2x3xf32>) -> tensor<2xi64>
  %1 = graph.size %x : (tensor<2x3xf32>) -> tensor<i64>
  %2 = graph.add %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2xi64>, tensor<i64>, tensor<2xf32>
}

// CHECK-LABEL: func.func @reshapes
// CHECK: %[[TO:.*]] = graph.constant dense<[3, 2]> : tensor<2xi64>
// CHECK: %[[R:.*]] = graph.reshape %arg0, %[[TO]]
// CHECK-NEXT: return %[[R]], %arg0
func.func @reshapes(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
  %to = graph.constant dense<[3, 2]> : tensor<2xi64>
  %axes = graph.constant dense<0> : tensor<1xi64>
  %0 = graph.flatten %x {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<1x6xf32>
  %1 = graph.reshape %0, %to : (tensor<1x6xf32>, tensor<2xi64>) -> tensor<3x2xf32>
  %2 = graph.unsqueeze %x, %axes : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<1x2x3xf32>
  %3 = graph.squeeze %2, %axes : (tensor<1x2x3xf32>, tensor<1xi64>) -> tensor<2x3xf32>
  return %1, %3 : tensor<3x2xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: func.func @transposes
// CHECK: %[[TWICE:.*]] = graph.transpose %arg0 {perm = array<i64: 2, 0, 1>}
// CHECK: %[[UNIT:.*]] = graph.reshape %arg1
// CHECK: return %[[TWICE]], %[[UNIT]], %arg0
func.func @transposes(%x: tensor<2x3x4xf32>, %y: tensor<1x3x1xf32>) -> (tensor<4x2x3xf32>, tensor<3x1x1xf32>, tensor<2x3x4xf32>) {
  %0 = graph.transpose %x {perm = array<i64: 1, 2, 0>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %1 = graph.transpose %0 {perm = array<i64: 1, 2, 0>} : (tensor<3x4x2xf32>) -> tensor<4x2x3xf32>
  %2 = graph.transpose %y {perm = array<i64: 1, 0, 2>} : (tensor<1x3x1xf32>) -> tensor<3x1x1xf32>
  %3 = graph.transpose %1 {perm = array<i64: 1, 2, 0>} : (tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
  return %1, %2, %3 : tensor<4x2x3xf32>, tensor<3x1x1xf32>, tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @chains
// CHECK-DAG: %[[SIX:.*]] = graph.constant dense<6.000000e+00> : tensor<f32>
// CHECK-DAG: %[[FIVE:.*]] = graph.constant dense<5.000000e+00> : tensor<f32>
// CHECK: %[[P:.*]] = graph.mul %arg0, %[[SIX]]
// CHECK-NEXT: %[[S:.*]] = graph.add %[[P]], %[[FIVE]]
// CHECK-NEXT: %[[T:.*]] = graph.add %[[S]], %arg0
// CHECK-NEXT: return %[[T]]
func.func @chains(%x: tensor<4xf32>) -> tensor<4xf32> {
  %two = graph.constant dense<2.0> : tensor<f32>
  %three = graph.constant dense<3.0> : tensor<f32>
  %0 = graph.mul %two, %x : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = graph.mul %0, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = graph.add %two, %1 : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = graph.add %2, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = graph.sum %3, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %4 : tensor<4xf32>
}

// CHECK-LABEL: func.func @expansions
// CHECK-NEXT: %[[S:.*]] = graph.add %arg0, %arg1
// CHECK-NEXT: return %[[S]]
func.func @expansions(%x: tensor<1x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %to = graph.constant dense<[2, 3]> : tensor<2xi64>
  %0 = graph.expand %x, %to : (tensor<1x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %1 = graph.add %0, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @clips
// CHECK-DAG: %[[ZERO:.*]] = graph.constant dense<0.000000e+00> : tensor<f32>
// CHECK-DAG: %[[SIX:.*]] = graph.constant dense<6.000000e+00> : tensor<f32>
// CHECK: %[[CLIP:.*]] = graph.clip %arg0, %[[ZERO]], %[[SIX]]
// CHECK-NEXT: %[[RELU:.*]] = graph.relu %arg0
// CHECK-NEXT: %[[SIGMOID:.*]] = graph.sigmoid %arg0
// CHECK-NEXT: return %[[CLIP]], %[[RELU]], %[[SIGMOID]]
func.func @clips(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = graph.constant dense<0.0> : tensor<f32>
  %one = graph.constant dense<1.0> : tensor<f32>
  %six = graph.constant dense<6.0> : tensor<f32>
  %none = graph.constant dense<0x7F800000> : tensor<f32>
  %0 = graph.max %x, %zero : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = graph.min %0, %six : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = graph.relu %1 : (tensor<4xf32>) -> tensor<4xf32>
  %3 = graph.clip %x, %zero, %none : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %4 = graph.relu %3 : (tensor<4xf32>) -> tensor<4xf32>
  %5 = graph.sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  %6 = graph.clip %5, %zero, %one : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  return %2, %4, %6 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @joined
// CHECK: %[[ALL:.*]] = graph.concat %arg0, %arg1, %arg0 {axis = -1 : i64}
// CHECK-NEXT: %[[PART:.*]] = graph.slice %arg1
// CHECK-NEXT: return %[[ALL]], %arg1, %[[PART]], %arg0, %arg1, %arg2
func.func @joined(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>, %z: tensor<2x4xf32>)
    -> (tensor<2x10xf32>, tensor<2x4xf32>, tensor<2x2xf32>, tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %three = graph.constant dense<3> : tensor<1xi64>
  %four = graph.constant dense<4> : tensor<1xi64>
  %six = graph.constant dense<6> : tensor<1xi64>
  %seven = graph.constant dense<7> : tensor<1xi64>
  %one = graph.constant dense<1> : tensor<1xi64>
  %sizes = graph.constant dense<[3, 4]> : tensor<2xi64>
  %0 = graph.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
  %1 = graph.concat %0, %x {axis = -1 : i64} : (tensor<2x7xf32>, tensor<2x3xf32>) -> tensor<2x10xf32>
  %2 = graph.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
  %3 = graph.slice %2, %three, %seven, %one : (tensor<2x7xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x4xf32>
  %4 = graph.slice %2, %four, %six, %one : (tensor<2x7xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x2xf32>
  %5, %6 = graph.split %2, %sizes {axis = 1 : i64} : (tensor<2x7xf32>, tensor<2xi64>) -> (tensor<2x3xf32>, tensor<2x4xf32>)
  %7, %8 = graph.split %z {axis = 1 : i64} : (tensor<2x4xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>)
  %9 = graph.concat %7, %8 {axis = 1 : i64} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x4xf32>
  return %1, %3, %4, %5, %6, %9 : tensor<2x10xf32>, tensor<2x4xf32>, tensor<2x2xf32>, tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func.func @slices
// CHECK-DAG: %[[AXES:.*]] = graph.constant dense<[0, 1]> : tensor<2xi64>
// CHECK-DAG: %[[STEPS:.*]] = graph.constant dense<[2, 1]> : tensor<2xi64>
// CHECK: %[[S:.*]] = graph.slice %arg0, %{{.*}}, %{{.*}}, %[[AXES]], %[[STEPS]]
// CHECK-NEXT: return %[[S]]
func.func @slices(%x: tensor<4x4xf32>) -> tensor<2x3xf32> {
  %0 = graph.constant dense<0> : tensor<1xi64>
  %1 = graph.constant dense<1> : tensor<1xi64>
  %2 = graph.constant dense<2> : tensor<1xi64>
  %4 = graph.constant dense<4> : tensor<1xi64>
  %5 = graph.slice %x, %0, %4, %0, %2 : (tensor<4x4xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x4xf32>
  %6 = graph.slice %5, %1, %4, %1 : (tensor<2x4xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x3xf32>
  return %6 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @means
// CHECK-NEXT: %[[P:.*]] = graph.global_average_pool %arg0
// CHECK-NEXT: return %[[P]]
func.func @means(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x1x1xf32> {
  %axes = graph.constant dense<[-1, 2]> : tensor<2xi64>
  %0 = graph.reduce_mean %x, %axes : (tensor<1x2x3x3xf32>, tensor<2xi64>) -> tensor<1x2x1x1xf32>
  return %0 : tensor<1x2x1x1xf32>
}

// A narrower type in between rounds.
// CHECK-LABEL: func.func @casts
// CHECK: %[[N:.*]] = graph.cast %arg0 : (tensor<2xf32>) -> tensor<2xf16>
// CHECK: %[[B:.*]] = graph.cast %[[N]] : (tensor<2xf16>) -> tensor<2xf32>
// CHECK: return %arg0, %[[B]]
func.func @casts(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = graph.cast %x : (tensor<2xf32>) -> tensor<2xf64>
  %1 = graph.cast %0 : (tensor<2xf64>) -> tensor<2xf32>
  %2 = graph.cast %x : (tensor<2xf32>) -> tensor<2xf16>
  %3 = graph.cast %2 : (tensor<2xf16>) -> tensor<2xf32>
  return %1, %3 : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @chosen
// CHECK-NEXT: return %arg1
func.func @chosen(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %no = graph.constant dense<false> : tensor<2xi1>
  %0 = graph.where %no, %x, %y : (tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
