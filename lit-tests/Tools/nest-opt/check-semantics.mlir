// RUN: nest-opt %s --check-semantics=8 --canonicalize --cse --inline --sccp --symbol-dce | FileCheck %s

// Nothing is said about passes that keep the meaning, with divisions that may be undefined too.
// CHECK-LABEL: func @f
// CHECK-NOT: call
func.func @f(%a: i32, %b: i32) -> i32 {
  %c0 = arith.constant 0 : i32
  %0 = arith.divsi %a, %b : i32
  %1 = arith.addi %0, %c0 : i32
  %2 = call @g(%1) : (i32) -> i32
  return %2 : i32
}
func.func private @g(%a: i32) -> i32 {
  %0 = arith.muli %a, %a : i32
  return %0 : i32
}
