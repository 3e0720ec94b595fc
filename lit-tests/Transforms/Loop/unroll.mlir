// RUN: nest-opt %s --loop-unroll=factor=3 --check-semantics=8 | FileCheck %s
// RUN: nest-opt %s --loop-unroll=factor=0 --canonicalize --check-semantics=8 | FileCheck %s --check-prefix=FULL
// RUN: nest-opt %s --loop-unroll=factor=3 --verify-diagnostics

// Seven iterations: twice three, and one.
// CHECK-LABEL: func.func @sum
// CHECK: %[[END:.*]] = arith.constant 6 : index
// CHECK: %[[STEP:.*]] = arith.constant 3 : index
// CHECK: loop.for %{{.*}} = %{{.*}} to %[[END]] step %[[STEP]]
// CHECK-COUNT-3: loop.load
// CHECK: loop.yield
// CHECK-COUNT-1: loop.load
// CHECK-NOT: loop.load
// CHECK: return
// FULL-LABEL: func.func @sum
// FULL-COUNT-7: loop.load
// FULL-NOT: loop.load
// FULL: return
func.func @sum(%m: memref<7xi32>, %x: i32) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %r = loop.for %i = %c0 to %c7 step %c1 iter_args(%a = %x) -> (i32) {
    %v = loop.load %m[%i] : memref<7xi32>
    %s = arith.addi %a, %v : i32
    loop.yield %s : i32
  }
  return %r : i32
}

// CHECK-LABEL: func.func @unknown
// CHECK: loop.for
// CHECK-COUNT-1: loop.store
// CHECK-NOT: loop.store
// CHECK: return
func.func @unknown(%m: memref<4xf32>, %n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{the loop is not unrolled: how often it runs is not known}}
  loop.for %i = %c0 to %n step %c1 {
    loop.store %x, %m[%c0] : memref<4xf32>
  }
  return
}
