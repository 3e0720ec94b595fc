// RUN: nest-opt %s --loop-interchange --check-semantics=4 | FileCheck %s
// RUN: nest-opt %s --loop-interchange --verify-diagnostics

// CHECK-LABEL: func.func @columns
// CHECK: loop.for %[[A:.*]] = %{{.*}} to %c8 step
// CHECK-NEXT: loop.for %[[B:.*]] = %{{.*}} to %c4 step
// CHECK-NEXT: loop.load %arg0[%[[A]], %[[B]]]
// CHECK-NEXT: loop.store %{{.*}}, %{{.*}}[%[[A]], %[[B]]]
func.func @columns(%m: memref<8x4xf32>) -> memref<8x4xf32> {
  %n = loop.alloc() : memref<8x4xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  loop.for %i = %c0 to %c4 step %c1 {
    loop.for %j = %c0 to %c8 step %c1 {
      %v = loop.load %m[%j, %i] : memref<8x4xf32>
      loop.store %v, %n[%j, %i] : memref<8x4xf32>
    }
  }
  return %n : memref<8x4xf32>
}

// CHECK-LABEL: func.func @diagonal
// CHECK: loop.for %[[I:.*]] =
// CHECK-NEXT: loop.for %[[J:.*]] =
// CHECK-NEXT: arith.addi %[[I]], %[[J]]
func.func @diagonal(%m: memref<8x8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // expected-remark @below {{that a place is written by one iteration, or by one row or column does not hold}}
  loop.for %i = %c0 to %c4 step %c1 {
    loop.for %j = %c0 to %c4 step %c1 {
      %s = arith.addi %i, %j : index
      loop.store %x, %m[%s, %i] : memref<8x8xf32>
    }
  }
  return
}

// CHECK-LABEL: func.func @triangle
// CHECK: loop.for %[[I:.*]] =
// CHECK-NEXT: loop.for %[[J:.*]] = %[[I]]
func.func @triangle(%m: memref<8x8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // expected-remark @below {{that the inner loop's bounds do not depend on the outer one does not hold}}
  loop.for %i = %c0 to %c4 step %c1 {
    loop.for %j = %i to %c4 step %c1 {
      loop.store %x, %m[%j, %i] : memref<8x8xf32>
    }
  }
  return
}

// Rows are along memory already.
// CHECK-LABEL: func.func @rows
// CHECK: loop.for %[[I:.*]] =
// CHECK-NEXT: loop.for %[[J:.*]] =
// CHECK-NEXT: loop.store %arg1, %arg0[%[[I]], %[[J]]]
func.func @rows(%m: memref<8x8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  loop.for %i = %c0 to %c4 step %c1 {
    loop.for %j = %c0 to %c4 step %c1 {
      loop.store %x, %m[%i, %j] : memref<8x8xf32>
    }
  }
  return
}
