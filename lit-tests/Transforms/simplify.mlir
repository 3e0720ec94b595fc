// RUN: nest-opt %s --simplify | FileCheck %s
// RUN: nest-opt %s --pass-pipeline='builtin.module(simplify)' | FileCheck %s

// CHECK: func.func @f(%[[A:.*]]: i32) -> i32 {
// CHECK-NEXT: %[[S:.*]] = arith.addi %[[A]], %[[A]] : i32
// CHECK-NEXT: %[[P:.*]] = arith.muli %[[S]], %[[S]] : i32
// CHECK-NEXT: return %[[P]] : i32
func.func @f(%a: i32) -> i32 {
  %true = arith.constant true
  %0 = arith.addi %a, %a : i32
  cf.cond_br %true, ^bb1, ^bb2
^bb1:
  %1 = arith.addi %a, %a : i32
  %2 = arith.muli %0, %1 : i32
  return %2 : i32
^bb2:
  return %0 : i32
}
// CHECK-NOT: @unused
func.func private @unused() {
  return
}
