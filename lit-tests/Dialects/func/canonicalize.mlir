// RUN: nest-opt %s --canonicalize --allow-unregistered-dialect --split-input-file | FileCheck %s

// CHECK-LABEL: func.func private @callee
// CHECK-SAME:  (i32) -> i32
// CHECK-LABEL: func.func @known_callee
// CHECK-SAME:  (%arg0: i32) -> i32 {
// CHECK-NEXT:    %0 = call @callee(%arg0) : (i32) -> i32
// CHECK-NEXT:    return %0 : i32
// CHECK-NEXT:  }
func.func private @callee(i32) -> i32
func.func @known_callee(%x: i32) -> i32 {
  %f = constant @callee : (i32) -> i32
  %0 = call_indirect %f(%x) : (i32) -> i32
  return %0 : i32
}
