// What mlir-opt 19 prints of the same input, line by line; the generic form is read back.
// RUN: nest-opt %s --allow-unregistered-dialect | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-op-generic | nest-opt --allow-unregistered-dialect | FileCheck %s

// CHECK:      module {
// CHECK:      func.func @creation(%arg0: index, %arg1: f32) {
// CHECK-NEXT: %0 = tensor.empty() : tensor<4x8xf32>
// CHECK-NEXT: %1 = tensor.empty(%arg0) : tensor<?x8xf32>
// CHECK-NEXT: %from_elements = tensor.from_elements %arg1, %arg1 : tensor<2xf32>
// CHECK-NEXT: %from_elements_0 = tensor.from_elements %arg1 : tensor<f32>
// CHECK-NEXT: %splat = tensor.splat %arg1 : tensor<4xf32>
// CHECK-NEXT: %splat_1 = tensor.splat %arg1[%arg0, %arg0] : tensor<?x8x?xf32>
// CHECK-NEXT: %generated = tensor.generate %arg0 {
// CHECK-NEXT: ^bb0(%arg2: index, %arg3: index):
// CHECK-NEXT: tensor.yield %arg1 : f32
// CHECK-NEXT: } : tensor<?x3xf32>
// CHECK-NEXT: return
// CHECK-NEXT: }
// CHECK:      func.func @elements(%arg0: tensor<4x?xf32>, %arg1: tensor<*xf32>, %arg2: index, %arg3: f32) -> f32 {
// CHECK-NEXT: %dim = tensor.dim %arg0, %arg2 : tensor<4x?xf32>
// CHECK-NEXT: %dim_0 = tensor.dim %arg1, %arg2 : tensor<*xf32>
// CHECK-NEXT: %rank = tensor.rank %arg1 : tensor<*xf32>
// CHECK-NEXT: %extracted = tensor.extract %arg0[%arg2, %dim] : tensor<4x?xf32>
// CHECK-NEXT: %inserted = tensor.insert %arg3 into %arg0[%arg2, %rank] : tensor<4x?xf32>
// CHECK-NEXT: %cast = tensor.cast %inserted : tensor<4x?xf32> to tensor<?x?xf32>
// CHECK-NEXT: %0 = tensor.bitcast %arg0 : tensor<4x?xf32> to tensor<4x?xi32>
// CHECK-NEXT: return %extracted : f32
// CHECK-NEXT: }
// CHECK:      func.func @slices(%arg0: tensor<8x16x4xf32>, %arg1: tensor<8x?xf32>, %arg2: index, %arg3: index) {
// CHECK-NEXT: %extracted_slice = tensor.extract_slice %arg0[0, %arg2, 2] [8, %arg3, 1] [1, 1, 1] : tensor<8x16x4xf32> to tensor<8x?x1xf32>
// CHECK-NEXT: %extracted_slice_0 = tensor.extract_slice %arg0[0, %arg2, 2] [8, %arg3, 1] [1, 2, 1] : tensor<8x16x4xf32> to tensor<8x?xf32>
// CHECK-NEXT: %inserted_slice = tensor.insert_slice %arg1 into %arg0[0, %arg2, 2] [8, %arg3, 1] [1, 1, 1] : tensor<8x?xf32> into tensor<8x16x4xf32>
// CHECK-NEXT: return
// CHECK-NEXT: }
// CHECK:      func.func @shapes(%arg0: tensor<4x6xf32>, %arg1: tensor<?x6xf32>, %arg2: tensor<3xi32>, %arg3: index) {
// CHECK-NEXT: %collapsed = tensor.collapse_shape %arg0 {{\[\[}}0, 1]] : tensor<4x6xf32> into tensor<24xf32>
// CHECK-NEXT: %expanded = tensor.expand_shape %arg0 {{\[\[}}0, 1], [2]] output_shape [2, 2, 6] : tensor<4x6xf32> into tensor<2x2x6xf32>
// CHECK-NEXT: %expanded_0 = tensor.expand_shape %arg1 {{\[\[}}0, 1], [2]] output_shape [%arg3, 2, 6] : tensor<?x6xf32> into tensor<?x2x6xf32>
// CHECK-NEXT: %reshape = tensor.reshape %arg0(%arg2) : (tensor<4x6xf32>, tensor<3xi32>) -> tensor<?x?x?xf32>
// CHECK-NEXT: %collapsed_1 = tensor.collapse_shape %arg1 {{\[\[}}0], [1]] {tag} : tensor<?x6xf32> into tensor<?x6xf32>
// CHECK-NEXT: return
// CHECK-NEXT: }
// CHECK:      func.func @combine(%arg0: tensor<4x6xf32>, %arg1: tensor<4x?xf32>, %arg2: f32, %arg3: index, %arg4: tensor<5x1xindex>, %arg5: tensor<5x6xf32>) {
// CHECK-NEXT: %concat = tensor.concat dim(1) %arg0, %arg1 : (tensor<4x6xf32>, tensor<4x?xf32>) -> tensor<4x?xf32>
// CHECK-NEXT: %padded = tensor.pad %arg0 low[0, %arg3] high[1, 2] {
// CHECK-NEXT: ^bb0(%arg6: index, %arg7: index):
// CHECK-NEXT: tensor.yield %arg2 : f32
// CHECK-NEXT: } : tensor<4x6xf32> to tensor<5x?xf32>
// CHECK-NEXT: %padded_0 = tensor.pad %arg0 nofold low[0, 0] high[0, 0] {
// CHECK-NEXT: ^bb0(%arg6: index, %arg7: index):
// CHECK-NEXT: tensor.yield %arg2 : f32
// CHECK-NEXT: } : tensor<4x6xf32> to tensor<4x6xf32>
// CHECK-NEXT: %gather = tensor.gather %arg0[%arg4] gather_dims([0]) unique : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x6xf32>
// CHECK-NEXT: %gather_1 = tensor.gather %arg0[%arg4] gather_dims([0]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x1x6xf32>
// CHECK-NEXT: %scatter = tensor.scatter %arg5 into %arg0[%arg4] scatter_dims([0]) unique : (tensor<5x6xf32>, tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<4x6xf32>
// CHECK-NEXT: return
// CHECK-NEXT: }
// CHECK:      func.func @layouts(%arg0: tensor<1x30x4x4xf32>, %arg1: tensor<1x2x4x4x16xf32>, %arg2: tensor<32x32xf32>, %arg3: tensor<2x2x16x16xf32>, %arg4: f32, %arg5: index, %arg6: tensor<2x?x16x?xf32>) {
// CHECK-NEXT: %pack = tensor.pack %arg0 padding_value(%arg4 : f32) inner_dims_pos = [1] inner_tiles = [16] into %arg1 : tensor<1x30x4x4xf32> -> tensor<1x2x4x4x16xf32>
// CHECK-NEXT: %pack_0 = tensor.pack %arg2 outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [16, 16] into %arg3 : tensor<32x32xf32> -> tensor<2x2x16x16xf32>
// CHECK-NEXT: %unpack = tensor.unpack %pack inner_dims_pos = [1] inner_tiles = [16] into %arg0 : tensor<1x2x4x4x16xf32> -> tensor<1x30x4x4xf32>
// CHECK-NEXT: %unpack_1 = tensor.unpack %pack_0 outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [16, 16] into %arg2 : tensor<2x2x16x16xf32> -> tensor<32x32xf32>
// CHECK-NEXT: %pack_2 = tensor.pack %arg2 inner_dims_pos = [0, 1] inner_tiles = [16, %arg5] into %arg6 : tensor<32x32xf32> -> tensor<2x?x16x?xf32>
// CHECK-NEXT: return
// CHECK-NEXT: }
// CHECK:      func.func @parallel
// CHECK:      tensor.parallel_insert_slice %arg0 into %arg1[%arg2] [2] [1] : tensor<2xf32> into tensor<8xf32>

func.func @creation(%n: index, %x: f32) {
  %0 = tensor.empty() : tensor<4x8xf32>
  %1 = tensor.empty(%n) : tensor<?x8xf32>
  %2 = tensor.from_elements %x, %x : tensor<2xf32>
  %3 = tensor.from_elements %x : tensor<f32>
  %4 = tensor.splat %x : tensor<4xf32>
  %5 = tensor.splat %x[%n, %n] : tensor<?x8x?xf32>
  %6 = tensor.generate %n {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<?x3xf32>
  return
}
func.func @elements(%t: tensor<4x?xf32>, %u: tensor<*xf32>, %i: index, %x: f32) -> f32 {
  %d = tensor.dim %t, %i : tensor<4x?xf32>
  %e = tensor.dim %u, %i : tensor<*xf32>
  %r = tensor.rank %u : tensor<*xf32>
  %v = tensor.extract %t[%i, %d] : tensor<4x?xf32>
  %w = tensor.insert %x into %t[%i, %r] : tensor<4x?xf32>
  %c = tensor.cast %w : tensor<4x?xf32> to tensor<?x?xf32>
  %b = tensor.bitcast %t : tensor<4x?xf32> to tensor<4x?xi32>
  return %v : f32
}
func.func @slices(%t: tensor<8x16x4xf32>, %s: tensor<8x?xf32>, %i: index, %j: index) {
  %0 = tensor.extract_slice %t[0, %i, 2] [8, %j, 1] [1, 1, 1] : tensor<8x16x4xf32> to tensor<8x?x1xf32>
  %1 = tensor.extract_slice %t[0, %i, 2] [8, %j, 1] [1, 2, 1] : tensor<8x16x4xf32> to tensor<8x?xf32>
  %2 = tensor.insert_slice %s into %t[0, %i, 2] [8, %j, 1] [1, 1, 1] : tensor<8x?xf32> into tensor<8x16x4xf32>
  return
}
func.func @shapes(%t: tensor<4x6xf32>, %d: tensor<?x6xf32>, %s: tensor<3xi32>, %n: index) {
  %0 = tensor.collapse_shape %t [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>
  %1 = tensor.expand_shape %t [[0, 1], [2]] output_shape [2, 2, 6] : tensor<4x6xf32> into tensor<2x2x6xf32>
  %2 = tensor.expand_shape %d [[0, 1], [2]] output_shape [%n, 2, 6] : tensor<?x6xf32> into tensor<?x2x6xf32>
  %3 = tensor.reshape %t(%s) : (tensor<4x6xf32>, tensor<3xi32>) -> tensor<?x?x?xf32>
  %4 = tensor.collapse_shape %d [[0], [1]] {tag} : tensor<?x6xf32> into tensor<?x6xf32>
  return
}
func.func @combine(%t: tensor<4x6xf32>, %u: tensor<4x?xf32>, %x: f32, %n: index, %ix: tensor<5x1xindex>, %p: tensor<5x6xf32>) {
  %0 = tensor.concat dim(1) %t, %u : (tensor<4x6xf32>, tensor<4x?xf32>) -> tensor<4x?xf32>
  %1 = tensor.pad %t low[0, %n] high[1, 2] {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<4x6xf32> to tensor<5x?xf32>
  %2 = tensor.pad %t nofold low[0, 0] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<4x6xf32> to tensor<4x6xf32>
  %3 = tensor.gather %t[%ix] gather_dims([0]) unique : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x6xf32>
  %4 = tensor.gather %t[%ix] gather_dims([0]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x1x6xf32>
  %5 = tensor.scatter %p into %t[%ix] scatter_dims([0]) unique : (tensor<5x6xf32>, tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<4x6xf32>
  return
}
func.func @layouts(%t: tensor<1x30x4x4xf32>, %d: tensor<1x2x4x4x16xf32>, %w: tensor<32x32xf32>, %e: tensor<2x2x16x16xf32>, %x: f32, %n: index, %q: tensor<2x?x16x?xf32>) {
  %0 = tensor.pack %t padding_value(%x : f32) inner_dims_pos = [1] inner_tiles = [16] into %d : tensor<1x30x4x4xf32> -> tensor<1x2x4x4x16xf32>
  %1 = tensor.pack %w outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [16, 16] into %e : tensor<32x32xf32> -> tensor<2x2x16x16xf32>
  %2 = tensor.unpack %0 inner_dims_pos = [1] inner_tiles = [16] into %t : tensor<1x2x4x4x16xf32> -> tensor<1x30x4x4xf32>
  %3 = tensor.unpack %1 outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [16, 16] into %w : tensor<2x2x16x16xf32> -> tensor<32x32xf32>
  %4 = tensor.pack %w inner_dims_pos = [0, 1] inner_tiles = [16, %n] into %q : tensor<32x32xf32> -> tensor<2x?x16x?xf32>
  return
}
func.func @parallel(%s: tensor<2xf32>, %t: tensor<8xf32>, %i: index) {
  "test.in_parallel"() ({
    tensor.parallel_insert_slice %s into %t[%i] [2] [1] : tensor<2xf32> into tensor<8xf32>
  }) : () -> ()
  return
}
