// RUN: rm -rf %t && mkdir -p %t/other
// RUN: nest-translate --graph-to-onnx %s -o %t/m.onnx
// RUN: nest-translate --onnx-to-graph %t/m.onnx -o %t/m.mlir
// RUN: FileCheck %s --check-prefix=REFERS --input-file %t/m.mlir

// A weight that no pass touches stays in its file, seen from where the output stands.
// RUN: nest-opt %t/m.mlir --cse -o %t/other/same.mlir
// RUN: FileCheck %s --check-prefix=MOVED --input-file %t/other/same.mlir

// A new weight has data of its own, and the reference goes.
// RUN: nest-opt %t/m.mlir --graph-optimize -o %t/optimized.mlir 2>&1 | FileCheck %s --check-prefix=COUNT
// RUN: FileCheck %s --check-prefix=NEW --input-file %t/optimized.mlir

// Both come through a pipe.
// RUN: nest-translate --onnx-to-graph %t/m.onnx --inline-weights | nest-opt --graph-optimize="report=false" | FileCheck %s --check-prefix=NEW
// RUN: nest-opt %t/m.mlir --graph-optimize="report=false" | nest-translate --graph-to-onnx -o %t/new.onnx
// RUN: nest-translate --onnx-to-graph %t/new.onnx | FileCheck %s --check-prefix=BACK

// Without its file a weight is still a reference.
// RUN: rm %t/m.onnx
// RUN: nest-opt %t/m.mlir --graph-optimize -o - 2>&1 | FileCheck %s --check-prefix=MISSING

// REFERS: nest: {
// REFERS-NEXT: w: "m.onnx:{{[0-9]+}}:288:
// MOVED: nest: {
// MOVED-NEXT: w: "../m.onnx:{{[0-9]+}}:288:
// COUNT: remark: @main_graph: 2 operations before, 1 operations after
// NEW: graph.conv
// NEW-NOT: graph.mul
// NEW: dialect_resources
// NEW-NEXT: builtin
// NEW-NEXT: w{{.*}}: "0x04000000
// NEW-NOT: external_resources
// BACK: graph.conv
// BACK-NEXT: return
// MISSING: warning: {{.*}}m.onnx
// MISSING: graph.mul
// MISSING: w: "{{.*}}m.onnx:{{[0-9]+}}:288:

func.func @main(%x: tensor<1x1x8x8xf32>) -> tensor<1x8x6x6xf32> {
  %w = graph.constant dense<1.5> : tensor<8x1x3x3xf32> loc("w")
  %c = graph.constant dense<2.0> : tensor<f32>
  %0 = graph.conv %x, %w : (tensor<1x1x8x8xf32>, tensor<8x1x3x3xf32>) -> tensor<1x8x6x6xf32>
  %1 = graph.mul %0, %c : (tensor<1x8x6x6xf32>, tensor<f32>) -> tensor<1x8x6x6xf32>
  return %1 : tensor<1x8x6x6xf32>
}
