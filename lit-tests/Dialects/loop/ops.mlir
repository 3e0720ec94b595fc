// What is read is printed; the generic form is read back, and mlir-opt reads it as well.
// RUN: nest-opt %s | FileCheck %s
// RUN: nest-opt %s | nest-opt | FileCheck %s
// RUN: nest-opt %s --mlir-print-op-generic | nest-opt | FileCheck %s

// CHECK:      module {
// CHECK:      func.func @for(%arg0: index, %arg1: index, %arg2: index, %arg3: f32) -> f32 {
// CHECK-NEXT: %0 = loop.for %arg4 = %arg0 to %arg1 step %arg2 iter_args(%arg5 = %arg3) -> (f32) {
// CHECK-NEXT: %1 = arith.addf %arg5, %arg3 : f32
// CHECK-NEXT: loop.yield %1 : f32
// CHECK-NEXT: }
// CHECK-NEXT: loop.for %arg4 = %arg0 to %arg1 step %arg2 {
// CHECK-NEXT: } {tag}
// CHECK-NEXT: %c3_i32 = arith.constant 3 : i32
// CHECK-NEXT: loop.for %arg4 = %c3_i32 to %c3_i32 step %c3_i32 : i32 {
// CHECK-NEXT: }
// CHECK-NEXT: return %0 : f32
// CHECK-NEXT: }
// CHECK:      func.func @parallel(%arg0: index, %arg1: index, %arg2: index, %arg3: memref<4x4xf32>, %arg4: f32) {
// CHECK-NEXT: loop.parallel (%arg5, %arg6) = (%arg0, %arg0) to (%arg1, %arg1) step (%arg2, %arg2) {
// CHECK-NEXT: loop.store %arg4, %arg3[%arg5, %arg6] : memref<4x4xf32>
// CHECK-NEXT: }
// CHECK-NEXT: return
// CHECK-NEXT: }
// CHECK:      func.func @if(%arg0: i1, %arg1: f32, %arg2: f32) -> f32 {
// CHECK-NEXT: %0 = loop.if %arg0 -> (f32) {
// CHECK-NEXT: loop.yield %arg1 : f32
// CHECK-NEXT: } else {
// CHECK-NEXT: loop.yield %arg2 : f32
// CHECK-NEXT: }
// CHECK-NEXT: loop.if %arg0 {
// CHECK-NEXT: }
// CHECK-NEXT: return %0 : f32
// CHECK-NEXT: }
// CHECK:      func.func @while(%arg0: i32) -> i32 {
// CHECK-NEXT: %c10_i32 = arith.constant 10 : i32
// CHECK-NEXT: %0 = loop.while (%arg1 = %arg0) : (i32) -> i32 {
// CHECK-NEXT: %1 = arith.cmpi slt, %arg1, %c10_i32 : i32
// CHECK-NEXT: loop.condition(%1) %arg1 : i32
// CHECK-NEXT: } do {
// CHECK-NEXT: ^bb0(%arg1: i32):
// CHECK-NEXT: %1 = arith.addi %arg1, %arg1 : i32
// CHECK-NEXT: loop.yield %1 : i32
// CHECK-NEXT: }
// CHECK-NEXT: return %0 : i32
// CHECK-NEXT: }
// CHECK:      func.func @buffers(%arg0: index, %arg1: f32) -> memref<?x4xf32> {
// CHECK-NEXT: %alloc = loop.alloc(%arg0) : memref<?x4xf32>
// CHECK-NEXT: %alloc_0 = loop.alloc() {alignment = 64 : i64} : memref<8x8xf32, 1>
// CHECK-NEXT: %subview = loop.subview %alloc_0[0, %arg0] [4, 4] [1, 1] : memref<8x8xf32, 1> to memref<4x4xf32, strided<[8, 1], offset: ?>, 1>
// CHECK-NEXT: %subview_1 = loop.subview %alloc_0[0, 0] [1, 4] [1, 2] : memref<8x8xf32, 1> to memref<4xf32, strided<[2]>, 1>
// CHECK-NEXT: loop.store %arg1, %subview[%arg0, %arg0] : memref<4x4xf32, strided<[8, 1], offset: ?>, 1>
// CHECK-NEXT: %0 = loop.load %subview_1[%arg0] : memref<4xf32, strided<[2]>, 1>
// CHECK-NEXT: %cast = loop.cast %alloc : memref<?x4xf32> to memref<8x4xf32>
// CHECK-NEXT: %reshape = loop.reshape %cast : memref<8x4xf32> to memref<32xf32>
// CHECK-NEXT: %constant = loop.constant dense<1.000000e+00> : tensor<32xf32> : memref<32xf32>
// CHECK-NEXT: loop.copy %constant, %reshape : memref<32xf32> to memref<32xf32>
// CHECK-NEXT: %dim = loop.dim %alloc, %arg0 : memref<?x4xf32>
// CHECK-NEXT: loop.dealloc %alloc_0 : memref<8x8xf32, 1>
// CHECK-NEXT: return %alloc : memref<?x4xf32>
// CHECK-NEXT: }

func.func @for(%a: index, %n: index, %s: index, %x: f32) -> f32 {
  %r = loop.for %i = %a to %n step %s iter_args(%acc = %x) -> (f32) {
    %y = arith.addf %acc, %x : f32
    loop.yield %y : f32
  }
  loop.for %i = %a to %n step %s {
  } {tag}
  %k = arith.constant 3 : i32
  loop.for %i = %k to %k step %k : i32 {
  }
  return %r : f32
}
func.func @parallel(%a: index, %n: index, %s: index, %m: memref<4x4xf32>, %x: f32) {
  loop.parallel (%i, %j) = (%a, %a) to (%n, %n) step (%s, %s) {
    loop.store %x, %m[%i, %j] : memref<4x4xf32>
  }
  return
}
func.func @if(%c: i1, %x: f32, %y: f32) -> f32 {
  %0 = loop.if %c -> (f32) {
    loop.yield %x : f32
  } else {
    loop.yield %y : f32
  }
  loop.if %c {
  }
  return %0 : f32
}
func.func @while(%x: i32) -> i32 {
  %c10 = arith.constant 10 : i32
  %r = loop.while (%a = %x) : (i32) -> i32 {
    %c = arith.cmpi slt, %a, %c10 : i32
    loop.condition(%c) %a : i32
  } do {
  ^bb0(%b: i32):
    %n = arith.addi %b, %b : i32
    loop.yield %n : i32
  }
  return %r : i32
}
func.func @buffers(%n: index, %x: f32) -> memref<?x4xf32> {
  %0 = loop.alloc(%n) : memref<?x4xf32>
  %1 = loop.alloc() {alignment = 64 : i64} : memref<8x8xf32, 1>
  %2 = loop.subview %1[0, %n] [4, 4] [1, 1] : memref<8x8xf32, 1> to memref<4x4xf32, strided<[8, 1], offset: ?>, 1>
  %3 = loop.subview %1[0, 0] [1, 4] [1, 2] : memref<8x8xf32, 1> to memref<4xf32, strided<[2]>, 1>
  loop.store %x, %2[%n, %n] : memref<4x4xf32, strided<[8, 1], offset: ?>, 1>
  %4 = loop.load %3[%n] : memref<4xf32, strided<[2]>, 1>
  %5 = loop.cast %0 : memref<?x4xf32> to memref<8x4xf32>
  %6 = loop.reshape %5 : memref<8x4xf32> to memref<32xf32>
  %7 = loop.constant dense<1.0> : tensor<32xf32> : memref<32xf32>
  loop.copy %7, %6 : memref<32xf32> to memref<32xf32>
  %8 = loop.dim %0, %n : memref<?x4xf32>
  loop.dealloc %1 : memref<8x8xf32, 1>
  return %0 : memref<?x4xf32>
}
