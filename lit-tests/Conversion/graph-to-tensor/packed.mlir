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

// Limits that follow are part of what computes, where nobody else sees what is limited.
// CHECK-LABEL: func.func @limits
// CHECK:         %[[Y:.*]] = tensor.packed_sum {{.*}} shift 2 clip [0, 127] :
// CHECK-NEXT:    tensor.unpack_channels %[[Y]]
func.func @limits(%x: tensor<1x20x8x8x!q>) -> tensor<1x20x8x8x!q> {
  %s = graph.quantized_add %x, %x {shifts = array<i64: 1, 0>, shift = array<i64: 2>} : (tensor<1x20x8x8x!q>, tensor<1x20x8x8x!q>) -> tensor<1x20x8x8x!q>
  %y = graph.relu %s : (tensor<1x20x8x8x!q>) -> tensor<1x20x8x8x!q>
  return %y : tensor<1x20x8x8x!q>
}

// CHECK-LABEL: func.func @seen
// CHECK:         %[[S:.*]] = tensor.packed_sum {{.*}} shift 2 :
// CHECK:         tensor.packed_sum %[[S]] left_shifts [0] shift 0 clip [0, 127]
func.func @seen(%x: tensor<1x20x8x8x!q>) -> (tensor<1x20x8x8x!q>, tensor<1x20x8x8x!q>) {
  %s = graph.quantized_add %x, %x {shifts = array<i64: 1, 0>, shift = array<i64: 2>} : (tensor<1x20x8x8x!q>, tensor<1x20x8x8x!q>) -> tensor<1x20x8x8x!q>
  %i = graph.identity %s : (tensor<1x20x8x8x!q>) -> tensor<1x20x8x8x!q>
  %y = graph.relu %i : (tensor<1x20x8x8x!q>) -> tensor<1x20x8x8x!q>
  return %s, %y : tensor<1x20x8x8x!q>, tensor<1x20x8x8x!q>
}

// A slice with steps and a padding of channels are one move.
// CHECK-LABEL: func.func @moves
// CHECK:         tensor.packed_move %{{.*}} channels [0, 16, 8] strides [2, 2] : (tensor<1x1x9x7x16x{{.*}}>) -> tensor<1x2x5x4x16x
// CHECK-NOT:     tensor.packed_move
func.func @moves(%x: tensor<1x16x9x7x!q>) -> tensor<1x32x5x4x!q> {
  %s = graph.constant dense<0> : tensor<2xi64>
  %e = graph.constant dense<9> : tensor<2xi64>
  %a = graph.constant dense<[2, 3]> : tensor<2xi64>
  %t = graph.constant dense<2> : tensor<2xi64>
  %p = graph.constant dense<[0, 8, 0, 0, 0, 8, 0, 0]> : tensor<8xi64>
  %v = graph.slice %x, %s, %e, %a, %t : (tensor<1x16x9x7x!q>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<1x16x5x4x!q>
  %y = graph.pad %v, %p : (tensor<1x16x5x4x!q>, tensor<8xi64>) -> tensor<1x32x5x4x!q>
  return %y : tensor<1x32x5x4x!q>
}

// Rows are places: one matrix on the right serves both on the left; two on the right are packed as weights by the host.
// CHECK-LABEL: func.func @products
// CHECK:         %[[R:.*]] = tensor.pack_rows %{{.*}} : tensor<6x20x{{.*}}> to tensor<1x2x6x1x16x
// CHECK:         tensor.packed_conv %[[R]], %{{.*}} shift [6]
// CHECK:         %[[Q:.*]] = tensor.pack_rows %arg0
// CHECK:         %[[W:.*]] = tensor.pack_columns %arg1 : tensor<2x20x5x{{.*}}> to tensor<2x2x1x1x16x16x
// CHECK:         tensor.packed_conv %[[Q]], %[[W]] group_blocks 1 shift [8]
// CHECK:         tensor.unpack_rows
func.func @products(%x: tensor<2x3x20x!q>, %m: tensor<2x20x5x!q>) -> (tensor<2x3x7x!q>, tensor<2x3x5x!q>) {
  %w = graph.constant dense<3> : tensor<20x7xi8> as tensor<20x7x!q>
  %a = graph.quantized_matmul %x, %w {shift = array<i64: 6>} : (tensor<2x3x20x!q>, tensor<20x7x!q>) -> tensor<2x3x7x!q>
  %b = graph.quantized_matmul %x, %m {shift = array<i64: 8>} : (tensor<2x3x20x!q>, tensor<2x20x5x!q>) -> tensor<2x3x5x!q>
  return %a, %b : tensor<2x3x7x!q>, tensor<2x3x5x!q>
}
