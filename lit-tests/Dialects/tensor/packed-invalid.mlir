// RUN: nest-opt %s --split-input-file --verify-diagnostics

func.func @f(%x: tensor<1x20xf32>) {
  // expected-error @below {{has 'tensor<1x20xf32>', not N x C (x H x W) signed bytes [C1]}}
  %y = "tensor.pack_channels"(%x) : (tensor<1x20xf32>) -> tensor<1x2x1x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x20x4x5xi8>) {
  // expected-error @below {{makes 'tensor<1x3x4x5x16xi8>' of 'tensor<1x20x4x5xi8>', which is packed as 'tensor<1x2x4x5x16xi8>' [C2]}}
  %y = tensor.pack_channels %x : tensor<1x20x4x5xi8> to tensor<1x3x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{has 'tensor<1x20x20xi8>', not N x C (x H x W) signed bytes [C1]}}
  %y = tensor.unpack_channels %x : tensor<1x2x4x5x16xi8> to tensor<1x20x20xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{packed, it is 'tensor<1x3x4x5x16xi8>' [C2]}}
  %y = tensor.unpack_channels %x : tensor<1x2x4x5x16xi8> to tensor<1x40x4x5xi8>
  return
}

// -----

func.func @f(%x: tensor<1x20xi8>) {
  // expected-error @below {{makes 'tensor<1x80x1x1xi8>' of 'tensor<1x20xi8>' [C1]}}
  %y = tensor.unfold_windows %x window [2, 2] : tensor<1x20xi8> to tensor<1x80x1x1xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5xi8>) {
  // expected-error @below {{window are not two positive numbers [C2]}}
  %y = tensor.unfold_windows %x window [0, 2] : tensor<1x2x4x5xi8> to tensor<1x8x2x2xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5xi8>) {
  // expected-error @below {{and windows of 2 x 2 [C3]}}
  %y = tensor.unfold_windows %x window [2, 2] : tensor<1x2x4x5xi8> to tensor<1x9x2x2xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>) {
  // expected-error @below {{strides are not two positive numbers [C1]}}
  %y = tensor.packed_conv %x, %w strides [0, 1] shift [1] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>) -> tensor<1x2x2x3x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>) {
  // expected-error @below {{has weights of 2 x 2 blocks in groups of 3 for 2 blocks of input and 3 of output [C2]}}
  %y = tensor.packed_conv %x, %w shift [1] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>) -> tensor<1x3x2x3x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>) {
  // expected-error @below {{has 2 shifts [C3]}}
  %y = tensor.packed_conv %x, %w shift [1, 2] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>) -> tensor<1x2x2x3x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>, %b: tensor<3x16xi32>) {
  // expected-error @below {{has a bias of another number of blocks than 2 [C4]}}
  %y = tensor.packed_conv %x, %w bias %b shift [1] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>, tensor<3x16xi32>) -> tensor<1x2x2x3x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>) {
  // expected-error @below {{has windows that do not lie within the padded input [C5]}}
  %y = tensor.packed_conv %x, %w shift [1] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>) -> tensor<1x2x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>) {
  // expected-error @below {{clip is not a range within -128..127 [C6]}}
  %y = tensor.packed_conv %x, %w shift [1] clip [4, 3] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>) -> tensor<1x2x2x3x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>) {
  // expected-error @below {{has windows that do not lie within the padded input [C5]}}
  %y = tensor.packed_conv %x, %w shift [1] pool [2, 2] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>) -> tensor<1x2x2x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>) {
  // expected-error @below {{pool are not two positive numbers [C7]}}
  %y = tensor.packed_conv %x, %w shift [1] pool [0, 2] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>) -> tensor<1x2x2x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>, %w: tensor<2x2x3x3x16x16xi8>, %r: tensor<1x2x1x1x16xi8>) {
  // expected-error @below {{has a pool and a residual [C7]}}
  %y = tensor.packed_conv %x, %w residual %r shift [1] pool [2, 3] : (tensor<1x2x4x5x16xi8>, tensor<2x2x3x3x16x16xi8>, tensor<1x2x1x1x16xi8>) -> tensor<1x2x1x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{has a shift too much, too few or out of range [C1]}}
  %y = tensor.packed_sum %x left_shifts [7] shift 1 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{makes 'tensor<1x2x8x5x16xi8>' of 'tensor<1x2x4x5x16xi8>' [C2]}}
  %y = tensor.packed_sum %x left_shifts [0] shift 1 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x8x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{tile is not rows, columns, output blocks, input blocks, order and threads [C3]}}
  %y = tensor.packed_sum %x left_shifts [0] shift 1 tile [1, 2] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{window are not two positive numbers [C1]}}
  %y = tensor.packed_average_pool %x window [0, 5] multiplier 13 shift 8 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x1x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{has the multiplier 130 and the shift 8 [C2]}}
  %y = tensor.packed_average_pool %x window [4, 5] multiplier 130 shift 8 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x1x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{makes 'tensor<1x2x2x1x16xi8>' of 'tensor<1x2x4x5x16xi8>' [C3]}}
  %y = tensor.packed_average_pool %x window [4, 5] multiplier 13 shift 8 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x2x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{tile is not rows, columns, output blocks, input blocks, order and threads [C4]}}
  %y = tensor.packed_average_pool %x window [4, 5] multiplier 13 shift 8 tile [1] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x1x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{window are not two positive numbers [C1]}}
  %y = tensor.packed_max_pool %x window [4] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x1x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{makes 'tensor<1x3x1x1x16xi8>' of 'tensor<1x2x4x5x16xi8>' [C3]}}
  %y = tensor.packed_max_pool %x window [4, 5] : (tensor<1x2x4x5x16xi8>) -> tensor<1x3x1x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{tile is not rows, columns, output blocks, input blocks, order and threads [C4]}}
  %y = tensor.packed_max_pool %x window [4, 5] tile [1] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x1x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{has 1 operands, but 2 numbers of channels [C1]}}
  %y = tensor.packed_concat %x channels [20, 20] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{makes 'tensor<1x2x4x4x16xi8>' of 'tensor<1x2x4x5x16xi8>' [C2]}}
  %y = tensor.packed_concat %x channels [20] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x4x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{tile is not rows, columns, output blocks, input blocks, order and threads [C3]}}
  %y = tensor.packed_concat %x channels [20] tile [1] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{moves 20 channels from 13 of 'tensor<1x2x4x5x16xi8>' to 0 of 'tensor<1x2x4x5x16xi8>' [C1]}}
  %y = tensor.packed_move %x channels [13, 20, 0] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{strides are not two positive numbers [C2]}}
  %y = tensor.packed_move %x channels [0, 20, 0] strides [2, 0] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x2x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{makes 'tensor<2x2x4x5x16xi8>' of 'tensor<1x2x4x5x16xi8>' [C3]}}
  %y = tensor.packed_move %x channels [0, 20, 0] : (tensor<1x2x4x5x16xi8>) -> tensor<2x2x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{tile is not rows, columns, output blocks, input blocks, order and threads [C4]}}
  %y = tensor.packed_move %x channels [0, 20, 0] tile [1] : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  return
}

// -----

func.func @f(%x: tensor<3x4xf32>) {
  // expected-error @below {{has 'tensor<3x4xf32>', not matrices of signed bytes [C1]}}
  %y = "tensor.pack_rows"(%x) : (tensor<3x4xf32>) -> tensor<1x1x3x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<2x3x20xi8>) {
  // expected-error @below {{which is packed as 'tensor<1x4x3x1x16xi8>' [C2]}}
  %y = tensor.pack_rows %x : tensor<2x3x20xi8> to tensor<1x2x3x1x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x4x3x1x16xi8>) {
  // expected-error @below {{has 'tensor<20xi8>', not matrices of signed bytes [C1]}}
  %y = tensor.unpack_rows %x : tensor<1x4x3x1x16xi8> to tensor<20xi8>
  return
}

// -----

func.func @f(%x: tensor<1x4x3x1x16xi8>) {
  // expected-error @below {{packed, it is 'tensor<1x2x3x1x16xi8>' [C2]}}
  %y = tensor.unpack_rows %x : tensor<1x4x3x1x16xi8> to tensor<3x20xi8>
  return
}

// -----

func.func @f(%x: tensor<20xi8>) {
  // expected-error @below {{has 'tensor<20xi8>', not matrices of signed bytes [C1]}}
  %y = tensor.pack_columns %x : tensor<20xi8> to tensor<2x1x1x1x16x16xi8>
  return
}

// -----

func.func @f(%x: tensor<2x20x40xi8>) {
  // expected-error @below {{which is packed as 'tensor<6x2x1x1x16x16xi8>' [C2]}}
  %y = tensor.pack_columns %x : tensor<2x20x40xi8> to tensor<3x2x1x1x16x16xi8>
  return
}

// -----

func.func @f(%x: tensor<1x2x4x5x16xi8>) {
  // expected-error @below {{has the multiplier 128 where least elements count [C5]}}
  %y = tensor.packed_average_pool %x window [3, 3] pads [1, 1, 1, 1] counted [0, 0, 0, 0] multiplier 57 shift 9 : (tensor<1x2x4x5x16xi8>) -> tensor<1x2x4x5x16xi8>
  return
}
