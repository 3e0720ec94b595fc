// RUN: nest-opt %s --tensor-bufferize --canonicalize --check-semantics=8 | FileCheck %s
// RUN: nest-opt %s --tensor-bufferize=report --verify-diagnostics

// The slice is changed where it lies: one buffer, one copy from the sums, none of the whole.
// CHECK-LABEL: func.func @tiles
// CHECK-SAME: (%arg0: memref<8xf32>) -> memref<8xf32>
// CHECK: %[[R:.*]] = loop.alloc() : memref<8xf32>
// CHECK: loop.for %[[I:[a-z0-9]+]] =
// CHECK: %[[FROM:.*]] = loop.subview %arg0[%[[I]]] [2] [1]
// CHECK: loop.copy %{{.*}}, %[[TO:.*]] : memref<2xf32> to
// CHECK-NOT: loop.copy
// CHECK: return %[[R]] : memref<8xf32>
func.func @tiles(%x: tensor<8xf32>) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  %e = tensor.empty() : tensor<8xf32>
  %r = loop.for %i = %c0 to %c8 step %c2 iter_args(%t = %e) -> (tensor<8xf32>) {
    %s = tensor.extract_slice %x[%i] [2] [1] : tensor<8xf32> to tensor<2xf32>
    %a = arith.addf %s, %s : tensor<2xf32>
    %u = tensor.insert_slice %a into %t[%i] [2] [1] : tensor<2xf32> into tensor<8xf32>
    loop.yield %u : tensor<8xf32>
  }
  return %r : tensor<8xf32>
}

// CHECK-LABEL: func.func @in_place
// CHECK: loop.alloc
// CHECK-NOT: loop.alloc
// CHECK-NOT: loop.copy
// CHECK: return
func.func @in_place(%x: f32, %i: index) -> tensor<4xf32> {
  %s = tensor.splat %x : tensor<4xf32>
  %y = arith.negf %x : f32
  %t = tensor.insert %y into %s[%i] : tensor<4xf32>
  %z = arith.addf %x, %x : f32
  %u = tensor.insert %z into %t[%i] : tensor<4xf32>
  return %u : tensor<4xf32>
}

// The function's argument is not its to write, and the first insertion is read after the second.
// CHECK-LABEL: func.func @conflicts
// CHECK-SAME: (%arg0: memref<4xf32>
// CHECK: %[[A:.*]] = loop.alloc() : memref<4xf32>
// CHECK: loop.copy %arg0, %[[A]]
// CHECK: loop.store %arg1, %[[A]]
// CHECK: %[[B:.*]] = loop.alloc() : memref<4xf32>
// CHECK: loop.copy %[[A]], %[[B]]
// CHECK: loop.store %arg1, %[[B]]
// CHECK: %[[V:.*]] = loop.load %[[A]]
// CHECK: return %[[B]], %[[V]]
func.func @conflicts(%t: tensor<4xf32>, %x: f32, %i: index, %j: index) -> (tensor<4xf32>, f32) {
  // expected-remark @below {{'tensor.insert' writes a copy of operand 1: the memory is not the function's to write}}
  %a = tensor.insert %x into %t[%i] : tensor<4xf32>
  // expected-remark @below {{'tensor.insert' writes a copy of operand 1: 'tensor.extract' reads the old value later}}
  %b = tensor.insert %x into %a[%j] : tensor<4xf32>
  %v = tensor.extract %a[%j] : tensor<4xf32>
  return %b, %v : tensor<4xf32>, f32
}

// What the next iteration reads must not be overwritten.
// CHECK-LABEL: func.func @next_iteration
// CHECK: loop.for
// CHECK: loop.alloc
// CHECK: loop.copy
// CHECK: loop.store
func.func @next_iteration(%x: f32, %m: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %s = tensor.splat %x : tensor<4xf32>
  %y = arith.negf %x : f32
  loop.for %i = %c0 to %c4 step %c1 {
    %v = tensor.extract %s[%c0] : tensor<4xf32>
    loop.store %v, %m[%i] : memref<4xf32>
    // expected-remark @below {{'tensor.insert' writes a copy of operand 1: 'loop.for' needs the old value in its next iteration}}
    %t = tensor.insert %y into %s[%c0] : tensor<4xf32>
    %w = tensor.extract %t[%c1] : tensor<4xf32>
    loop.store %w, %m[%i] : memref<4xf32>
  }
  return
}

// CHECK-LABEL: func.func @calls
// CHECK: %[[R:.*]] = call @in_place(%arg0, %arg1) : (f32, index) -> memref<4xf32>
// CHECK: return %[[R]]
func.func @calls(%x: f32, %i: index) -> tensor<4xf32> {
  %r = call @in_place(%x, %i) : (f32, index) -> tensor<4xf32>
  return %r : tensor<4xf32>
}
