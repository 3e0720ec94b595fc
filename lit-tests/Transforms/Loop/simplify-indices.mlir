// RUN: nest-opt %s --loop-simplify-indices --check-semantics=4 | FileCheck %s

// CHECK-LABEL: func.func @tiles
// CHECK-NOT: arith.minsi
// CHECK-NOT: arith.remsi
// CHECK-NOT: arith.cmpi
// CHECK: return
func.func @tiles(%m: memref<64xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  loop.for %i = %c0 to %c64 step %c16 {
    %left = arith.subi %c64, %i : index
    %size = arith.minsi %left, %c16 : index
    %rest = arith.remsi %i, %c16 : index
    loop.store %size, %m[%rest] : memref<64xindex>
    loop.for %j = %c0 to %c16 step %c1 {
      %k = arith.remui %j, %c16 : index
      %s = arith.addi %i, %j : index
      %in = arith.cmpi slt, %s, %c64 : index
      loop.if %in {
        loop.store %k, %m[%s] : memref<64xindex>
      }
    }
  }
  return
}

// The last tile is smaller: the minimum stays.
// CHECK-LABEL: func.func @partial
// CHECK: arith.minsi
func.func @partial(%m: memref<64xindex>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c60 = arith.constant 60 : index
  loop.for %i = %c0 to %c60 step %c16 {
    %left = arith.subi %c60, %i : index
    %size = arith.minsi %left, %c16 : index
    loop.store %size, %m[%i] : memref<64xindex>
  }
  return
}

// CHECK-LABEL: func.func @quotient
// CHECK: loop.for %[[I:.*]] =
// CHECK-NOT: arith.divsi
// CHECK: loop.store %[[I]], %arg0[%[[I]]]
func.func @quotient(%m: memref<64xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  loop.for %i = %c0 to %c4 step %c1 {
    %p = arith.muli %i, %c4 : index
    %q = arith.divsi %p, %c4 : index
    loop.store %q, %m[%i] : memref<64xindex>
  }
  return
}
