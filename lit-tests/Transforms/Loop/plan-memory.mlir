// RUN: nest-opt %s --loop-plan-memory --check-semantics=4 | FileCheck %s
// RUN: nest-opt %s --loop-plan-memory --verify-diagnostics

// The third buffer is made when the first is dead, and takes its place; the loop keeps the second one live to its end.
// CHECK-LABEL: func.func @reuse
// CHECK: loop.alloc() {offset = 0 : i64} : memref<64xf32>
// CHECK: loop.alloc() {offset = 256 : i64} : memref<16xf32>
// CHECK: loop.alloc() {offset = 0 : i64} : memref<64xf32>
// expected-remark @below {{the default memory space: 3 buffers of 576 bytes need 320 bytes, 320 of them at once (0% lost to gaps)}}
func.func @reuse(%x: f32, %out: memref<f32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %a = loop.alloc() : memref<64xf32>
  %b = loop.alloc() : memref<16xf32>
  loop.store %x, %a[%c0] : memref<64xf32>
  %v = loop.load %a[%c0] : memref<64xf32>
  loop.store %v, %b[%c0] : memref<16xf32>
  %c = loop.alloc() : memref<64xf32>
  loop.store %v, %c[%c1] : memref<64xf32>
  loop.for %i = %c0 to %c4 step %c1 {
    %w = loop.load %b[%c0] : memref<16xf32>
    %u = loop.load %c[%c1] : memref<64xf32>
    %s = arith.addf %w, %u : f32
    loop.store %s, %out[] : memref<f32>
  }
  return
}

// Each memory space has its own memory; a view keeps its buffer live; alignment is kept.
// CHECK-LABEL: func.func @spaces
// CHECK: loop.alloc() {offset = 0 : i64} : memref<10xi8, 1>
// CHECK: loop.alloc() {alignment = 128 : i64, offset = 128 : i64} : memref<10xi8, 1>
// CHECK: loop.alloc() {offset = 0 : i64} : memref<4xi32>
// expected-remark @below {{memory space 1 : i64: 2 buffers of 20 bytes need 138 bytes, 20 of them at once (85% lost to gaps)}}
// expected-remark @below {{the default memory space: 1 buffers of 16 bytes need 16 bytes, 16 of them at once (0% lost to gaps)}}
func.func @spaces(%x: i8) -> i8 {
  %c0 = arith.constant 0 : index
  %a = loop.alloc() : memref<10xi8, 1>
  %v = loop.subview %a[2] [4] [1] : memref<10xi8, 1> to memref<4xi8, strided<[1], offset: 2>, 1>
  loop.store %x, %v[%c0] : memref<4xi8, strided<[1], offset: 2>, 1>
  %b = loop.alloc() {alignment = 128 : i64} : memref<10xi8, 1>
  loop.store %x, %b[%c0] : memref<10xi8, 1>
  %c = loop.alloc() : memref<4xi32>
  loop.dealloc %c : memref<4xi32>
  %r = loop.load %v[%c0] : memref<4xi8, strided<[1], offset: 2>, 1>
  return %r : i8
}

// CHECK-LABEL: func.func @unplaced
// CHECK-NOT: offset
// CHECK: return
func.func @unplaced(%n: index) -> memref<4xf32> {
  // expected-remark @below {{the buffer is not placed: 'func.return' may keep it}}
  %a = loop.alloc() : memref<4xf32>
  // expected-remark @below {{the buffer is not placed: its size is not known}}
  %b = loop.alloc(%n) : memref<?xf32>
  return %a : memref<4xf32>
}
