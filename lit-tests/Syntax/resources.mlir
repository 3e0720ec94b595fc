// RUN: nest-opt %s --allow-unregistered-dialect | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-elide-resource-strings-if-larger=4 | FileCheck %s --check-prefix=ELIDED

// CHECK: "t.a"() {x = dense_resource<blob> : tensor<4xi8>}
"t.a"() {x = dense_resource<blob> : tensor<4xi8>} : () -> ()

// CHECK: {-#
// CHECK-NEXT: dialect_resources: {
// CHECK-NEXT: builtin: {
// CHECK-NEXT: blob: "0x0400000001020304"
// ELIDED: dense_resource<blob>
// ELIDED-NOT: 0x04
{-#
  dialect_resources: {
    builtin: {
      blob: "0x0400000001020304"
    }
  }
#-}
