// RUN: nest-reduce %s --canonicalize --pattern=add-of-add-constant 2>/dev/null | FileCheck %s
// RUN: not nest-reduce %s --cse --pattern=add-of-add-constant 2>&1 | FileCheck %s --check-prefix=NONE

// NONE: error: the input is not interesting as it is
// CHECK-NOT: muli
// CHECK-COUNT-2: arith.addi
// CHECK-NOT: arith.addi
func.func @f(%a: i32, %b: i32) -> i32 {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %0 = arith.muli %a, %b : i32
  %1 = arith.addi %0, %c1 : i32
  %2 = arith.muli %1, %b : i32
  %3 = arith.addi %1, %c2 : i32
  %4 = arith.addi %3, %2 : i32
  return %4 : i32
}
