// RUN: nest-opt %s --loop-normalize --check-semantics=8 | FileCheck %s

// CHECK-LABEL: func.func @known
// CHECK: %[[N:.*]] = arith.constant 4 : index
// CHECK: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK: %[[ONE:.*]] = arith.constant 1 : index
// CHECK: loop.for %[[I:.*]] = %[[ZERO]] to %[[N]] step %[[ONE]] {
// CHECK-NEXT: %[[S:.*]] = arith.muli %[[I]], %{{.*}}
// CHECK-NEXT: %[[A:.*]] = arith.addi %[[S]], %{{.*}}
// CHECK-NEXT: loop.store %arg1, %arg0[%[[A]]]
func.func @known(%m: memref<16xf32>, %x: f32) {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c12 = arith.constant 12 : index
  loop.for %i = %c2 to %c12 step %c3 {
    loop.store %x, %m[%i] : memref<16xf32>
  }
  return
}

// CHECK-LABEL: func.func @unknown
// CHECK: %[[D:.*]] = arith.subi %arg2, %arg1
// CHECK: %[[N:.*]] = arith.ceildivsi %[[D]], %{{.*}}
// CHECK: loop.for %[[I:.*]] = %{{.*}} to %[[N]] step
func.func @unknown(%m: memref<16xf32>, %a: index, %b: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  loop.for %i = %a to %b step %c3 {
    loop.store %x, %m[%c0] : memref<16xf32>
  }
  return
}

// CHECK-LABEL: func.func @space
// CHECK: loop.parallel (%[[I:.*]], %[[J:.*]]) = (%{{.*}}, %{{.*}}) to
// CHECK: arith.muli %[[J]]
func.func @space(%m: memref<4x8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  loop.parallel (%i, %j) = (%c0, %c0) to (%c4, %c8) step (%c1, %c2) {
    loop.store %x, %m[%i, %j] : memref<4x8xf32>
  }
  return
}
