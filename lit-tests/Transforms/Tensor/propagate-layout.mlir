// RUN: nest-opt %s --tensor-propagate-layout --canonicalize --check-semantics=8 | FileCheck %s
// RUN: nest-opt %s --tensor-propagate-layout --verify-diagnostics

// Between the two operations nothing is unpacked and packed again; channels are padded from 6 to 8.
// CHECK-LABEL: func.func @chain
// CHECK-NEXT: %[[S:.*]] = arith.addf %arg0, %arg1 : tensor<2x3x4xf32>
// CHECK-NEXT: %[[N:.*]] = arith.negf %[[S]] : tensor<2x3x4xf32>
// CHECK-NEXT: %[[E:.*]] = tensor.empty() : tensor<6x3xf32>
// CHECK-NEXT: %[[U:.*]] = tensor.unpack %[[N]] inner_dims_pos = [0] inner_tiles = [4] into %[[E]]
// CHECK-NEXT: return %[[U]]
// expected-remark @below {{2 changes of layout before, 1 after}}
func.func @chain(%a: tensor<2x3x4xf32>, %b: tensor<2x3x4xf32>) -> tensor<6x3xf32> {
  %e = tensor.empty() : tensor<6x3xf32>
  %x = tensor.unpack %a inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<2x3x4xf32> -> tensor<6x3xf32>
  %y = tensor.unpack %b inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<2x3x4xf32> -> tensor<6x3xf32>
  %s = arith.addf %x, %y : tensor<6x3xf32>
  %n = arith.negf %s : tensor<6x3xf32>
  return %n : tensor<6x3xf32>
}

// CHECK-LABEL: func.func @cancel
// CHECK: %[[P:.*]] = tensor.pack %arg1
// CHECK: %[[S:.*]] = arith.addf %arg0, %[[P]] : tensor<2x3x4xf32>
// CHECK-NEXT: return %[[S]]
// expected-remark @below {{2 changes of layout before, 1 after}}
func.func @cancel(%a: tensor<2x3x4xf32>, %b: tensor<8x3xf32>, %d: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %e = tensor.empty() : tensor<8x3xf32>
  %x = tensor.unpack %a inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<2x3x4xf32> -> tensor<8x3xf32>
  %s = arith.addf %x, %b : tensor<8x3xf32>
  %p = tensor.pack %s inner_dims_pos = [0] inner_tiles = [4] into %d : tensor<8x3xf32> -> tensor<2x3x4xf32>
  return %p : tensor<2x3x4xf32>
}

// Division by the padding could fail: the unpack stays above it.
// CHECK-LABEL: func.func @undefined
// CHECK: tensor.unpack
// CHECK: tensor.unpack
// CHECK: arith.divsi %{{.*}}, %{{.*}} : tensor<6xi32>
// expected-remark @below {{2 changes of layout before, 2 after}}
func.func @undefined(%a: tensor<2x4xi32>, %b: tensor<2x4xi32>) -> tensor<6xi32> {
  %e = tensor.empty() : tensor<6xi32>
  %x = tensor.unpack %a inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<2x4xi32> -> tensor<6xi32>
  %y = tensor.unpack %b inner_dims_pos = [0] inner_tiles = [4] into %e : tensor<2x4xi32> -> tensor<6xi32>
  %q = arith.divsi %x, %y : tensor<6xi32>
  return %q : tensor<6xi32>
}
