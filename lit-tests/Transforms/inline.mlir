// RUN: nest-opt %s --inline | FileCheck %s
// RUN: nest-opt %s --inline='default-pipeline=' | FileCheck %s --check-prefix=PLAIN

// The last call takes over the body, so the function goes.
// CHECK-NOT: @square
func.func private @square(%a: i32) -> i32 {
  %0 = arith.muli %a, %a : i32
  return %0 : i32
}

// CHECK-LABEL: func @caller
// CHECK-NEXT: %[[S:.*]] = arith.muli %arg0, %arg0
// CHECK-NEXT: return %[[S]]
// PLAIN-LABEL: func @caller
// PLAIN: arith.constant 0
func.func @caller(%a: i32) -> i32 {
  %c0 = arith.constant 0 : i32
  %0 = arith.addi %a, %c0 : i32
  %1 = call @square(%0) : (i32) -> i32
  return %1 : i32
}

// A function that calls itself stays.
// CHECK-LABEL: func private @recursive
// CHECK: call @recursive
func.func private @recursive(%a: i32) -> i32 {
  %0 = call @recursive(%a) : (i32) -> i32
  return %0 : i32
}

// CHECK-LABEL: func @calls_recursive
// CHECK: call @recursive
func.func @calls_recursive(%a: i32) -> i32 {
  %0 = call @recursive(%a) : (i32) -> i32
  return %0 : i32
}

// Several blocks: returns become branches.
// CHECK-LABEL: func @blocks
// CHECK: cf.cond_br
// CHECK-NOT: call @two
// CHECK: return
func.func @blocks(%c: i1, %a: i32) -> i32 {
  %0 = call @two(%c, %a) : (i1, i32) -> i32
  return %0 : i32
}
func.func private @two(%c: i1, %a: i32) -> i32 {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  func.call @effect() : () -> ()
  return %a : i32
^bb2:
  %0 = arith.muli %a, %a : i32
  return %0 : i32
}
func.func private @effect()
