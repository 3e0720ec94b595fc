// RUN: nest-opt %s --graph-fold-pad | FileCheck %s
// RUN: nest-opt %s --graph-fold-pad --check-semantics=4 | FileCheck %s
// RUN: nest-opt %s --graph-fold-pad --debug-rewrites -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// WHY: try fold-pad-into-conv on
// WHY: no match: the padding is not zero
// WHY: try fold-pad-into-max-pool on
// WHY-NEXT: no match: the padding may be greater than an element

// CHECK-LABEL: func.func @conv
// CHECK-NOT: graph.pad
// CHECK: graph.conv %arg0, %{{.*}} {pads = array<i64: 1, 1, 1, 2>} : (tensor<1x1x2x2xf32>,
func.func @conv(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x3x4xf32> {
  %w = graph.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %pads = graph.constant dense<[0, 0, 1, 0, 0, 0, 0, 1]> : tensor<8xi64>
  %0 = graph.pad %x, %pads : (tensor<1x1x2x2xf32>, tensor<8xi64>) -> tensor<1x1x3x3xf32>
  %1 = graph.conv %0, %w {pads = array<i64: 0, 1, 1, 1>} : (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x3x4xf32>
  return %1 : tensor<1x1x3x4xf32>
}

// CHECK-LABEL: func.func @average
// CHECK-NOT: graph.pad
// CHECK: graph.average_pool %arg0 {count_include_pad = 1 : i64, kernel_shape = array<i64: 2, 2>, pads = array<i64: 1, 0, 0, 1>}
func.func @average(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %pads = graph.constant dense<[0, 0, 1, 0, 0, 0, 0, 1]> : tensor<8xi64>
  %0 = graph.pad %x, %pads : (tensor<1x1x2x2xf32>, tensor<8xi64>) -> tensor<1x1x3x3xf32>
  %1 = graph.average_pool %0 {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  return %1 : tensor<1x1x2x2xf32>
}

// Zeros are less than nothing behind a relu.
// CHECK-LABEL: func.func @greatest
// CHECK-NOT: graph.pad
// CHECK: graph.max_pool %{{.*}} {kernel_shape = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>}
func.func @greatest(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %pads = graph.constant dense<[0, 0, 1, 1, 0, 0, 0, 0]> : tensor<8xi64>
  %0 = graph.relu %x : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %1 = graph.pad %0, %pads : (tensor<1x1x2x2xf32>, tensor<8xi64>) -> tensor<1x1x3x3xf32>
  %2 = graph.max_pool %1 {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  return %2 : tensor<1x1x2x2xf32>
}

// CHECK-LABEL: func.func @not_zero
// CHECK: graph.pad
// CHECK: graph.conv
// CHECK: graph.pad
// CHECK: graph.max_pool
func.func @not_zero(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>) {
  %w = graph.constant dense<2.0> : tensor<1x1x1x1xf32>
  %one = graph.constant dense<1.0> : tensor<f32>
  %pads = graph.constant dense<[0, 0, 1, 1, 0, 0, 0, 0]> : tensor<8xi64>
  %0 = graph.pad %x, %pads, %one : (tensor<1x1x2x2xf32>, tensor<8xi64>, tensor<f32>) -> tensor<1x1x3x3xf32>
  %1 = graph.conv %0, %w : (tensor<1x1x3x3xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x3x3xf32>
  %2 = graph.pad %x, %pads : (tensor<1x1x2x2xf32>, tensor<8xi64>) -> tensor<1x1x3x3xf32>
  %3 = graph.max_pool %2 {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x3x3xf32>) -> tensor<1x1x2x2xf32>
  return %1, %3 : tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>
}

// CHECK-LABEL: func.func @twice
// CHECK: %[[P:.*]] = graph.constant dense<[3, 1]> : tensor<2xi64>
// CHECK: graph.pad %arg0, %[[P]] : (tensor<2xf32>, tensor<2xi64>) -> tensor<6xf32>
// CHECK-NEXT: return
func.func @twice(%x: tensor<2xf32>) -> tensor<6xf32> {
  %a = graph.constant dense<[1, 1]> : tensor<2xi64>
  %b = graph.constant dense<[2, 0]> : tensor<2xi64>
  %0 = graph.pad %x, %a : (tensor<2xf32>, tensor<2xi64>) -> tensor<4xf32>
  %1 = graph.pad %0, %b : (tensor<4xf32>, tensor<2xi64>) -> tensor<6xf32>
  return %1 : tensor<6xf32>
}
