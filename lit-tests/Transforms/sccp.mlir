// RUN: nest-opt %s --sccp | FileCheck %s

// One way is never taken.
// CHECK-LABEL: func @join
// CHECK: %[[C:.*]] = arith.constant 3 : i32
// CHECK: return %[[C]]
func.func @join(%a: i32) -> i32 {
  %true = arith.constant true
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  cf.cond_br %true, ^bb1, ^bb2
^bb1:
  cf.br ^bb3(%one : i32)
^bb2:
  cf.br ^bb3(%a : i32)
^bb3(%x: i32):
  %0 = arith.addi %x, %two : i32
  return %0 : i32
}

// The only caller passes a constant.
// CHECK-LABEL: func private @callee
// CHECK: %[[C:.*]] = arith.constant 14 : i32
// CHECK: return %[[C]]
func.func private @callee(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}

// CHECK-LABEL: func @caller
// CHECK: %[[C:.*]] = arith.constant 14 : i32
// CHECK: return %[[C]]
func.func @caller() -> i32 {
  %c = arith.constant 7 : i32
  %0 = call @callee(%c) : (i32) -> i32
  return %0 : i32
}
