// RUN: nest-opt %s --canonicalize --check-semantics=8 | FileCheck %s

// CHECK-LABEL: func.func @zero_trips
// CHECK-NEXT: return %arg0
func.func @zero_trips(%x: f32) -> f32 {
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %r = loop.for %i = %c4 to %c4 step %c1 iter_args(%a = %x) -> (f32) {
    %b = arith.addf %a, %a : f32
    loop.yield %b : f32
  }
  return %r : f32
}

// CHECK-LABEL: func.func @one_trip
// CHECK-NEXT: %[[C:.*]] = arith.constant 2 : index
// CHECK-NEXT: loop.store %arg0, %arg1[%[[C]]]
// CHECK-NEXT: %[[S:.*]] = arith.addf %arg0, %arg0
// CHECK-NEXT: return %[[S]]
func.func @one_trip(%x: f32, %m: memref<4xf32>) -> f32 {
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %r = loop.for %i = %c2 to %c4 step %c2 iter_args(%a = %x) -> (f32) {
    loop.store %a, %m[%i] : memref<4xf32>
    %b = arith.addf %a, %x : f32
    loop.yield %b : f32
  }
  return %r : f32
}

// The first value never changes, the second is not used.
// CHECK-LABEL: func.func @dead_values
// CHECK: %[[R:.*]] = loop.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[A:.*]] = %arg0) -> (i32) {
// CHECK-NEXT: %[[N:.*]] = arith.addi %[[A]], %arg1
// CHECK-NEXT: loop.yield %[[N]] : i32
// CHECK: return %[[R]], %arg1
func.func @dead_values(%x: i32, %y: i32) -> (i32, i32) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %r:3 = loop.for %i = %c0 to %c4 step %c1 iter_args(%a = %y, %b = %x, %c = %x) -> (i32, i32, i32) {
    %d = arith.muli %b, %b : i32
    %e = arith.addi %c, %a : i32
    loop.yield %a, %d, %e : i32, i32, i32
  }
  return %r#2, %r#0 : i32, i32
}

// CHECK-LABEL: func.func @constant_condition
// CHECK-NEXT: loop.store %arg0
// CHECK-NEXT: return %arg0
func.func @constant_condition(%x: f32, %m: memref<4xf32>, %i: index) -> f32 {
  %true = arith.constant true
  %r = loop.if %true -> (f32) {
    loop.store %x, %m[%i] : memref<4xf32>
    loop.yield %x : f32
  } else {
    %n = arith.negf %x : f32
    loop.yield %n : f32
  }
  return %r : f32
}

// CHECK-LABEL: func.func @select
// CHECK-NEXT: %[[S:.*]] = arith.select %arg0, %arg1, %arg2
// CHECK-NEXT: return %[[S]], %arg1
func.func @select(%c: i1, %x: f32, %y: f32) -> (f32, f32) {
  %r:2 = loop.if %c -> (f32, f32) {
    loop.yield %x, %x : f32, f32
  } else {
    loop.yield %y, %x : f32, f32
  }
  return %r#0, %r#1 : f32, f32
}

// CHECK-LABEL: func.func @empty_if
// CHECK-NEXT: return
func.func @empty_if(%c: i1) {
  loop.if %c {
  } else {
  }
  return
}

// CHECK-LABEL: func.func @unused_result
// CHECK: loop.if %arg0 -> (f32) {
// CHECK: loop.yield %{{[^,]*}} : f32
func.func @unused_result(%c: i1, %x: f32) -> f32 {
  %r:2 = loop.if %c -> (f32, f32) {
    %n = arith.negf %x : f32
    loop.yield %n, %x : f32, f32
  } else {
    %n = arith.addf %x, %x : f32
    loop.yield %n, %n : f32, f32
  }
  return %r#0 : f32
}

// CHECK-LABEL: func.func @while_false
// CHECK-NEXT: %[[N:.*]] = arith.addi %arg0, %arg0
// CHECK-NEXT: return %[[N]]
func.func @while_false(%x: i32) -> i32 {
  %false = arith.constant false
  %r = loop.while (%a = %x) : (i32) -> i32 {
    %n = arith.addi %a, %a : i32
    loop.condition(%false) %n : i32
  } do {
  ^bb0(%b: i32):
    loop.yield %b : i32
  }
  return %r : i32
}

// CHECK-LABEL: func.func @spaces
// CHECK-NOT: loop.parallel (%{{.*}}, %{{.*}})
// CHECK: loop.parallel (%[[J:.*]]) = (%{{.*}}) to (%{{.*}}) step (%{{.*}}) {
// CHECK-NEXT: loop.store %arg0, %arg1[%{{.*}}, %[[J]]]
// CHECK: return
func.func @spaces(%x: f32, %m: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  loop.parallel (%i, %j) = (%c1, %c4) to (%c4, %c4) step (%c1, %c1) {
    loop.store %x, %m[%i, %j] : memref<4x4xf32>
  }
  loop.parallel (%i, %j) = (%c0, %c0) to (%c1, %c4) step (%c1, %c1) {
    loop.store %x, %m[%i, %j] : memref<4x4xf32>
  }
  return
}

// CHECK-LABEL: func.func @unread
// CHECK-NEXT: return
func.func @unread(%x: f32, %i: index) {
  %m = loop.alloc() : memref<4xf32>
  loop.store %x, %m[%i] : memref<4xf32>
  loop.dealloc %m : memref<4xf32>
  return
}

// CHECK-LABEL: func.func @known_sizes
// CHECK: %[[M:.*]] = loop.alloc() : memref<8xf32>
// CHECK: loop.subview %{{.*}}[2] [4] [1]
// CHECK: return %{{.*}}, %{{.*}}, %{{.*}}
func.func @known_sizes(%x: f32) -> (memref<?xf32>, index, memref<?xf32, strided<[1], offset: ?>>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %m = loop.alloc(%c8) : memref<?xf32>
  loop.copy %m, %m : memref<?xf32> to memref<?xf32>
  %n = loop.dim %m, %c0 : memref<?xf32>
  loop.for %i = %c0 to %n step %c2 {
    loop.store %x, %m[%i] : memref<?xf32>
  }
  %s = loop.subview %m[%c2] [%c4] [1] : memref<?xf32> to memref<?xf32, strided<[1], offset: ?>>
  return %m, %n, %s : memref<?xf32>, index, memref<?xf32, strided<[1], offset: ?>>
}
