// RUN: nest-opt %s -split-input-file -verify-diagnostics

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<3xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{the bias has type 'tensor<3xi32>', not one i32 for each of 2 channels [C1]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 1>} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<3xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{shift has 3 entries, not 1 or one for each of 2 channels [C2]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 1, 2, 3>} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{shift 32 is not in 0..31 [C2]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 32>} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{multiplier -1 is not in 0..2147483647 [C2]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 32>, multiplier = array<i64: -1>} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x1x!x>) {
  // expected-error@+1 {{another shape than the result}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 1>} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x1x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{residual_shift 25 is not in 0..24 [C3]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 1>, residual_shift = 25} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{the limits -200..127 are not a range within -128..127 [C4]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 1>, clip_min = -200} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x!x>, %w: tensor<2x3x!w>, %b: tensor<2xf32>, %r: tensor<1x2x!x>) {
  // expected-error@+1 {{not one i32 for each of 2 channels [C1]}}
  graph.quantized_gemm %x, %w bias %b residual %r {shift = array<i64: 1>} : (tensor<1x3x!x>, tensor<2x3x!w>, tensor<2xf32>, tensor<1x2x!x>) -> tensor<1x2x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x!x>, %w: tensor<2x3x!w>, %b: tensor<2xi32>, %r: tensor<1x2x!x>) {
  // expected-error@+1 {{shift -1 is not in 0..31 [C2]}}
  graph.quantized_gemm %x, %w bias %b residual %r {shift = array<i64: -1>} : (tensor<1x3x!x>, tensor<2x3x!w>, tensor<2xi32>, tensor<1x2x!x>) -> tensor<1x2x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x!x>, %w: tensor<2x3x!w>, %b: tensor<2xi32>, %r: tensor<1x1x!x>) {
  // expected-error@+1 {{another shape than the result 'tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01>>' [C3]}}
  graph.quantized_gemm %x, %w bias %b residual %r {shift = array<i64: 1>} : (tensor<1x3x!x>, tensor<2x3x!w>, tensor<2xi32>, tensor<1x1x!x>) -> tensor<1x2x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x!x>, %w: tensor<2x3x!w>, %b: tensor<2xi32>, %r: tensor<1x2x!x>) {
  // expected-error@+1 {{the limits 5..4 are not a range within -128..127 [C4]}}
  graph.quantized_gemm %x, %w bias %b residual %r {shift = array<i64: 1>, clip_min = 5, clip_max = 4} : (tensor<1x3x!x>, tensor<2x3x!w>, tensor<2xi32>, tensor<1x2x!x>) -> tensor<1x2x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{shift has 2 entries, not 1 or one for each of 1 channels [C1]}}
  graph.quantized_matmul %x, %x {shift = array<i64: 1, 2>} : (tensor<1x3x4x4x!x>, tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{the limits -128..300 are not a range within -128..127 [C2]}}
  graph.quantized_matmul %x, %x {shift = array<i64: 1>, clip_max = 300} : (tensor<1x3x4x4x!x>, tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{shift 63 or multiplier 1 is out of range [C1]}}
  graph.quantized_average_pool %x {kernel_shape = array<i64: 1, 1>, multiplier = 1, shift = 63} : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{shift 2 or multiplier 0 is out of range [C1]}}
  graph.quantized_global_average_pool %x {multiplier = 0, shift = 2} : (tensor<1x3x4x4x!x>) -> tensor<1x3x1x1x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%f: tensor<4xf64>) {
  // expected-error@+1 {{elements 'f64' become '!quant.uniform<i8:f32, 5.000000e-01>' [C1]}}
  graph.quantize %f : (tensor<4xf64>) -> tensor<4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{become 'f64' [C1]}}
  graph.dequantize %x : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4xf64>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{shifts must be two numbers in 0..24 [C1]}}
  graph.quantized_add %x, %x {shifts = array<i64: 1>, shift = array<i64: 1>} : (tensor<1x3x4x4x!x>, tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{without a multiplier of the sum [C2]}}
  graph.quantized_add %x, %x {shifts = array<i64: 1, 1>, multipliers = array<i64: 1, 1>, multiplier = array<i64: 1>, shift = array<i64: 1>} : (tensor<1x3x4x4x!x>, tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{shift 40 is not in 0..31 [C3]}}
  graph.quantized_add %x, %x {shifts = array<i64: 1, 1>, shift = array<i64: 40>} : (tensor<1x3x4x4x!x>, tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{the limits 200..127 are not a range within -128..127 [C4]}}
  graph.quantized_add %x, %x {shifts = array<i64: 1, 1>, shift = array<i64: 4>, clip_min = 200} : (tensor<1x3x4x4x!x>, tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{left_shift 16 is not in 0..15 [C1]}}
  graph.requantize %x {shift = array<i64: 1>, left_shift = 16} : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{the limits -128..-200 are not a range within -128..127 [C2]}}
  graph.requantize %x {shift = array<i64: 1>, clip_max = -200} : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{2 entries for values of 8 bits [C1]}}
  graph.quantized_lookup %x {table = array<i64: 1, 2>} : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{2 entries for values of 8 bits [C1]}}
  graph.quantized_softmax %x {table = array<i64: 1, 2>, steps = 4} : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{steps 0 is not in 1..65536 [C2]}}
  graph.quantized_softmax %x {table = array<i64: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, steps = 0} : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %w: tensor<4xf32>) {
  // expected-error@+1 {{operand #0 must be tensor of quantized values of one scale and at most 16 bits, but got 'tensor<4xf32>'}}
  "graph.requantize"(%x) <{shift = array<i64: 1>}> : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!h>) {
  // expected-error@+1 {{256 entries for values of 16 bits [C1]}}
  graph.quantized_softmax %x {table = array<i64: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>, steps = 4} : (tensor<1x3x4x4x!h>) -> tensor<1x3x4x4x!h>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>) {
  // expected-error@+1 {{the greatest value gets no share [C1]}}
  graph.quantized_softmax %x {table = array<i64: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0>, steps = 4} : (tensor<1x3x4x4x!x>) -> tensor<1x3x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{rounding 'down' is neither 'up' nor 'f32' [C2]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 32>, multiplier = array<i64: 5>, rounding = "down"} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{rounding 'f32' is that of a product, and there is no multiplier [C2]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 20>, rounding = "f32"} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}

// -----

!x = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
!h = !quant.uniform<i16:f32, 1.000000e-03>

func.func @f(%x: tensor<1x3x4x4x!x>, %w: tensor<2x3x1x1x!w>, %b: tensor<2xi32>, %r: tensor<1x2x4x4x!x>) {
  // expected-error@+1 {{multiplier 16777216 has more bits than an f32 [C2]}}
  graph.quantized_conv %x, %w bias %b residual %r {shift = array<i64: 32>, multiplier = array<i64: 16777216>, rounding = "f32"} : (tensor<1x3x4x4x!x>, tensor<2x3x1x1x!w>, tensor<2xi32>, tensor<1x2x4x4x!x>) -> tensor<1x2x4x4x!x>
  return
}
