// RUN: nest-opt %s --allow-unregistered-dialect --split-input-file | FileCheck %s

// CHECK: "t.a"
// CHECK: // -----
// CHECK-NEXT: module
// CHECK: "t.b"
"t.a"() : () -> ()

// -----

"t.b"() : () -> ()
