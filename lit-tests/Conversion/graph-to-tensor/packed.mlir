// RUN: nest-opt %s --npu-place --convert-graph-to-tensor | FileCheck %s

!q = !quant.uniform<i8:f32, 0.5>

// Two operations on the NPU hand packed values over; the layout changes at the borders only.
// CHECK-LABEL: func.func @chain
// CHECK:         %[[X:.*]] = tensor.pack_channels %arg0
// CHECK-NEXT:    %[[P:.*]] = tensor.packed_max_pool %[[X]] window [2, 2] strides [2, 2]
// CHECK:         %[[Y:.*]] = tensor.packed_sum %[[P]], %[[P]] left_shifts [1, 0] shift 2 clip [0, 127]
// CHECK-NEXT:    tensor.unpack_channels %[[Y]]
// CHECK-NEXT:    return
func.func @chain(%x: tensor<1x20x8x8x!q>) -> tensor<1x20x4x4x!q> {
  %p = graph.max_pool %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x20x8x8x!q>) -> tensor<1x20x4x4x!q>
  %y = graph.quantized_add %p, %p {shifts = array<i64: 1, 0>, shift = array<i64: 2>, clip_min = 0 : i64} : (tensor<1x20x4x4x!q>, tensor<1x20x4x4x!q>) -> tensor<1x20x4x4x!q>
  return %y : tensor<1x20x4x4x!q>
}

// Few channels from the host: the window is unfolded into channels, and a 1 x 1 convolution is left.
// CHECK-LABEL: func.func @first
// CHECK:         tensor.unfold_windows %arg0 window [3, 3] strides [2, 2] pads [1, 1, 1, 1] : tensor<1x3x16x16x{{.*}}> to tensor<1x27x8x8x
// CHECK:         tensor.packed_conv {{.*}} shift [8] : (tensor<1x2x8x8x16x{{.*}}>, tensor<1x2x1x1x16x16xi8>) -> tensor<1x1x8x8x16x
func.func @first(%x: tensor<1x3x16x16x!q>) -> tensor<1x16x8x8x!q> {
  %w = graph.constant dense<2> : tensor<16x3x3x3xi8> as tensor<16x3x3x3x!q>
  %y = graph.quantized_conv %x, %w {shift = array<i64: 8>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x3x16x16x!q>, tensor<16x3x3x3x!q>) -> tensor<1x16x8x8x!q>
  return %y : tensor<1x16x8x8x!q>
}

// What the NPU does not take stays as it is.
// CHECK-LABEL: func.func @host
// CHECK-NEXT:    graph.sigmoid %arg0
func.func @host(%x: tensor<1x16x8x8x!q>) -> tensor<1x16x8x8x!q> {
  %y = graph.sigmoid %x : (tensor<1x16x8x8x!q>) -> tensor<1x16x8x8x!q>
  return %y : tensor<1x16x8x8x!q>
}
