// RUN: nest-opt %s --npu-tile | FileCheck %s

// The text stays compact: a tiling is one property of the operation. What has a tiling keeps it.
// CHECK-LABEL: func.func @main
// CHECK:         tensor.packed_conv {{.*}} tile [{{[0-9]+}}, {{[0-9]+}}, {{[124]}}, {{[0-9]+}}, {{[01]}}, 2]
// CHECK:         tensor.packed_sum {{.*}} tile [1, 2, 1, 1, 1, 1]
func.func @main(%x: tensor<1x4x56x56x16xi8>, %w: tensor<4x4x3x3x16x16xi8>) -> tensor<1x4x56x56x16xi8> {
  %c = tensor.packed_conv %x, %w pads [1, 1, 1, 1] shift [8] : (tensor<1x4x56x56x16xi8>, tensor<4x4x3x3x16x16xi8>) -> tensor<1x4x56x56x16xi8>
  %y = tensor.packed_sum %c left_shifts [0] shift 1 tile [1, 2, 1, 1, 1, 1] : (tensor<1x4x56x56x16xi8>) -> tensor<1x4x56x56x16xi8>
  return %y : tensor<1x4x56x56x16xi8>
}
