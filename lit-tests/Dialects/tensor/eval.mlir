// Tensors are evaluated by their own semantics, and as loops over buffers: two implementations that must agree.
// RUN: nest-opt %s --tensor-bufferize --check-semantics=12 | FileCheck %s
// RUN: nest-opt %s --canonicalize --check-semantics=12 | FileCheck %s --check-prefix=TENSOR
// RUN: nest-opt %s --tensor-bufferize --canonicalize --loop-unroll=factor=2 --loop-normalize --loop-simplify-indices --canonicalize --check-semantics=12 | FileCheck %s

// CHECK: func.func @inplace_loop
// TENSOR: func.func @inplace_loop

func.func @inplace_loop(%n: f32) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  %e = tensor.splat %n : tensor<8xf32>
  %r = loop.for %i = %c0 to %c8 step %c2 iter_args(%t = %e) -> (tensor<8xf32>) {
    %s = tensor.extract_slice %t[%i] [2] [1] : tensor<8xf32> to tensor<2xf32>
    %a = arith.addf %s, %s : tensor<2xf32>
    %u = tensor.insert_slice %a into %t[%i] [2] [1] : tensor<2xf32> into tensor<8xf32>
    loop.yield %u : tensor<8xf32>
  }
  return %r : tensor<8xf32>
}
func.func @swap(%a: tensor<4xf32>, %b: tensor<4xf32>, %n: index) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r:2 = loop.for %i = %c0 to %c3 step %c1 iter_args(%x = %a, %y = %b) -> (tensor<4xf32>, tensor<4xf32>) {
    loop.yield %y, %x : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}
func.func @conflict(%t: tensor<4xf32>, %x: f32) -> (tensor<4xf32>, tensor<4xf32>, f32) {
  %c0 = arith.constant 0 : index
  %a = arith.addf %t, %t : tensor<4xf32>
  %b = tensor.insert %x into %a[%c0] : tensor<4xf32>
  %c = tensor.insert %x into %b[%c0] : tensor<4xf32>
  %v = tensor.extract %a[%c0] : tensor<4xf32>
  return %c, %t, %v : tensor<4xf32>, tensor<4xf32>, f32
}
func.func @many(%t: tensor<4x6xf32>, %p: tensor<5x6xf32>, %x: f32, %c: i1) -> (tensor<7x8xf32>, tensor<24xf32>, tensor<5x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<4x6xi32>) {
  %ix = arith.constant dense<[[3], [0], [1], [1], [2]]> : tensor<5x1xindex>
  %0 = tensor.pad %t low[1, 0] high[2, 2] {
  ^bb0(%i: index, %j: index):
    %s = arith.addi %i, %j : index
    %k = arith.index_cast %s : index to i32
    %f = arith.sitofp %k : i32 to f32
    tensor.yield %f : f32
  } : tensor<4x6xf32> to tensor<7x8xf32>
  %1 = tensor.collapse_shape %t [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>
  %2 = tensor.gather %t[%ix] gather_dims([0]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x6xf32>
  %3 = tensor.concat dim(0) %t, %t : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>
  %ix2 = arith.constant dense<[[3], [0]]> : tensor<2x1xindex>
  %p2 = tensor.extract_slice %p[1, 0] [2, 6] [2, 1] : tensor<5x6xf32> to tensor<2x6xf32>
  %4 = tensor.scatter %p2 into %t[%ix2] scatter_dims([0]) unique : (tensor<2x6xf32>, tensor<4x6xf32>, tensor<2x1xindex>) -> tensor<4x6xf32>
  %5 = loop.if %c -> (tensor<4x6xf32>) {
    loop.yield %4 : tensor<4x6xf32>
  } else {
    %n = arith.negf %t : tensor<4x6xf32>
    loop.yield %n : tensor<4x6xf32>
  }
  %6 = tensor.bitcast %5 : tensor<4x6xf32> to tensor<4x6xi32>
  return %0, %1, %2, %3, %5, %6 : tensor<7x8xf32>, tensor<24xf32>, tensor<5x6xf32>, tensor<8x6xf32>, tensor<4x6xf32>, tensor<4x6xi32>
}
func.func @packs(%t: tensor<5x6xf32>, %x: f32) -> (tensor<2x3x2x4xf32>, tensor<5x6xf32>) {
  %e = tensor.empty() : tensor<2x3x2x4xf32>
  %0 = tensor.pack %t padding_value(%x : f32) inner_dims_pos = [1, 0] inner_tiles = [2, 4] into %e : tensor<5x6xf32> -> tensor<2x3x2x4xf32>
  %f = tensor.empty() : tensor<5x6xf32>
  %1 = tensor.unpack %0 inner_dims_pos = [1, 0] inner_tiles = [2, 4] into %f : tensor<2x3x2x4xf32> -> tensor<5x6xf32>
  return %0, %1 : tensor<2x3x2x4xf32>, tensor<5x6xf32>
}
func.func @while(%t: tensor<4xi32>) -> tensor<4xi32> {
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : i32
  %m = arith.constant dense<3> : tensor<4xi32>
  %u = arith.andi %t, %m : tensor<4xi32>
  %r = loop.while (%a = %u) : (tensor<4xi32>) -> tensor<4xi32> {
    %v = tensor.extract %a[%c0] : tensor<4xi32>
    %c = arith.cmpi slt, %v, %c10 : i32
    loop.condition(%c) %a : tensor<4xi32>
  } do {
  ^bb0(%b: tensor<4xi32>):
    %one = arith.constant dense<1> : tensor<4xi32>
    %n = arith.addi %b, %one : tensor<4xi32>
    loop.yield %n : tensor<4xi32>
  }
  return %r : tensor<4xi32>
}
