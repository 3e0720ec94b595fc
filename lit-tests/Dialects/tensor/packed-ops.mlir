// RUN: nest-opt %s | nest-opt | FileCheck %s
// RUN: nest-opt %s --mlir-print-op-generic | nest-opt | FileCheck %s
// RUN: nest-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func.func @layout
// CHECK: tensor.pack_channels %{{.*}} : tensor<1x20x4x5xi8> to tensor<1x2x4x5x16xi8>
// CHECK: tensor.unpack_channels %{{.*}} : tensor<1x2x4x5x16xi8> to tensor<1x20x4x5xi8>
// CHECK: tensor.unfold_windows %{{.*}} window [2, 2] strides [2, 2] : tensor<1x20x4x5xi8> to tensor<1x80x2x2xi8>
func.func @layout(%x: tensor<1x20x4x5xi8>) -> (tensor<1x20x4x5xi8>, tensor<1x80x2x2xi8>) {
  %p = tensor.pack_channels %x : tensor<1x20x4x5xi8> to tensor<1x2x4x5x16xi8>
  %u = tensor.unpack_channels %p : tensor<1x2x4x5x16xi8> to tensor<1x20x4x5xi8>
  %f = tensor.unfold_windows %u window [2, 2] strides [2, 2] : tensor<1x20x4x5xi8> to tensor<1x80x2x2xi8>
  return %u, %f : tensor<1x20x4x5xi8>, tensor<1x80x2x2xi8>
}

// A change of the layout and back is none.
// FOLD-LABEL: func.func @cancel
// FOLD-NEXT:    return %arg0
// CHECK-LABEL: func.func @cancel
func.func @cancel(%x: tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8> {
  %u = tensor.unpack_channels %x : tensor<1x2x4x5x16xi8> to tensor<1x20x4x5xi8>
  %p = tensor.pack_channels %u : tensor<1x20x4x5xi8> to tensor<1x2x4x5x16xi8>
  return %p : tensor<1x2x4x5x16xi8>
}

// CHECK-LABEL: func.func @structured
// CHECK: tensor.packed_conv %{{.*}}, %{{.*}} bias %{{.*}} residual %{{.*}} strides [1, 1] pads [1, 1, 1, 1] shift [7] residual_shift 2 clip [0, 127] tile [4, 5, 2, 1, 1, 2]
// CHECK: tensor.packed_max_pool %{{.*}} window [3, 3] pads [1, 1, 1, 1]
// CHECK: tensor.packed_average_pool %{{.*}} window [4, 5] multiplier 13 shift 8
// CHECK: tensor.packed_sum %{{.*}} left_shifts [0] scale [2, 2] shift 1
// CHECK: tensor.packed_concat %{{.*}}, %{{.*}} channels [20, 32]
// CHECK: tensor.packed_average_pool %{{.*}} window [2, 2] multiplier 64 shift 8 clip [-127, 127]
// CHECK: tensor.packed_average_pool %{{.*}} window [3, 3] pads [1, 1, 1, 1] counted [0, 0, 0, 0] multiplier 28 shift 8
// CHECK: tensor.packed_move %{{.*}} channels [3, 20, 5] offsets [1, -1] strides [2, 1]
func.func @structured(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>, %b: tensor<2x16xi32>) {
  %c = tensor.packed_conv %x, %w bias %b residual %x strides [1, 1] pads [1, 1, 1, 1] shift [7] residual_shift 2 clip [0, 127] tile [4, 5, 2, 1, 1, 2]
    : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>, tensor<2x16xi32>, tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  %m = tensor.packed_max_pool %c window [3, 3] pads [1, 1, 1, 1] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  %a = tensor.packed_average_pool %m window [4, 5] multiplier 13 shift 8 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x1x1x16xi8>
  %s = tensor.packed_sum %m left_shifts [0] scale [2, 2] shift 1 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x8x10x16xi8>
  %j = tensor.packed_concat %m, %x channels [20, 32] : (tensor<1x2x4x5x16xi8>, tensor<1x2x4x5x16xi8>) -> tensor<1x4x4x5x16xi8>
  %l = tensor.packed_average_pool %m window [2, 2] multiplier 64 shift 8 clip [-127, 127] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x3x4x16xi8>
  %n = tensor.packed_average_pool %m window [3, 3] pads [1, 1, 1, 1] counted [0, 0, 0, 0] multiplier 28 shift 8 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  %v = tensor.packed_move %x channels [3, 20, 5] offsets [1, -1] strides [2, 1] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x2x6x16xi8>
  return
}

// CHECK-LABEL: func.func @pooled
// CHECK: tensor.packed_conv %{{.*}}, %{{.*}} pads [1, 1, 1, 1] shift [7] clip [0, 127] pool [2, 3] tile [1, 1, 2, 1, 1, 2]
func.func @pooled(%x: tensor<1x2x5x6x16xi8>, %w: tensor<2x2x3x3x16x16xi8>) -> tensor<1x2x2x2x16xi8> {
  %y = tensor.packed_conv %x, %w pads [1, 1, 1, 1] shift [7] clip [0, 127] pool [2, 3] tile [1, 1, 2, 1, 1, 2]
    : (tensor<1x2x5x6x16xi8>, tensor<2x2x3x3x16x16xi8>) -> tensor<1x2x2x2x16xi8>
  return %y : tensor<1x2x2x2x16xi8>
}

// CHECK-LABEL: func.func @matrices
// CHECK: tensor.pack_rows %{{.*}} : tensor<2x3x20xi8> to tensor<1x4x3x1x16xi8>
// CHECK: tensor.pack_columns %{{.*}} : tensor<2x20x40xi8> to tensor<6x2x1x1x16x16xi8>
// CHECK: tensor.packed_conv %{{.*}}, %{{.*}} group_blocks 3 shift [7]
// CHECK: tensor.unpack_rows %{{.*}} : tensor<1x6x3x1x16xi8> to tensor<2x3x40xi8>
func.func @matrices(%a: tensor<2x3x20xi8>, %b: tensor<2x20x40xi8>) -> tensor<2x3x40xi8> {
  %r = tensor.pack_rows %a : tensor<2x3x20xi8> to tensor<1x4x3x1x16xi8>
  %w = tensor.pack_columns %b : tensor<2x20x40xi8> to tensor<6x2x1x1x16x16xi8>
  %p = tensor.packed_conv %r, %w group_blocks 3 shift [7] : (tensor<1x4x3x1x16xi8>, tensor<6x2x1x1x16x16xi8>) -> tensor<1x6x3x1x16xi8>
  %y = tensor.unpack_rows %p : tensor<1x6x3x1x16xi8> to tensor<2x3x40xi8>
  return %y : tensor<2x3x40xi8>
}
