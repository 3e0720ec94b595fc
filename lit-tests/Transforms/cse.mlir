// RUN: nest-opt %s --allow-unregistered-dialect --pass-pipeline='builtin.module(func.func(cse))' | FileCheck %s

// CHECK-LABEL: func @same
// CHECK-NEXT: %[[S:.*]] = arith.addi %arg0, %arg1
// CHECK-NEXT: arith.muli %[[S]], %[[S]]
func.func @same(%a: i32, %b: i32) -> i32 {
  %0 = arith.addi %a, %b : i32
  %1 = arith.addi %b, %a : i32
  %2 = arith.muli %0, %1 : i32
  return %2 : i32
}

// A definition in one branch is not seen in the other, but after the block that dominates both.
// CHECK-LABEL: func @branches
// CHECK: ^bb1:
// CHECK-NEXT: arith.addi
// CHECK: ^bb2:
// CHECK-NEXT: arith.addi
// CHECK: ^bb3(%{{[0-9]+}}: i32):
// CHECK-NEXT: return %{{.*}}, %[[M:.*]], %[[M]] : i32, i32, i32
func.func @branches(%c: i1, %a: i32) -> (i32, i32, i32) {
  %m = arith.muli %a, %a : i32
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  %0 = arith.addi %a, %a : i32
  cf.br ^bb3(%0 : i32)
^bb2:
  %1 = arith.addi %a, %a : i32
  cf.br ^bb3(%1 : i32)
^bb3(%x: i32):
  %n = arith.muli %a, %a : i32
  return %x, %n, %m : i32, i32, i32
}

// CHECK-LABEL: func @unknown
// CHECK: "test.op"
// CHECK: "test.op"
func.func @unknown() -> (i32, i32) {
  %0 = "test.op"() : () -> i32
  %1 = "test.op"() : () -> i32
  return %0, %1 : i32, i32
}

// CHECK-LABEL: func @dead
// CHECK-NEXT: return
func.func @dead(%a: i32) {
  %0 = arith.addi %a, %a : i32
  return
}
