// RUN: nest-opt %s --canonicalize | FileCheck %s
// RUN: nest-opt %s --canonicalize --check-semantics=16 -o /dev/null

// CHECK-LABEL: func.func @twice_plus_constants
// CHECK-SAME: (%[[A:.*]]: i32)
func.func @twice_plus_constants(%a: i32) -> i32 {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  // The two additions become one.
  // CHECK: %[[C3:.*]] = arith.constant 3 : i32
  // CHECK-NEXT: %[[SUM:.*]] = arith.addi %[[A]], %[[C3]] : i32
  // CHECK-NEXT: return %[[SUM]]
  %0 = arith.addi %a, %c1 : i32
  %1 = arith.addi %0, %c2 : i32
  return %1 : i32
}
