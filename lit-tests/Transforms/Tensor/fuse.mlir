// RUN: nest-opt %s --tensor-fuse --canonicalize --check-semantics=8 | FileCheck %s

// The table is generated tile by tile, with the indices of the whole.
// CHECK-LABEL: func.func @generate
// CHECK-NOT: tensor.generate
// CHECK: loop.for %[[I:[a-z0-9]+]] =
// CHECK: %[[G:.*]] = tensor.generate {
// CHECK-NEXT: ^bb0(%[[K:.*]]: index):
// CHECK-NEXT: arith.addi %[[K]], %[[I]]
// CHECK: tensor.insert_slice
func.func @generate(%x: tensor<8xi32>) -> tensor<8xi32> {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %g = tensor.generate {
  ^bb0(%i: index):
    %v = arith.index_cast %i : index to i32
    tensor.yield %v : i32
  } : tensor<8xi32>
  %e = tensor.empty() : tensor<8xi32>
  %r = loop.for %i = %c0 to %c8 step %c4 iter_args(%t = %e) -> (tensor<8xi32>) {
    %a = tensor.extract_slice %g[%i] [4] [1] : tensor<8xi32> to tensor<4xi32>
    %b = tensor.extract_slice %x[%i] [4] [1] : tensor<8xi32> to tensor<4xi32>
    %s = arith.addi %a, %b : tensor<4xi32>
    %u = tensor.insert_slice %s into %t[%i] [4] [1] : tensor<4xi32> into tensor<8xi32>
    loop.yield %u : tensor<8xi32>
  }
  return %r : tensor<8xi32>
}

// All of the sum is needed elsewhere: computing parts again would be more work.
// CHECK-LABEL: func.func @needed
// CHECK: %[[S:.*]] = arith.addf %arg0, %arg0 : tensor<8xf32>
// CHECK: loop.for
// CHECK: tensor.extract_slice %[[S]]
func.func @needed(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %s = arith.addf %x, %x : tensor<8xf32>
  %r = loop.for %i = %c0 to %c8 step %c4 iter_args(%t = %x) -> (tensor<8xf32>) {
    %a = tensor.extract_slice %s[%i] [4] [1] : tensor<8xf32> to tensor<4xf32>
    %n = arith.negf %a : tensor<4xf32>
    %u = tensor.insert_slice %n into %t[%i] [4] [1] : tensor<4xf32> into tensor<8xf32>
    loop.yield %u : tensor<8xf32>
  }
  return %r, %s : tensor<8xf32>, tensor<8xf32>
}
