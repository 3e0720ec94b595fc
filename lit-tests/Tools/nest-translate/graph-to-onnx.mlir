// RUN: rm -rf %t && mkdir %t
// RUN: nest-translate --graph-to-onnx %s -o %t/m.onnx
// RUN: nest-translate --onnx-to-graph %t/m.onnx --inline-weights | FileCheck %s
// RUN: nest-translate --onnx-to-graph %t/m.onnx --inline-weights --mlir-print-debuginfo | nest-translate --graph-to-onnx -o %t/again.onnx
// RUN: nest-translate --onnx-to-graph %t/again.onnx --inline-weights | FileCheck %s
// RUN: nest-translate --graph-to-onnx %s -o %t/outside.onnx --external-data outside.data
// RUN: nest-translate --onnx-to-graph %t/outside.onnx --inline-weights | FileCheck %s
// RUN: not nest-translate --graph-to-onnx %s --entry nowhere 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not nest-translate --graph-to-onnx %s --external-data x.data 2>&1 | FileCheck %s --check-prefix=PIPE

// Limits that are none, and axes that become an attribute, come back as they were; a dimension may be unknown.
// CHECK-LABEL: func.func @main_graph(%{{.*}}: tensor<?x4xf32>) -> (tensor<?x1xf32>, tensor<?x4xf32>)
// CHECK-DAG: graph.constant dense<0xFF800000> : tensor<f32>
// CHECK-DAG: graph.constant dense<6.000000e+00> : tensor<f32>
// CHECK: [[CLIP:%.*]] = graph.clip
// CHECK: graph.constant dense<1> : tensor<1xi64>
// CHECK: [[MEAN:%.*]] = graph.reduce_mean [[CLIP]]
// CHECK: [[CAST:%.*]] = graph.cast [[CLIP]] : (tensor<?x4xf32>) -> tensor<?x4xi32>
// CHECK: [[BACK:%.*]] = graph.cast [[CAST]] : (tensor<?x4xi32>) -> tensor<?x4xf32>
// CHECK: [[WEIGHT:%.*]] = graph.constant dense<{{\[\[}}1.000000e+00, {{.*}}> : tensor<4x4xf32>
// CHECK: [[GEMM:%.*]] = graph.gemm [[BACK]], [[WEIGHT]] {alpha = 5.000000e-01 : f32}
// CHECK: return [[MEAN]], [[GEMM]]

// NONE: error: the input has no function to write
// PIPE: error: external data stand beside a model in a file

func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x1xf32>, tensor<?x4xf32>) {
  %low = graph.constant dense<0xFF800000> : tensor<f32>
  %high = graph.constant dense<6.0> : tensor<f32>
  %axes = graph.constant dense<1> : tensor<1xi64>
  %w = graph.constant dense_resource<w> : tensor<4x4xf32> loc("w")
  %0 = graph.clip %x, %low, %high : (tensor<?x4xf32>, tensor<f32>, tensor<f32>) -> tensor<?x4xf32>
  %1 = graph.reduce_mean %0, %axes : (tensor<?x4xf32>, tensor<1xi64>) -> tensor<?x1xf32>
  %2 = graph.cast %0 : (tensor<?x4xf32>) -> tensor<?x4xi32>
  %3 = graph.cast %2 : (tensor<?x4xi32>) -> tensor<?x4xf32>
  %4 = graph.gemm %3, %w {alpha = 0.5 : f32} : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  return %1, %4 : tensor<?x1xf32>, tensor<?x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F0000004000004040000080400000A0400000C0400000E040000000410000803F0000004000004040000080400000A0400000C0400000E04000000041"
    }
  }
#-}
