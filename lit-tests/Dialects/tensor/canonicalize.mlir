// What mlir-opt 19 makes of the same input, line by line.
// RUN: nest-opt %s --canonicalize --check-semantics=8 | FileCheck %s

// CHECK:      module {
// CHECK:      func.func @dims(%arg0: tensor<4x?xf32>, %arg1: index) -> (index, index, index, index) {
// CHECK-NEXT: %c1 = arith.constant 1 : index
// CHECK-NEXT: %c4 = arith.constant 4 : index
// CHECK-NEXT: %dim = tensor.dim %arg0, %c1 : tensor<4x?xf32>
// CHECK-NEXT: return %c4, %arg1, %arg1, %dim : index, index, index, index
// CHECK-NEXT: }
// CHECK:      func.func @extracts(%arg0: f32, %arg1: f32) -> (f32, f32, i32) {
// CHECK-NEXT: %cst = arith.constant 2.000000e+00 : f32
// CHECK-NEXT: %c7_i32 = arith.constant 7 : i32
// CHECK-NEXT: return %arg1, %cst, %c7_i32 : f32, f32, i32
// CHECK-NEXT: }
// CHECK:      func.func @casts(%arg0: tensor<4x8xf32>) -> tensor<4x8xf32> {
// CHECK-NEXT: return %arg0 : tensor<4x8xf32>
// CHECK-NEXT: }
// CHECK:      func.func @slices(%arg0: tensor<8x16xf32>, %arg1: tensor<4x4xf32>) -> (tensor<8x16xf32>, tensor<4x4xf32>, tensor<8x16xf32>, tensor<?x16xf32>) {
// CHECK-NEXT: %extracted_slice = tensor.extract_slice %arg0[4, 0] [4, 16] [1, 1] : tensor<8x16xf32> to tensor<4x16xf32>
// CHECK-NEXT: %cast = tensor.cast %extracted_slice : tensor<4x16xf32> to tensor<?x16xf32>
// CHECK-NEXT: return %arg0, %arg1, %arg0, %cast : tensor<8x16xf32>, tensor<4x4xf32>, tensor<8x16xf32>, tensor<?x16xf32>
// CHECK-NEXT: }
// CHECK:      func.func @reshapes(%arg0: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<24xf32>, tensor<2x3xi32>) {
// CHECK-NEXT: %cst = arith.constant dense<{{\[\[}}1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
// CHECK-NEXT: %collapsed = tensor.collapse_shape %arg0 {{\[\[}}0, 1]] : tensor<4x6xf32> into tensor<24xf32>
// CHECK-NEXT: return %arg0, %collapsed, %cst : tensor<4x6xf32>, tensor<24xf32>, tensor<2x3xi32>
// CHECK-NEXT: }
// CHECK:      func.func @layouts(%arg0: tensor<32x4xf32>, %arg1: tensor<2x4x16xf32>) -> tensor<32x4xf32> {
// CHECK-NEXT: return %arg0 : tensor<32x4xf32>
// CHECK-NEXT: }
// CHECK:      func.func @pads(%arg0: tensor<4xf32>, %arg1: f32) -> (tensor<4xf32>, tensor<?xf32>) {
// CHECK-NEXT: %padded = tensor.pad %arg0 low[2] high[1] {
// CHECK-NEXT: ^bb0(%arg2: index):
// CHECK-NEXT: tensor.yield %arg1 : f32
// CHECK-NEXT: } : tensor<4xf32> to tensor<7xf32>
// CHECK-NEXT: %cast = tensor.cast %padded : tensor<7xf32> to tensor<?xf32>
// CHECK-NEXT: return %arg0, %cast : tensor<4xf32>, tensor<?xf32>
// CHECK-NEXT: }

// Upstream leaves this one as it is.
// CHECK:      func.func @splat(%arg0: f32
// CHECK-NEXT: return %arg0

func.func @dims(%t: tensor<4x?xf32>, %n: index) -> (index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = tensor.dim %t, %c0 : tensor<4x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %1 = tensor.dim %e, %c0 : tensor<?xf32>
  %s = tensor.extract_slice %t[0, 1] [4, %n] [1, 1] : tensor<4x?xf32> to tensor<4x?xf32>
  %2 = tensor.dim %s, %c1 : tensor<4x?xf32>
  %c = tensor.cast %t : tensor<4x?xf32> to tensor<?x?xf32>
  %3 = tensor.dim %c, %c1 : tensor<?x?xf32>
  return %0, %1, %2, %3 : index, index, index, index
}
func.func @extracts(%x: f32, %y: f32) -> (f32, f32, i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %l = tensor.from_elements %x, %y : tensor<2xf32>
  %1 = tensor.extract %l[%c1] : tensor<2xf32>
  %k = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %2 = tensor.extract %k[%c1] : tensor<2xf32>
  %d = arith.constant dense<7> : tensor<3x3xi32>
  %3 = tensor.extract %d[%c0, %c1] : tensor<3x3xi32>
  return %1, %2, %3 : f32, f32, i32
}
func.func @casts(%t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = tensor.cast %t : tensor<4x8xf32> to tensor<?x8xf32>
  %1 = tensor.cast %0 : tensor<?x8xf32> to tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}
func.func @slices(%t: tensor<8x16xf32>, %s: tensor<4x4xf32>) -> (tensor<8x16xf32>, tensor<4x4xf32>, tensor<8x16xf32>, tensor<?x16xf32>) {
  %0 = tensor.extract_slice %t[0, 0] [8, 16] [1, 1] : tensor<8x16xf32> to tensor<8x16xf32>
  %1 = tensor.insert_slice %s into %t[2, 2] [4, 4] [1, 1] : tensor<4x4xf32> into tensor<8x16xf32>
  %2 = tensor.extract_slice %1[2, 2] [4, 4] [1, 1] : tensor<8x16xf32> to tensor<4x4xf32>
  %3 = tensor.extract_slice %t[2, 2] [4, 4] [1, 1] : tensor<8x16xf32> to tensor<4x4xf32>
  %4 = tensor.insert_slice %3 into %t[2, 2] [4, 4] [1, 1] : tensor<4x4xf32> into tensor<8x16xf32>
  %c4 = arith.constant 4 : index
  %5 = tensor.extract_slice %t[%c4, 0] [%c4, 16] [1, 1] : tensor<8x16xf32> to tensor<?x16xf32>
  return %0, %2, %4, %5 : tensor<8x16xf32>, tensor<4x4xf32>, tensor<8x16xf32>, tensor<?x16xf32>
}
func.func @reshapes(%t: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<24xf32>, tensor<2x3xi32>) {
  %0 = tensor.collapse_shape %t [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [4, 6] : tensor<24xf32> into tensor<4x6xf32>
  %2 = tensor.expand_shape %t [[0, 1], [2]] output_shape [2, 2, 6] : tensor<4x6xf32> into tensor<2x2x6xf32>
  %3 = tensor.collapse_shape %2 [[0, 1], [2]] : tensor<2x2x6xf32> into tensor<4x6xf32>
  %4 = tensor.collapse_shape %3 [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>
  %k = arith.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi32>
  %5 = tensor.expand_shape %k [[0, 1]] output_shape [2, 3] : tensor<6xi32> into tensor<2x3xi32>
  return %1, %4, %5 : tensor<4x6xf32>, tensor<24xf32>, tensor<2x3xi32>
}
func.func @layouts(%t: tensor<32x4xf32>, %d: tensor<2x4x16xf32>) -> tensor<32x4xf32> {
  %0 = tensor.pack %t inner_dims_pos = [0] inner_tiles = [16] into %d : tensor<32x4xf32> -> tensor<2x4x16xf32>
  %1 = tensor.unpack %0 inner_dims_pos = [0] inner_tiles = [16] into %t : tensor<2x4x16xf32> -> tensor<32x4xf32>
  return %1 : tensor<32x4xf32>
}
func.func @pads(%t: tensor<4xf32>, %x: f32) -> (tensor<4xf32>, tensor<?xf32>) {
  %0 = tensor.pad %t low[0] high[0] {
  ^bb0(%i: index):
    tensor.yield %x : f32
  } : tensor<4xf32> to tensor<4xf32>
  %c2 = arith.constant 2 : index
  %1 = tensor.pad %t low[%c2] high[1] {
  ^bb0(%i: index):
    tensor.yield %x : f32
  } : tensor<4xf32> to tensor<?xf32>
  return %0, %1 : tensor<4xf32>, tensor<?xf32>
}
func.func @splat(%x: f32, %i: index) -> f32 {
  %s = tensor.splat %x : tensor<4xf32>
  %0 = tensor.extract %s[%i] : tensor<4xf32>
  return %0 : f32
}
