// RUN: nest-opt %s --graph-optimize 2>&1 | FileCheck %s
// RUN: nest-opt %s --pass-pipeline='builtin.module(graph-optimize)' 2>&1 | FileCheck %s
// RUN: nest-opt %s --pass-pipeline='builtin.module(func.func(graph-optimize{report=false}))' 2>&1 | FileCheck %s --check-prefix=QUIET
// RUN: nest-opt %s --graph-optimize --check-semantics=4 2>&1 | FileCheck %s
// RUN: nest-opt %s --graph-optimize | nest-translate --graph-to-onnx -o %t.onnx
// RUN: nest-translate --onnx-to-graph %t.onnx | FileCheck %s --check-prefix=ONNX

// CHECK: remark: @main: 9 operations before, 3 operations after
// QUIET-NOT: remark:
// QUIET: graph.gelu
// CHECK-LABEL: func.func @main
// CHECK: %[[C:.*]] = graph.conv %arg0, %{{.*}}, %{{.*}} {{{.*}}pads = array<i64: 1, 1, 1, 1>}
// CHECK-NEXT: %[[R:.*]] = graph.relu %[[C]]
// CHECK-NEXT: %[[G:.*]] = graph.gelu %[[R]]
// CHECK-NEXT: return %[[G]]
// ONNX: graph.conv
// ONNX: graph.relu
// ONNX: graph.erf
func.func @main(%x: tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32> {
  %pads = graph.constant dense<[0, 0, 1, 1, 0, 0, 1, 1]> : tensor<8xi64>
  %w = graph.constant dense<[[[[1.0, 0.0, -1.0], [2.0, 0.5, -2.0], [1.0, 0.25, -1.0]]]]> : tensor<1x1x3x3xf32>
  %p = graph.constant dense<2.0> : tensor<1xf32>
  %half = graph.constant dense<0.5> : tensor<f32>
  %one = graph.constant dense<1.0> : tensor<f32>
  %root = graph.constant dense<1.41421354> : tensor<f32>
  %0 = graph.pad %x, %pads : (tensor<1x1x3x3xf32>, tensor<8xi64>) -> tensor<1x1x5x5xf32>
  %1 = graph.conv %0, %w : (tensor<1x1x5x5xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %2 = graph.batch_normalization %1, %p, %p, %p, %p : (tensor<1x1x3x3xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x3x3xf32>
  %3 = graph.relu %2 : (tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %4 = graph.div %3, %root : (tensor<1x1x3x3xf32>, tensor<f32>) -> tensor<1x1x3x3xf32>
  %5 = graph.erf %4 : (tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %6 = graph.add %5, %one : (tensor<1x1x3x3xf32>, tensor<f32>) -> tensor<1x1x3x3xf32>
  %7 = graph.mul %3, %6 : (tensor<1x1x3x3xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  %8 = graph.mul %7, %half : (tensor<1x1x3x3xf32>, tensor<f32>) -> tensor<1x1x3x3xf32>
  return %8 : tensor<1x1x3x3xf32>
}
