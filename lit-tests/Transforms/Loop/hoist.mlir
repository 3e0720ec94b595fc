// RUN: nest-opt %s --loop-invariant-code-motion --check-semantics=4 | FileCheck %s

// What computes the same in every iteration goes out of both loops; the store stays.
// CHECK-LABEL: func.func @hoist
// CHECK: %[[S:.*]] = arith.addf %arg0, %arg0
// CHECK: loop.for %[[I:.*]] =
// CHECK-NEXT: %[[D:.*]] = arith.addi %[[I]], %[[I]]
// CHECK-NEXT: loop.for %[[J:.*]] =
// CHECK-NEXT: loop.store %[[S]], %arg1[%[[I]], %[[J]]]
// CHECK-NEXT: loop.store %[[S]], %arg1[%[[D]], %[[J]]]
func.func @hoist(%x: f32, %m: memref<8x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  loop.for %i = %c0 to %c4 step %c1 {
    loop.for %j = %c0 to %c4 step %c1 {
      %s = arith.addf %x, %x : f32
      %d = arith.addi %i, %i : index
      loop.store %s, %m[%i, %j] : memref<8x4xf32>
      loop.store %s, %m[%d, %j] : memref<8x4xf32>
    }
  }
  return
}

// CHECK-LABEL: func.func @while
// CHECK: %[[T:.*]] = arith.muli %arg1, %arg1
// CHECK: loop.while
func.func @while(%x: i32, %y: i32) -> i32 {
  %c100 = arith.constant 100 : i32
  %c1 = arith.constant 1 : i32
  %r = loop.while (%a = %x) : (i32) -> i32 {
    %c = arith.cmpi slt, %a, %c100 : i32
    loop.condition(%c) %a : i32
  } do {
  ^bb0(%b: i32):
    %s = arith.muli %y, %y : i32
    %o = arith.ori %s, %c1 : i32
    %n = arith.addi %b, %o : i32
    loop.yield %n : i32
  }
  return %r : i32
}

// The loop may never run, and then nothing is divided: only by a constant may be divided before it.
// CHECK-LABEL: func.func @divide
// CHECK-NOT: arith.divsi %arg0, %arg1
// CHECK: arith.divsi %arg0, %{{.*}}
// CHECK: loop.for
// CHECK: arith.divsi %arg0, %arg1
func.func @divide(%x: i32, %y: i32, %n: index, %m: memref<4xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %three = arith.constant 3 : i32
  loop.for %i = %c0 to %n step %c1 {
    %q = arith.divsi %x, %y : i32
    %r = arith.divsi %x, %three : i32
    %s = arith.addi %q, %r : i32
    loop.store %s, %m[%c0] : memref<4xi32>
  }
  return
}
